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
    /// The organisations as they were at `position`.
    private var organisations: [UniqueID: OrganisationState] = [:]

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

    /// Erases the secrets of mails that will never be written, because the events that promise
    /// them did not come into the log. To be called when all that did are in the outbox.
    func eraseOrphans() throws(ServiceError) {
        let names = try serviceError { () throws(VaultError) in try store.vault.secretNames() }
        for name in names where SecretName.isMailed(name) { try store.erase(name) }
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
        if event.envelope.client == nil, let organisation = event.envelope.organisation {
            organisations[organisation]?.evolve(with: event.event)
        }
        position = line.envelope.sequence
        return hasDelivered
    }

    private mutating func deliver(_ recorded: RecordedEvent) throws(ServiceError) -> Bool {
        if let letter = try Letter(recorded, store: store) {
            try letter.write(to: store)
            return true
        }
        if case .bulkMessageSent(let event) = recorded.event {
            return try write(event, recorded)
        }
        var loader = StateLoader(log: store.log, vault: store.vault)
        guard let draft = try MailDraft(recorded.event, loader: loader) else { return false }
        return try write(draft, recorded, &loader)
    }

    private mutating func write(
        _ draft: MailDraft,
        _ recorded: RecordedEvent,
        _ loader: inout StateLoader
    ) throws(ServiceError) -> Bool {
        guard let organisation = try organisation(recorded.envelope) else { return false }
        let client = try organisation.id.flatMap { id throws(ServiceError) in
            try loader.client(draft.clientID, in: id)?.state
        }
        let mail = try Mail(draft, of: recorded, in: organisation, client: client, store: store)
        guard let mail else { return false }
        if let barrier = try draft.barrier(in: organisation, at: store.clock.now, &loader) {
            try store.deliveries.append(.dropped(recorded.envelope.id, barrier))
        } else {
            try mail.write(to: store)
        }
        // In this order: while its token is kept, a mail is written over itself after a crash.
        try store.erase(SecretName.token(draft.tokenHash))
        try erasePassword(of: draft, client)
        return true
    }

    /// The secret of a second factor that signing in no longer asks for.
    private func eraseEndedFactor(_ event: PortalEvent) throws(ServiceError) {
        guard case .secondFactorRemoved(let event) = event else { return }
        try store.erase(SecretName.secondFactor(event.factorId))
    }

    /// A temporary password belongs to the newest mail of its invitation.
    private func erasePassword(
        of draft: MailDraft,
        _ client: ClientState?
    ) throws(ServiceError) {
        guard draft.purpose == .familyPortalAccess, let id = draft.invitationID,
            client?.invitation(id)?.tokenHash == draft.tokenHash
        else { return }
        try store.erase(SecretName.temporaryPassword(id))
    }

    private mutating func write(
        _ event: BulkMessageSent,
        _ recorded: RecordedEvent
    ) throws(ServiceError) -> Bool {
        var loader = StateLoader(log: store.log, vault: store.vault)
        guard let organisation = try organisation(recorded.envelope) else { return false }
        let bulk = BulkMail(event, of: recorded, in: organisation)
        let known = bulk == nil ? [:] : try store.deliveries.records()
        for recipient in event.recipientIds {
            guard let id = organisation.id,
                let card = try loader.client(recipient, in: id)?.state.card
            else { continue }
            try bulk?.write(to: card, unlessIn: known, store: store)
        }
        return bulk != nil
    }

    /// An organisation as it was before the event that is being delivered: a template that was
    /// changed since must not change this mail.
    private mutating func organisation(
        _ envelope: Envelope
    ) throws(ServiceError) -> OrganisationState? {
        guard let id = envelope.organisation else { return nil }
        if let known = organisations[id] { return known }
        var loader = StateLoader(
            log: store.log,
            vault: store.vault,
            through: envelope.sequence - 1
        )
        let state = try loader.organisation(id).state
        organisations[id] = state
        return state
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
        if let credential { try store.erase(SecretName.activationCode(credential)) }
    }

    private mutating func note() throws(ServiceError) {
        guard position > noted else { return }
        try DurableFile.write(Array("\(position)".utf8), to: store.directory.deliveredPath)
        noted = position
    }
}
