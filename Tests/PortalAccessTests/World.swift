import EventLine
import PortalAccess
import PortalEvents

/// Organisations in memory, which obey commands as the service does: one is asked, and the world
/// loads what the decision needs of it, decides, and folds the events. Clock, ids and secrets are
/// deterministic, and it is a value: a copy is a world of its own.
struct World {
    private(set) var organisations: [UniqueID: OrganisationState] = [:]
    /// The one that commands are run in; nil where the next is yet to be founded.
    var here: UniqueID?
    /// Those of every organisation.
    private(set) var clients: [UniqueID: ClientState] = [:]
    /// The organisation of each client.
    private(set) var homes: [UniqueID: UniqueID] = [:]
    private(set) var logins: [StreamName: LoginState] = [:]
    private(set) var history: [Entry] = []
    /// The clock.
    var now: Instant
    /// What was handed out in clear, by its keyed hash, as mails and letters show it.
    private(set) var handedOut: [String: String] = [:]
    /// Every stream that exists, with the client whom its newest event concerns.
    private var streams: [StreamName: Whose] = [:]
    private var draws: UInt64 = 0

    /// An event as it would stand in the log.
    struct Entry {
        let event: PortalEvent
        let actor: Actor
        let time: Instant
        let organisation: UniqueID?
    }

    private struct Whose {
        let organisation: UniqueID
        var client: UniqueID?
    }

    /// What two worlds must agree on for nothing to have changed between them.
    struct Fold: Hashable {
        let organisations: [UniqueID: OrganisationState]
        let clients: [UniqueID: ClientState]
        let logins: [StreamName: LoginState]
    }

    /// An empty world at the acceptance scenarios' first moment: ten in the morning, local time.
    init(at start: String = "2026-03-02T15:00:00Z") {
        now = Instant(rfc3339: start) ?? Instant(microseconds: 0)
    }

    /// The organisation that commands are run in.
    var organisation: OrganisationState {
        here.flatMap { organisations[$0] } ?? OrganisationState()
    }

    var fold: Fold { Fold(organisations: organisations, clients: clients, logins: logins) }
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
        let own = clientsHere.filter { concerned.contains($0.key) }
        for reaction in Reaction.all(to: events, own) {
            switch reaction {
            case .command(let command): obey(command, as: .scheduler)
            case .schedule: runDue()
            }
        }
    }

    /// Asks every client's rules what is due; the service asks a projection first.
    mutating func runDue() {
        for id in clientsHere.keys.sorted() {
            obey(CancelAutoInvite(clientID: id), as: .scheduler)
            obey(SendAutoInvitation(clientID: id), as: .scheduler)
        }
    }

    /// A client as the rules see it, with all others.
    func situation(about client: UniqueID, as actor: Actor = .systemOperator) -> Situation {
        var situation = Situation(
            organisation: organisation,
            client: clientsHere[client] ?? ClientState(),
            actor: actor,
            now: now,
            today: today,
            ids: FreshIDs(at: now, random: (0, 0)),
            secrets: FreshSecrets(tokenHashes: [], activationCodeHash: "")
        )
        situation.others = clientsHere.filter { $0.key != client }
        situation.startOfDay = startOfDay
        return situation
    }

    /// What staff would be shown for a client.
    func actions(for client: UniqueID, as actor: Actor) -> [AvailableAction] {
        situation(about: client, as: actor).availableActions
    }

    private var startOfDay: @Sendable (LocalDate) -> Instant {
        let zone = Zone(organisation.timeZone)
        return { zone.start(of: $0) }
    }

    /// The date of the organisation that commands are run in.
    var today: LocalDate { Zone(organisation.timeZone).date(of: now) }

    /// A client's organisation, and its date.
    func home(of client: UniqueID) -> (organisation: OrganisationState, today: LocalDate) {
        let organisation = homes[client].flatMap { organisations[$0] } ?? OrganisationState()
        return (organisation, Zone(organisation.timeZone).date(of: now))
    }

    /// The clients of the organisation that commands are run in.
    var clientsHere: [UniqueID: ClientState] { clients.filter { homes[$0.key] == here } }
}

extension World {
    private func situation(
        for command: some Command,
        _ actor: Actor,
        _ drawn: Draw
    ) -> Situation {
        let known = clientsHere
        let client = target(of: command, actor).flatMap { known[$0] } ?? ClientState()
        let loginDigest = command.loginAddress(given: client).map { Digest.of(.login, $0.asLogin) }
        let login = loginDigest.flatMap(loginStream).flatMap { logins[$0] }
        var situation = Situation(
            organisation: organisation,
            client: client,
            login: login ?? LoginState(),
            actor: actor,
            now: now,
            today: today,
            ids: FreshIDs(at: now, random: (drawn.number, drawn.number << 32)),
            secrets: FreshSecrets(
                tokenHashes: drawn.tokens(command.linkCountMax).map { Digest.of(.token, $0) },
                activationCodeHash: drawn.codeHash
            )
        )
        situation.others = known.filter { $0.key != client.id }
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
        case .set(let text):
            let hash = Digest.ofPassword(text)
            situation.passwordHash = hash
            situation.passwordMatches = situation.actingAccount?.checkedHash == hash
        case .draw: situation.passwordHash = Digest.ofPassword(drawn.temporaryPassword)
        case .check(let text):
            let account = (command as? SignIn)?.account(in: client)
            situation.passwordMatches = account?.checkedHash == Digest.ofPassword(text)
        case .setOrCheck(let text):
            let account = (command as? any JoiningCommand)?.joinedAccount(in: situation)
            situation.passwordMatches = account?.checkedHash == Digest.ofPassword(text)
            if account == nil { situation.passwordHash = Digest.ofPassword(text) }
        }
        return situation
    }

    private func loginStream(_ digest: String) -> StreamName? {
        here.flatMap { Claim("login", digest).stream(of: $0) }
    }

    private func claimed(by command: some Command) -> [StreamName] {
        organisation.id.map { id in command.claims.compactMap { $0.stream(of: id) } } ?? []
    }

    private func target(of command: some Command, _ actor: Actor) -> UniqueID? {
        switch command.target {
        case .organisation: return nil
        case .client(let id): return id
        case .stream(let name): return client(of: name)
        case .digest(let claim): return here.flatMap { claim.stream(of: $0) }.flatMap(client)
        case .actor:
            guard case .portalUser(let id) = actor else { return nil }
            return client(of: StreamName("portalAccount", id))
        }
    }

    /// The client whom a stream is about, if the stream is of the organisation that is asked.
    private func client(of stream: StreamName) -> UniqueID? {
        guard let whose = streams[stream], whose.organisation == here else { return nil }
        return whose.client
    }

    private mutating func record(_ events: [PortalEvent], by actor: Actor) {
        for event in events {
            if case .organisationRegistered(let event) = event { here = event.organisationId }
            history.append(Entry(event: event, actor: actor, time: now, organisation: here))
            guard let here else { continue }
            fold(event, of: here)
            for name in event.streams(organisation: here) {
                // What a stream is about, its first event says; a login address changes hands.
                if name.text.hasPrefix("login/") || streams[name] == nil {
                    streams[name] = Whose(organisation: here, client: event.client)
                }
            }
            if case .clientRecordsMerged(let event) = event, let kept = event.keptAccountId {
                let whose = Whose(organisation: here, client: event.clientId)
                streams[StreamName("portalAccount", kept)] = whose
            }
        }
    }

    private mutating func fold(_ event: PortalEvent, of organisation: UniqueID) {
        if event.client != nil {
            if case .clientRegistered(let event) = event { homes[event.clientId] = organisation }
            for name in event.streams(organisation: organisation) {
                guard let id = name.clientID else { continue }
                clients[id, default: ClientState()].evolve(with: event)
            }
        } else {
            organisations[organisation, default: OrganisationState()].evolve(with: event)
        }
        switch event {
        case .loginEmailClaimed(let claim): fold(event, claim.emailDigest)
        case .loginEmailReleased(let release): fold(event, release.emailDigest)
        default: break
        }
    }

    private mutating func fold(_ event: PortalEvent, _ loginDigest: String) {
        guard let stream = loginStream(loginDigest) else { return }
        logins[stream, default: LoginState()].evolve(with: event)
    }
}

extension StreamName {
    /// The client whose stream it is.
    var clientID: UniqueID? {
        text.hasPrefix("client/") ? UniqueID(text.dropFirst(7)) : nil
    }
}
