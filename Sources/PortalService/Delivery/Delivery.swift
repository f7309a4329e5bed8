import EventLine
import EventLog
import Foundation
import PersonalData
import PortalAccess
import PortalEvents

/// Writes the mails and letters that events promise into the outbox, once for each event.
///
/// Filled from events, never from projections: a rebuild sends nothing. The names of the files
/// come from the events, so that after a crash the same mail is written over itself. Events are
/// delivered in their order, and what could not be written is tried again before anything later:
/// the place up to which the outbox is complete never passes a mail that is not in it.
struct Delivery: Sendable {
    private let store: Store
    /// The sequence up to which the outbox is complete.
    private var position: UInt64
    /// The sequence up to which a restart knows that it is.
    private var noted: UInt64

    init(store: Store) {
        self.store = store
        noted =
            FileManager.default.contents(atPath: store.directory.deliveredPath)
            .flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0
        position = noted
    }

    /// Writes what events up to the end of the log have promised and the outbox does not have.
    mutating func catchUp() throws(ServiceError) {
        var lines = store.log.reader.lines(after: position)
        while let line = try serviceError({ () throws(LogError) in try lines.next() }) {
            _ = try deliver(try serviceError { () throws(LineError) in try line.event() })
        }
        try note()
    }

    /// Writes what the events of a commit promise, and of commits before it that are not there.
    mutating func deliver(_ lines: [EventLine]) throws(ServiceError) {
        guard let first = lines.first?.envelope.sequence, first > position else { return }
        guard first == position + 1 else { return try catchUp() }
        var hasDelivered = false
        for line in lines where try deliver(line) { hasDelivered = true }
        if hasDelivered { try note() }
    }

    private mutating func deliver(_ line: EventLine) throws(ServiceError) -> Bool {
        let event = try serviceError { () throws(EventDecodingError) in
            try RecordedEvent(line: line, open: store.vault.opened)
        }
        let hasDelivered = try deliver(event)
        try eraseEndedCode(event.event)
        try eraseEndedFactor(event.event)
        position = line.envelope.sequence
        return hasDelivered
    }

    private func deliver(_ recorded: RecordedEvent) throws(ServiceError) -> Bool {
        let letter = try Letter(recorded, store: store)
        if let letter {
            try letter.write(to: store)
            return true
        }
        guard let mail = try Mail(recorded, store: store) else { return false }
        try mail.write(to: store)
        try eraseSecret(SecretName.token(mail.tokenHash))
        return true
    }

    /// The secret of a second factor that signing in no longer asks for.
    private func eraseEndedFactor(_ event: PortalEvent) throws(ServiceError) {
        guard case .secondFactorRemoved(let event) = event else { return }
        try eraseSecret(SecretName.secondFactor(event.factorId))
    }

    /// A code that can no longer be used need not be printed again (invariant 13).
    private func eraseEndedCode(_ event: PortalEvent) throws(ServiceError) {
        let credential: UniqueID? =
            switch event {
            case .patientCredentialsSuperseded(let event): event.credentialId
            case .patientCredentialsActivated(let event): event.credentialId
            case .patientCredentialsExpired(let event): event.credentialId
            case .patientCredentialsVoided(let event): event.credentialId
            default: nil
            }
        if let credential { try eraseSecret(SecretName.activationCode(credential)) }
    }

    private func eraseSecret(_ name: String) throws(ServiceError) {
        try serviceError { () throws(VaultError) in try store.vault.eraseSecret(name) }
    }

    private mutating func note() throws(ServiceError) {
        guard position > noted else { return }
        try DurableFile.write(Array("\(position)".utf8), to: store.directory.deliveredPath)
        noted = position
    }
}
