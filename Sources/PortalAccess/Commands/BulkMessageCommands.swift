package import EventLine
package import PortalEvents

/// Sends one message to many clients (S4-20). Whoever cannot be reached on any of the channels is
/// skipped, and so is whoever is end-dated; the event says who and why. Through the portal each
/// recipient gets a message in a thread of its own.
package struct SendBulkMessage: CallableCommand {
    package static var replyIDs: [String] { ["bulkId"] }
    private let clientIDs: [UniqueID]
    private let channels: [MessageChannel]
    private let body: String

    /// A commit has room for so many messages.
    private static let recipientCountMax = 400

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientIDs = try input.ids("clientIds", atMost: Self.recipientCountMax) ?? []
        channels = try input.choices("channels")
        body = try input.text("body", limit: CommandInput.Limit.text)
        guard !clientIDs.isEmpty else {
            throw .invalidInput("clientIds", "must name at least one client")
        }
        guard !channels.isEmpty else {
            throw .invalidInput("channels", "must name at least one of portal, text, email, voice")
        }
    }

    package var audience: Audience { .staff(.messagePatients) }
    package var target: Target { .organisation }
    package var linkCountMax: Int { 0 }
    package func otherClients(given client: ClientState) -> Set<UniqueID> { Set(clientIDs) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        var addressees: [Addressee] = []
        for id in clientIDs {
            guard let client = situation.anyClient(id) else {
                throw Refusal(.notFound, field: "clientIds", detail: "there is no client \(id)")
            }
            let obstacles = channels.map { $0.obstacle(to: client, in: situation) }
            addressees.append(Addressee(id: id, obstacles: obstacles))
        }
        let sent = BulkMessageSent(
            bulkId: situation.ids[0],
            channels: channels,
            recipientIds: addressees.filter { $0.reason == nil }.map(\.id),
            skipped: addressees.compactMap(\.skipped),
            personal: .open(.init(body: body))
        )
        let messages = addressees.enumerated().filter { isReachedByPortal($0.element) }
        return [.bulkMessageSent(sent)]
            + messages.map { message(to: $0.element.id, at: $0.offset, in: situation) }
    }

    /// A client with what is in the way on each channel, nil where nothing is.
    private struct Addressee {
        let id: UniqueID
        let obstacles: [SkippingReason?]

        /// Why they are reached on no channel.
        var reason: SkippingReason? {
            obstacles.contains(nil) ? nil : obstacles.compactMap { $0 }.first
        }

        var skipped: SkippedRecipient? { reason.map { SkippedRecipient(clientId: id, reason: $0) } }
    }

    private func isReachedByPortal(_ addressee: Addressee) -> Bool {
        zip(channels, addressee.obstacles).contains { $0 == .portal && $1 == nil }
    }

    private func message(
        to client: UniqueID,
        at place: Int,
        in situation: Situation
    ) -> PortalEvent {
        .patientMessageSent(
            .init(
                threadId: situation.ids[1 + 2 * place],
                clientId: client,
                messageId: situation.ids[2 + 2 * place],
                authorKind: .staff,
                bulkId: situation.ids[0],
                personal: .open(.init(body: body))
            )
        )
    }
}

extension MessageChannel {
    /// What keeps a message on this channel from a client.
    fileprivate func obstacle(
        to client: ClientState,
        in situation: Situation
    ) -> SkippingReason? {
        guard let card = client.card else { return .recordStatusDisabled }
        if situation.isShutByDate(client) { return .clientEndDated }
        if situation.organisation.disablingStatuses.contains(card.recordStatus) {
            return .recordStatusDisabled
        }
        switch self {
        case .portal: return client.obstacleToPortal(in: situation)
        case .email: return card.email == nil ? .noEmail : nil
        case .text, .voice: return card.phone == nil ? .noPhone : nil
        }
    }
}

extension ClientState {
    fileprivate func obstacleToPortal(in situation: Situation) -> SkippingReason? {
        guard isPatientRegistered else { return .patientNotRegistered }
        switch userState(in: situation.organisation, on: situation.today) {
        case .disabled: return .accountDisabled
        case .locked: return .accountLocked
        case nil, .pendingRegistration, .pendingEmailConfirmation, .active: return nil
        }
    }
}
