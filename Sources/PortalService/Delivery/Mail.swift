import EventLine
import PersonalData
import PortalAccess
import PortalEvents

/// A mail that an event promises.
struct Mail {
    /// The hash of the token in its link.
    let tokenHash: String
    private let manifest: Manifest
    private let subject: String
    private let body: String

    /// The mail of an event; nil if it promises none, or its recipient was erased meanwhile.
    init?(_ recorded: RecordedEvent, store: Store) throws(ServiceError) {
        guard let draft = try MailDraft(recorded.event, store: store) else { return nil }
        let token = try serviceError { () throws(VaultError) in
            try store.vault.secret(SecretName.token(draft.tokenHash))
        }
        // The token is erased once the mail was written: there is nothing left to do.
        guard let token else { return nil }
        let link =
            "\(store.configuration.portalURL)/\(draft.path)?token="
            + String(decoding: token, as: UTF8.self)
        tokenHash = draft.tokenHash
        subject = draft.subject
        body = draft.text + "\n\n    \(link)\n"
        manifest = Manifest(
            id: recorded.envelope.id,
            kind: .mail,
            purpose: draft.purpose,
            recipient: draft.recipient,
            clientID: recorded.envelope.client,
            fields: [JSONMember(draft.linkField, .string(link))],
            createdAt: recorded.envelope.time
        )
    }

    func write(to store: Store) throws(ServiceError) {
        let message = MailMessage(
            id: manifest.id,
            recipient: manifest.recipient,
            subject: subject,
            body: body,
            date: manifest.createdAt
        )
        try manifest.write(message.text, as: "eml", to: store.directory.outboxPath)
    }
}

/// What an event says about the mail it promises.
private struct MailDraft {
    let recipient: String
    let tokenHash: String
    let purpose: String
    let path: String
    let linkField: String
    let subject: String
    let text: String

    init?(_ event: PortalEvent, store: Store) throws(ServiceError) {
        switch event {
        case .clientInvited(let event):
            guard let personal = event.personal.content else { return nil }
            self.init(invitationTo: personal.recipientEmail, event.tokenHash)
        case .clientReInvited(let event):
            guard let personal = event.personal.content else { return nil }
            self.init(invitationTo: personal.recipientEmail, event.tokenHash)
        case .portalInvitationResent(let event):
            guard let email = try store.recipient(of: event.invitationId) else { return nil }
            self.init(invitationTo: email, event.tokenHash)
        case .passwordResetRequested(let event):
            guard let personal = event.personal.content else { return nil }
            self.init(resetTo: personal.email, event.tokenHash)
        case .confirmationEmailSent(let event):
            guard let personal = event.personal.content else { return nil }
            self.init(confirmationTo: personal.email, event.tokenHash)
        default: return nil
        }
    }

    private init(invitationTo email: String, _ tokenHash: String) {
        recipient = email
        self.tokenHash = tokenHash
        purpose = "clientInvitation"
        path = "invitation"
        linkField = "invitationLink"
        subject = "You are invited to your health record"
        text = """
            You are invited to take ownership of your health record, and to decide who may see it.

            Follow this link to accept or to decline:
            """
    }

    private init(resetTo email: String, _ tokenHash: String) {
        recipient = email
        self.tokenHash = tokenHash
        purpose = "passwordReset"
        path = "reset"
        linkField = "resetLink"
        subject = "Set a new password"
        text = "Follow this link within an hour to set a new password:"
    }

    private init(confirmationTo email: String, _ tokenHash: String) {
        recipient = email
        self.tokenHash = tokenHash
        purpose = "emailConfirmation"
        path = "confirm"
        linkField = "confirmationLink"
        subject = "Confirm your email address"
        text = "Follow this link to confirm your email address and to finish your registration:"
    }
}

extension Store {
    /// The address that an invitation went to.
    fileprivate func recipient(of invitation: UniqueID) throws(ServiceError) -> String? {
        let loader = StateLoader(log: log, vault: vault)
        switch try loader.events(in: StreamName("invitation", invitation)).first {
        case .clientInvited(let event): return event.personal.content?.recipientEmail
        case .clientReInvited(let event): return event.personal.content?.recipientEmail
        default: return nil
        }
    }
}
