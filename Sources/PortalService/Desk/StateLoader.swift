import EventLine
import EventLog
import PersonalData
import PortalAccess
import PortalEvents

/// Folds streams into the states that decisions rest on, and keeps those that were folded.
///
/// The versions that are kept count submitted events too, so that the next decision need not wait
/// for the disk.
struct StateLoader {
    private let log: EventLog
    private let vault: Vault
    private let through: UInt64
    private var organisations: [StreamName: Folded<OrganisationState>] = [:]
    private var founded: [UniqueID] = []
    private var clients: [StreamName: Folded<ClientState>] = [:]
    private var owners: [StreamName: UniqueID] = [:]

    /// How many clients are kept at most; beyond it all are folded anew.
    private static let clientCountMax = 5_000

    struct Folded<State: Sendable>: Sendable {
        var state: State
        var version: Int
    }

    /// A loader of states as they are, or as they were after the event at a sequence.
    init(log: EventLog, vault: Vault, through: UInt64 = .max) {
        self.log = log
        self.vault = vault
        self.through = through
    }

    /// The organisations of the store, in the order in which they were registered.
    mutating func allOrganisations() throws(ServiceError) -> [UniqueID] {
        guard let stream = StreamName("organisations/registered") else { return [] }
        if try founded.count < log.eventCount(of: stream) {
            founded = try serviceError { () throws(LogError) in try log.events(in: stream) }
                .compactMap(\.envelope.organisation)
        }
        return founded
    }

    mutating func organisation(
        _ id: UniqueID
    ) throws(ServiceError) -> Folded<OrganisationState> {
        let stream = StreamName("organisation", id)
        if let known = organisations[stream] { return known }
        let last = min(through, log.lastSequence)
        let (lines, version) = try serviceError { () throws(LogError) in
            (
                try log.events(in: stream, ofTypes: OrganisationState.eventTypes, through: last),
                try log.version(of: stream, through: last)
            )
        }
        var folded = Folded(state: OrganisationState(), version: version)
        for event in try events(of: lines) { folded.state.evolve(with: event) }
        organisations[stream] = folded
        return folded
    }

    /// A client; nil if the organisation has none of this id.
    mutating func client(
        _ id: UniqueID,
        in organisation: UniqueID
    ) throws(ServiceError) -> Folded<ClientState>? {
        let stream = StreamName("client", id)
        if let known = clients[stream] {
            return owners[stream] == organisation ? known : nil
        }
        guard try client(of: stream, in: organisation) != nil else { return nil }
        var folded = Folded(state: ClientState(), version: 0)
        for event in try events(in: stream) {
            folded.state.evolve(with: event)
            folded.version += 1
        }
        if clients.count >= Self.clientCountMax { forgetClients() }
        clients[stream] = folded
        owners[stream] = organisation
        return folded
    }

    /// The account that signs in with an address.
    func account(
        signingInWith address: String,
        in organisation: UniqueID
    ) throws(ServiceError) -> UniqueID? {
        let digest = vault.keyedDigest(DigestPurpose.login.rawValue, address.asLogin)
        guard let stream = Claim("login", digest).stream(of: organisation) else { return nil }
        return try login(stream).state.accountID
    }

    func login(_ stream: StreamName) throws(ServiceError) -> Folded<LoginState> {
        var folded = Folded(state: LoginState(), version: 0)
        for event in try events(in: stream) {
            folded.state.evolve(with: event)
            folded.version += 1
        }
        return folded
    }

    /// The client whom the events of a stream concern, if the stream belongs to the organisation.
    func client(of stream: StreamName, in organisation: UniqueID) throws(ServiceError) -> UniqueID?
    {
        guard try log.has(stream) else { return nil }
        let first = try serviceError { () throws(LogError) in try log.events(in: stream).first }
        guard let envelope = first?.envelope, envelope.organisation == organisation else {
            return nil
        }
        return envelope.client
    }

    /// The client whose an account is; where records were merged, that of the survivor.
    func home(ofAccount id: UniqueID, in organisation: UniqueID) throws(ServiceError) -> UniqueID? {
        let stream = StreamName("portalAccount", id)
        guard let opened = try client(of: stream, in: organisation) else { return nil }
        let lines = try serviceError { () throws(LogError) in
            try log.events(in: stream, through: through)
        }
        for line in lines.reversed() where line.envelope.type == "ClientRecordsMerged.v1" {
            let event = try serviceError { () throws(EventDecodingError) in
                try PortalEvent(type: line.envelope.type, data: line.data, open: vault.opened)
            }
            if case .clientRecordsMerged(let event) = event, event.keptAccountId == id {
                return event.clientId
            }
        }
        return opened
    }

    /// All clients whom the events of a stream concern, if it belongs to the organisation.
    func clients(
        of stream: StreamName,
        in organisation: UniqueID
    ) throws(ServiceError) -> Set<UniqueID> {
        guard try log.has(stream) else { return [] }
        let lines = try serviceError { () throws(LogError) in try log.events(in: stream) }
        guard lines.first?.envelope.organisation == organisation else { return [] }
        return Set(lines.compactMap(\.envelope.client))
    }

    /// Notes the last attempts of a stream in a throttle, so many, those included that are not
    /// durable yet: they are of this moment.
    func note(
        _ attempts: Claim,
        last count: Int,
        of organisation: UniqueID,
        at now: Instant,
        in throttle: inout Throttle
    ) throws(ServiceError) {
        guard let stream = attempts.stream(of: organisation) else { return }
        let version = try serviceError { () throws(LogError) in try log.version(of: stream) }
        let passed = max(0, version - count)
        let lines = try serviceError { () throws(LogError) in
            try log.events(in: stream, after: passed)
        }
        for line in lines { throttle.note(line.envelope.time) }
        for _ in lines.count..<max(lines.count, version - passed) { throttle.note(now) }
    }

    /// Takes events that were just submitted into what is kept.
    mutating func evolve(with events: [PortalEvent], in organisation: UniqueID) {
        for event in events {
            for stream in event.streams(organisation: organisation) {
                if organisations[stream] != nil {
                    organisations[stream]?.state.evolve(with: event)
                    organisations[stream]?.version += 1
                }
                if clients[stream] != nil {
                    clients[stream]?.state.evolve(with: event)
                    clients[stream]?.version += 1
                }
            }
        }
    }

    /// Forgets everything, after an append that failed.
    mutating func forget() {
        organisations = [:]
        forgetClients()
    }

    private mutating func forgetClients() {
        clients = [:]
        owners = [:]
    }

    func events(in stream: StreamName) throws(ServiceError) -> [PortalEvent] {
        let lines = try serviceError { () throws(LogError) in
            try log.events(in: stream, through: through)
        }
        return try events(of: lines)
    }

    private func events(of lines: [EventLine]) throws(ServiceError) -> [PortalEvent] {
        var events: [PortalEvent] = []
        events.reserveCapacity(lines.count)
        for line in lines {
            events.append(
                try serviceError { () throws(EventDecodingError) in
                    try PortalEvent(type: line.envelope.type, data: line.data, open: vault.opened)
                }
            )
        }
        return events
    }
}
