import EventLine
import EventLog
import Foundation
import PortalAccess
import PortalEvents

/// A mail that waits in the outbox.
struct OutboxMail {
    let id: UniqueID
    let recipient: String
    let clientID: UniqueID?
    private let directory: String

    init?(manifest bytes: Data, in directory: String) {
        guard let value = try? JSONValue(parsing: Array(bytes)), value["kind"] == "mail",
            let id = value.id("id"), let recipient = value["recipient"]?.string
        else { return nil }
        self.id = id
        self.recipient = recipient
        self.directory = directory
        clientID = value.id("clientId")
    }

    func message() throws(ServiceError) -> [UInt8] {
        let path = "\(directory)/\(id).eml"
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ServiceError("\(path) cannot be read; without it the mail cannot be sent")
        }
        return Array(bytes)
    }

    /// Takes the mail out of the outbox, with the secret that it holds. The manifest goes first:
    /// without it nobody sends the mail.
    func remove() throws(ServiceError) {
        for suffix in ["json", "eml"] {
            let path = "\(directory)/\(id).\(suffix)"
            guard unlink(path) == 0 || errno == ENOENT else {
                throw ServiceError("\(path) could not be removed")
            }
        }
    }
}

extension Store {
    /// The mails that wait in the outbox, oldest first.
    func waitingMails() throws(ServiceError) -> [OutboxMail] {
        let path = directory.outboxPath
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw ServiceError("\(path) cannot be read; check its permissions")
        }
        return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted()
            .compactMap { name in
                FileManager.default.contents(atPath: "\(path)/\(name)")
                    .flatMap { OutboxMail(manifest: $0, in: path) }
            }
    }

    /// How mails leave the house; nil where they stay in the outbox.
    func mailTransport() throws(ServiceError) -> (any MailTransport)? {
        guard let mail = configuration.mail else { return nil }
        if let relay = try mail.transport() { return relay }
        return mail.sendmail.map { SendmailCommand(path: $0, scratch: directory.outboxPath) }
    }

    /// What keeps the recipient of a waiting mail out meanwhile (invariant 12).
    func barrier(to mail: OutboxMail) throws(ServiceError) -> MailBarrier? {
        guard let (draft, envelope) = try draft(of: mail), let id = envelope.organisation else {
            return nil
        }
        var loader = StateLoader(log: log, vault: vault)
        let organisation = try loader.organisation(id).state
        return try draft.barrier(in: organisation, at: clock.now, &loader)
    }

    /// The command that records that a mail failed; nil for a mail without a secret.
    func failureNote(
        of mail: OutboxMail,
        _ reason: EmailFailure
    ) throws(ServiceError) -> (command: any Command, organisation: UniqueID)? {
        guard let (draft, envelope) = try draft(of: mail), let id = envelope.organisation else {
            return nil
        }
        let note = NoteMailFailure(
            mailID: mail.id,
            clientID: draft.clientID,
            invitationID: draft.invitationID,
            purpose: draft.purpose,
            reason: reason
        )
        return (note, id)
    }

    /// What the event of a mail says about it. The mail has the event's id.
    private func draft(
        of mail: OutboxMail
    ) throws(ServiceError) -> (MailDraft, Envelope)? {
        guard let clientID = mail.clientID else { return nil }
        let stream = StreamName("client", clientID)
        let lines = try serviceError { () throws(LogError) in try log.events(in: stream) }
        guard let line = lines.first(where: { $0.envelope.id == mail.id }) else { return nil }
        let recorded = try serviceError { () throws(EventDecodingError) in
            try RecordedEvent(line: line, open: vault.opened)
        }
        let loader = StateLoader(log: log, vault: vault)
        return try MailDraft(recorded.event, loader: loader).map { ($0, recorded.envelope) }
    }
}
