package import EventLine
package import PortalEvents

/// Sends a client's automatic invitation if it is due and nothing is in its way; else says what
/// is. One that was withheld is looked at again.
package struct SendAutoInvitation: Command {
    private let clientID: UniqueID

    package init(clientID: UniqueID) { self.clientID = clientID }

    package var audience: Audience { .system }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { Situation.autoInviteesMax }
    package func people(given client: ClientState) -> Set<UniqueID> { [clientID] }
    package func loginAddress(given client: ClientState) -> String? { client.card?.email }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        switch situation.client.autoInvite.state {
        case .done: throw Refusal(.notDueYet)
        case .idle: return try starting(in: situation)
        case .scheduled(let plan):
            guard plan.dueOn <= situation.today else { throw Refusal(.notDueYet) }
            return try outcome(in: situation)
        case .withheld: return try outcome(in: situation)
        }
    }

    /// Visits that nobody handled while automatic invitations were off, or that have no note by
    /// their due day. Whoever is not to be invited is left alone.
    private func starting(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let plans = situation.invitingEncounters
        guard situation.client.card?.isAutoSendOn == true,
            let first = plans.min(by: { $0.dueOn < $1.dueOn })
        else { throw Refusal(.notDueYet) }
        let scheduled = situation.scheduling(plans)
        guard !scheduled.isEmpty else { throw Refusal(.notDueYet) }
        return first.dueOn <= situation.today
            ? scheduled + (try outcome(in: situation)) : scheduled
    }

    private func outcome(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let reasons = situation.withholdingReasons
        guard reasons.isEmpty else {
            return [.autoInviteWithheld(.init(clientId: clientID, reasons: reasons))]
        }
        let (accountID, opening) = try situation.invitedAccount(opening: situation.ids[0])
        let issue = PortalInvitationIssue(
            kind: .auto,
            origin: .autoInvite,
            verification: .phoneAndDateOfBirth,
            templateID: try situation.invitationTemplate(nil, for: .autoInvitation)
        )
        var invitees = situation.autoInvitees
        for place in invitees.indices where invitees[place].kind == .patient {
            invitees[place].accountID = accountID
        }
        let ids = invitees.indices.map { situation.ids[$0 + 1] }
        let sent = invitees.indices.flatMap { place in
            issue.event(
                to: invitees[place],
                ids[place],
                tokenHash: situation.secrets.tokenHashes[place],
                in: situation
            )
        }
        let isPatientInvited = invitees.contains { $0.kind == .patient }
        return (isPatientInvited ? opening : []) + sent
            + [.autoInvitationSent(.init(clientId: clientID, invitationIds: ids))]
    }
}

/// Takes back an automatic invitation that waits and is not to be sent any more.
package struct CancelAutoInvite: Command {
    private let clientID: UniqueID

    package init(clientID: UniqueID) { self.clientID = clientID }

    package var audience: Audience { .system }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let events = reason(in: situation).map(situation.cancellingAutoInvite) ?? []
        guard !events.isEmpty else { throw Refusal(.notDueYet) }
        return events
    }

    private func reason(in situation: Situation) -> AutoInviteCancellation? {
        let client = situation.client
        if client.isEnrolled { return .alreadyEnrolled }
        if client.wasInvited { return .alreadyInvited }
        return situation.organisation.communications.isAutoInviteOn ? nil : .featureOff
    }
}
