package import EventLine
package import PortalEvents

/// Notes that a mail could not be delivered, so that staff see it and can send it anew.
package struct NoteMailFailure: Command {
    private let mailID: UniqueID
    private let clientID: UniqueID
    private let invitationID: UniqueID?
    private let purpose: EmailPurpose
    private let reason: EmailFailure

    package init(
        mailID: UniqueID,
        clientID: UniqueID,
        invitationID: UniqueID?,
        purpose: EmailPurpose,
        reason: EmailFailure
    ) {
        self.mailID = mailID
        self.clientID = clientID
        self.invitationID = invitationID
        self.purpose = purpose
        self.reason = reason
    }

    package var audience: Audience { .system }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let invitationID else {
            guard !situation.client.failedMails.contains(mailID) else { return [] }
            let failed = MailFailed(
                mailId: mailID,
                clientId: clientID,
                purpose: purpose,
                reasonCode: reason
            )
            return [.mailFailed(failed)]
        }
        // Once for each sending: a crash may ask for it twice.
        guard let invitation = situation.client.invitation(invitationID),
            invitation.mailFailure == nil
        else { return [] }
        let failed = InvitationEmailFailed(
            invitationId: invitationID,
            clientId: clientID,
            reasonCode: reason
        )
        return [.invitationEmailFailed(failed)]
    }
}
