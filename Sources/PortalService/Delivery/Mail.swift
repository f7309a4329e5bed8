import EventLine
import PersonalData
import PortalAccess
import PortalEvents

/// A mail that an event promises, with the secret that it carries.
struct Mail {
    private let manifest: Manifest
    private let text: EmailText
    private let sender: String

    /// Nil where the secret is no longer kept: then the mail has been written.
    init?(
        _ draft: MailDraft,
        of recorded: RecordedEvent,
        in organisation: OrganisationState,
        client: ClientState?,
        store: Store
    ) throws(ServiceError) {
        guard let token = try store.kept(SecretName.token(draft.tokenHash)) else { return nil }
        var values = MailValues(
            client: client,
            organisation: organisation,
            portalURL: store.configuration.portalURL,
            time: recorded.envelope.time,
            expiresAt: draft.expiresAt
        )
        if let name = draft.recipientName { values[.recipientName] = name }
        let template = organisation.emails.text(for: draft.purpose, by: draft.templateID)
        let fields = try Self.secrets(draft, template, token, store)
        // Somebody who has signed in before keeps the password that they have.
        values[.temporaryPassword] = "the password that you already use"
        for (field, value) in fields { values[field] = value }
        text = template.merged { values[$0] }
        sender = store.configuration.mailSender
        manifest = Manifest(
            id: recorded.envelope.id,
            kind: .mail,
            purpose: draft.purpose.rawValue,
            recipient: draft.recipient,
            clientID: recorded.envelope.client,
            fields: fields.map { JSONMember($0.rawValue, .string($1)) },
            createdAt: recorded.envelope.time
        )
    }

    /// The secrets that the mail shows, by the fields that stand for them.
    private static func secrets(
        _ draft: MailDraft,
        _ template: EmailText,
        _ token: String,
        _ store: Store
    ) throws(ServiceError) -> [(MergeField, String)] {
        guard draft.purpose == .familyPortalAccess else {
            let field = draft.purpose.linkField
            return [(field, store.configuration.link(field, token: token))]
        }
        var fields: [(MergeField, String)] = []
        if MergeField.named(in: template.body).contains(.invitationLink) {
            let link = store.configuration.link(.invitationLink, token: token)
            fields.append((.invitationLink, link))
        }
        if let invitation = draft.invitationID,
            let password = try store.kept(SecretName.temporaryPassword(invitation))
        {
            fields.append((.temporaryPassword, password))
        }
        return fields
    }

    func write(to store: Store) throws(ServiceError) {
        let message = MailMessage(
            id: manifest.id,
            sender: sender,
            recipient: manifest.recipient,
            subject: text.subject,
            body: text.body,
            date: manifest.createdAt
        )
        try manifest.write(message.text, as: "eml", to: store.directory.outboxPath)
    }
}

extension Store {
    /// A secret that waits for being handed out; nil if it was.
    func kept(_ name: String) throws(ServiceError) -> String? {
        try serviceError { () throws(VaultError) in try vault.secret(name) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    func erase(_ name: String) throws(ServiceError) {
        try serviceError { () throws(VaultError) in try vault.eraseSecret(name) }
    }
}
