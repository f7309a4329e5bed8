import EventLine
import EventLog
import Foundation
import PersonalData
import PortalAccess
import PortalEvents

/// Writes the mails and letters that events promise into the outbox, once for each event.
///
/// Filled from events, never from projections: a rebuild sends nothing. The names of the files
/// come from the events, so that after a crash the same mail is written over itself.
struct Delivery: Sendable {
    let store: Store

    /// Writes what events before a crash have promised and the outbox does not have.
    func catchUp() throws(ServiceError) {
        var lines = store.log.reader.lines(after: delivered)
        while let line = try serviceError({ () throws(LogError) in try lines.next() }) {
            try deliver([
                try serviceError { () throws(LineError) in try line.event() }
            ])
        }
        try note(store.log.lastSequence)
    }

    /// Writes what these events promise.
    func deliver(_ lines: [EventLine]) throws(ServiceError) {
        var hasDelivered = false
        for line in lines {
            let event = try serviceError { () throws(EventDecodingError) in
                try RecordedEvent(line: line, open: store.vault.opened)
            }
            if try deliver(event) { hasDelivered = true }
            try eraseEndedCode(event.event)
        }
        if hasDelivered, let last = lines.last { try note(last.envelope.sequence) }
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

    /// The sequence up to which the outbox is complete.
    private var delivered: UInt64 {
        FileManager.default.contents(atPath: store.directory.deliveredPath)
            .flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    private func note(_ sequence: UInt64) throws(ServiceError) {
        guard sequence > delivered else { return }
        try DurableFile.write(Array("\(sequence)".utf8), to: store.directory.deliveredPath)
    }
}
