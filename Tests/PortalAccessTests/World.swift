import EventLine
import PortalAccess
import PortalEvents

/// One organisation in memory, which obeys commands as the service does: it loads what a decision
/// needs, decides, and folds the events. Clock, ids and secrets are deterministic, and it is a
/// value: a copy is a world of its own.
struct World {
    private(set) var organisation = OrganisationState()
    private(set) var clients: [UniqueID: ClientState] = [:]
    private(set) var logins: [String: LoginState] = [:]
    private(set) var history: [Entry] = []
    /// The clock.
    var now: Instant
    /// What was handed out in clear, by its keyed hash, as mails and letters show it.
    private(set) var handedOut: [String: String] = [:]
    /// Every stream that exists, with the client whom its newest event concerns.
    private var streams: [StreamName: UniqueID?] = [:]
    private var draws: UInt64 = 0

    /// An event as it would stand in the log.
    struct Entry {
        let event: PortalEvent
        let actor: Actor
        let time: Instant
    }

    /// What two worlds must agree on for nothing to have changed between them.
    struct Fold: Hashable {
        let organisation: OrganisationState
        let clients: [UniqueID: ClientState]
        let logins: [String: LoginState]
    }

    /// An empty world at the acceptance scenarios' first moment: ten in the morning, local time.
    init(at start: String = "2026-03-02T15:00:00Z") {
        now = Instant(rfc3339: start) ?? Instant(microseconds: 0)
    }

    var fold: Fold { Fold(organisation: organisation, clients: clients, logins: logins) }
    var events: [PortalEvent] { history.map(\.event) }

    /// Runs a command by its name and input, as a batch line would.
    @discardableResult
    mutating func run(
        _ name: String,
        _ input: JSONValue = [:],
        as actor: Actor = .systemOperator
    ) -> Outcome {
        do throws(Refusal) {
            guard let type = CommandCatalogue.named(name) else { throw Refusal(.unknownCommand) }
            var fields = try CommandInput(input, digest: Digest.of)
            let command = try type.init(&fields)
            try fields.finish()
            return obey(command, as: actor)
        } catch {
            return .refused(error)
        }
    }

    /// Takes in events that no command of these tests writes.
    mutating func take(_ events: [PortalEvent], by actor: Actor = .systemOperator) {
        record(events, by: actor)
    }

    /// Decides a command and records what came of it.
    @discardableResult
    mutating func obey(_ command: some Command, as actor: Actor) -> Outcome {
        draws += 1
        let drawn = Draw(number: draws)
        let situation = situation(for: command, actor, drawn)
        do throws(Refusal) {
            let events = try command.obey(in: situation)
            for token in drawn.tokens(command.linkCountMax) {
                handedOut[Digest.of(.token, token)] = token
            }
            if command.password == .draw, let hash = situation.passwordHash {
                handedOut[hash] = drawn.temporaryPassword
            }
            handedOut[drawn.codeHash] = drawn.activationCode
            record(events, by: actor)
            react(to: events)
            return .obeyed(events)
        } catch {
            record(error.recording, by: actor)
            return .refused(error)
        }
    }

    /// Does what follows from a commit by itself, as the service does.
    private mutating func react(to events: [PortalEvent]) {
        let concerned = Set(events.compactMap(\.client))
        for reaction in Reaction.all(to: events, clients.filter { concerned.contains($0.key) }) {
            switch reaction {
            case .command(let command): obey(command, as: .scheduler)
            case .schedule: runDue()
            }
        }
    }

    /// Asks every client's rules what is due; the service asks a projection first.
    mutating func runDue() {
        for id in clients.keys.sorted() {
            obey(CancelAutoInvite(clientID: id), as: .scheduler)
            obey(SendAutoInvitation(clientID: id), as: .scheduler)
        }
    }

    /// A client as the rules see it, with all others.
    func situation(about client: UniqueID, as actor: Actor = .systemOperator) -> Situation {
        var situation = Situation(
            organisation: organisation,
            client: clients[client] ?? ClientState(),
            actor: actor,
            now: now,
            today: today,
            ids: FreshIDs(at: now, random: (0, 0)),
            secrets: FreshSecrets(tokenHashes: [], activationCodeHash: "")
        )
        situation.others = clients.filter { $0.key != client }
        situation.startOfDay = startOfDay
        return situation
    }

    /// What staff would be shown for a client.
    func actions(for client: UniqueID, as actor: Actor) -> [AvailableAction] {
        situation(about: client, as: actor).availableActions
    }

    private var startOfDay: @Sendable (LocalDate) -> Instant {
        { Instant(utcMidnightOf: $0).adding(microseconds: 5 * .hour) }
    }

    /// The local date of New York in winter, which is far enough from UTC to tell the two apart.
    var today: LocalDate {
        let local = now.adding(microseconds: -5 * Int64.hour).microseconds
        guard let date = LocalDate(daysSinceEpoch: Int(local / Int64.day)) else {
            preconditionFailure("Tests play between the years 1970 and 9999.")
        }
        return date
    }
}

extension Int64 {
    /// An hour in microseconds.
    static let hour: Int64 = 3_600_000_000
    /// A day in microseconds.
    static let day: Int64 = 24 * hour
}

extension World {
    private func situation(
        for command: some Command,
        _ actor: Actor,
        _ drawn: Draw
    ) -> Situation {
        let client = target(of: command, actor).flatMap { clients[$0] } ?? ClientState()
        let loginDigest = command.loginAddress(given: client).map { Digest.of(.login, $0.asLogin) }
        var situation = Situation(
            organisation: organisation,
            client: client,
            login: loginDigest.flatMap { logins[$0] } ?? LoginState(),
            actor: actor,
            now: now,
            today: today,
            ids: FreshIDs(at: now, random: (drawn.number, drawn.number << 32)),
            secrets: FreshSecrets(
                tokenHashes: drawn.tokens(command.linkCountMax).map { Digest.of(.token, $0) },
                activationCodeHash: drawn.codeHash
            )
        )
        situation.others = clients.filter { $0.key != client.id }
        situation.loginDigest = loginDigest
        situation.drawnPatientNumber = drawn.patientNumber
        situation.taken = Set(claimed(by: command).filter { streams[$0] != nil })
        situation.startOfDay = startOfDay
        // A code is right here if it names its time step.
        if let checked = command.checkedCode(in: client, by: actor) {
            situation.codeStep = Int(checked.code)
        }
        switch command.password {
        case .none: break
        case .set(let text): situation.passwordHash = Digest.ofPassword(text)
        case .draw: situation.passwordHash = Digest.ofPassword(drawn.temporaryPassword)
        case .check(let text):
            let account = (command as? SignIn)?.account(in: client)
            situation.passwordMatches = account?.checkedHash == Digest.ofPassword(text)
        case .setOrCheck(let text):
            let account = (command as? RegisterByLink)?.account(in: situation)
            situation.passwordMatches = account?.checkedHash == Digest.ofPassword(text)
            if account == nil { situation.passwordHash = Digest.ofPassword(text) }
        }
        return situation
    }

    private func claimed(by command: some Command) -> [StreamName] {
        organisation.id.map { id in command.claims.compactMap { $0.stream(of: id) } } ?? []
    }

    private func target(of command: some Command, _ actor: Actor) -> UniqueID? {
        switch command.target {
        case .organisation: return nil
        case .client(let id): return id
        case .stream(let name): return streams[name] ?? nil
        case .digest(let claim):
            let name = organisation.id.flatMap { claim.stream(of: $0) }
            return name.flatMap { streams[$0] ?? nil }
        case .actor:
            guard case .portalUser(let id) = actor else { return nil }
            return streams[StreamName("portalAccount", id)] ?? nil
        }
    }

    private mutating func record(_ events: [PortalEvent], by actor: Actor) {
        for event in events {
            history.append(Entry(event: event, actor: actor, time: now))
            fold(event)
            guard let organisation = organisation.id else { continue }
            for name in event.streams(organisation: organisation) {
                // What a stream is about, its first event says; a login address changes hands.
                if name.text.hasPrefix("login/") || streams[name] == nil {
                    streams[name] = event.client
                }
            }
        }
    }

    /// The clients to whose streams an event belongs.
    private func concerned(by event: PortalEvent) -> [UniqueID]? {
        organisation.id.map { organisation in
            event.streams(organisation: organisation).compactMap {
                $0.text.hasPrefix("client/") ? UniqueID($0.text.dropFirst(7)) : nil
            }
        }
    }

    private mutating func fold(_ event: PortalEvent) {
        if let client = event.client {
            for id in concerned(by: event) ?? [client] {
                clients[id, default: ClientState()].evolve(with: event)
            }
        } else {
            organisation.evolve(with: event)
        }
        switch event {
        case .loginEmailClaimed(let claim):
            logins[claim.emailDigest, default: LoginState()].evolve(with: event)
        case .loginEmailReleased(let release):
            logins[release.emailDigest, default: LoginState()].evolve(with: event)
        default: break
        }
    }
}
