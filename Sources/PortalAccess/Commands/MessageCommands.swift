import EventLine
package import PortalEvents

/// Sends a message between staff and a patient, in a new thread or one of theirs (S4-09). Once
/// the client's end date has come nobody can, on either side (S4-16).
package struct SendPatientMessage: CallableCommand {
    package static var replyIDs: [String] { ["threadId", "messageId"] }
    private let clientID: UniqueID
    private let threadID: UniqueID?
    private let body: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        body = try input.text("body", limit: CommandInput.Limit.text)
        threadID = try input.optionalID("threadId")
    }

    package var audience: Audience { .staffOrOwner(.messagePatients) }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let author = try author(in: situation)
        if let threadID, situation.client.chart.thread(threadID) == nil {
            throw Refusal(.notFound, field: "threadId", detail: "the client has no such thread")
        }
        let sent = PatientMessageSent(
            threadId: threadID ?? situation.ids[0],
            clientId: clientID,
            messageId: situation.ids[1],
            authorKind: author,
            personal: .open(.init(body: body))
        )
        return [.patientMessageSent(sent)]
    }

    private func author(in situation: Situation) throws(Refusal) -> MessageAuthor {
        guard case .portalUser = situation.actor else {
            guard !situation.isReadOnly else { throw Refusal(.messagesReadOnly) }
            guard situation.client.isPatientRegistered else { throw Refusal(.patientNotRegistered) }
            return .staff
        }
        guard situation.hasPortalAccess else { throw situation.notPermitted(Self.name) }
        guard !situation.isReadOnly else { throw Refusal(.messagesReadOnly) }
        try situation.requirePortal(.messages, for: Self.name)
        return .patient
    }
}

/// Notes that a message was read on the side it was sent to. Reading it again is noted again.
package struct MarkPatientMessageRead: CallableCommand {
    package static var replyIDs: [String] { ["threadId", "messageId"] }
    private let threadID: UniqueID
    private let messageID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        threadID = try input.id("threadId")
        messageID = try input.id("messageId")
    }

    package var audience: Audience { .staffOrOwner(.messagePatients) }
    package var target: Target { .stream(StreamName("thread", threadID)) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        var reader = MessageAuthor.staff
        if case .portalUser = situation.actor {
            try situation.requirePortal(.messages, for: Self.name)
            reader = .patient
        }
        guard let clientID = situation.client.id,
            let message = situation.client.chart.thread(threadID)?.message(messageID),
            message.author != reader
        else {
            throw Refusal(.notFound, field: "messageId", detail: "it was not sent to them")
        }
        let read = PatientMessageRead(
            threadId: threadID,
            clientId: clientID,
            messageId: messageID
        )
        return [.patientMessageRead(read)]
    }
}
