import EventLine
import PortalAccess
import PortalEvents

/// What a query is answered from: who asks for what, as of when.
struct QueryCase {
    var input: CommandInput
    let actor: Actor
    let organisation: UniqueID
    /// The organisation as of the moment that is asked about.
    let settings: OrganisationState
    /// The organisation now. What somebody may ask is decided by what they may today: whoever
    /// has lost a permission does not get it back by asking about the past.
    let present: OrganisationState
    /// The moment as of which it is asked.
    let moment: Moment
    /// The client whom it turned out to be about, where its reading is recorded.
    var concernedClient: UniqueID?
    /// Projections that an event stopped, and that it is answered from all the same.
    let stops = StoppedProjections()
    /// What it is answered from; nil while a query is only described.
    private let source: Archive?

    /// A place in the log and the time that belongs to it.
    struct Moment: Hashable {
        let sequence: UInt64
        let time: Instant
        /// Whether it lies behind both the log's end and the clock.
        var isAhead = false
        /// Whether it is asked about now, whatever has come by the time it is answered.
        var isNow = false
    }

    init(
        input: CommandInput,
        actor: Actor,
        organisation: UniqueID,
        settings: OrganisationState,
        present: OrganisationState,
        moment: Moment,
        archive: Archive?
    ) {
        self.input = input
        self.actor = actor
        self.organisation = organisation
        self.settings = settings
        self.present = present
        self.moment = moment
        source = archive
    }

    /// What the query is answered from.
    var archive: Archive {
        get throws(ServiceError) {
            guard let source else { throw ServiceError("the query is only described") }
            return source
        }
    }

    /// The organisation's local date at the moment.
    var today: LocalDate {
        (LocalCalendar(zone: settings.timeZone) ?? .universal).date(of: moment.time)
    }

    /// The calendar by which times are shown: the organisation's as it is now.
    var shownCalendar: LocalCalendar { LocalCalendar(zone: present.timeZone) ?? .universal }

    /// Stops questions about what has not happened yet.
    func requirePast() throws(Refusal) {
        guard !moment.isAhead else {
            throw .invalidInput(
                "asOf",
                "lies ahead of now; the log ends with event \(moment.sequence)"
            )
        }
    }

    /// Stops people who have yet to set a password in the place of one that was mailed to them,
    /// and people whose session has ended.
    func requireSession() throws {
        guard case .portalUser(let id) = actor, let home = try asNow.home(ofAccount: id),
            let account = try asNow.linkedClient(home)?.account(id)
        else { return }
        if account.mustSetPassword { throw Refusal.passwordMustBeSet }
        guard account.isSignedOut else { return }
        let now = try asNow.client(home, LinkQuestion(account: id, actor: actor))
        // Whoever can open nothing any more hears what anybody hears who may not ask.
        guard let refusal = now.sessionRefusal(of: account), refusal.reason != .noProfileAccess
        else { return }
        throw refusal
    }

    /// Lets members of the organisation's staff and the operator pass.
    func requireStaff() throws(Refusal) {
        switch actor {
        case .staff(let id) where present.staff[id] != nil: break
        case .system: break
        case .staff, .portalUser, .anonymous: throw Refusal(.notPermitted)
        }
    }

    /// Lets the operator pass, and staff with a permission.
    func require(_ permission: Permission) throws(Refusal) {
        try requireStaff()
        if case .staff(let id) = actor, !present.staff(id, has: permission) {
            throw Refusal(.notPermitted, detail: "needs \(permission.rawValue)")
        }
    }

    /// The same question, asked about now.
    var asNow: QueryCase {
        get throws {
            guard let now = try archive.moment(nil) else { return self }
            return QueryCase(
                input: input,
                actor: actor,
                organisation: organisation,
                settings: present,
                present: present,
                moment: now,
                archive: source
            )
        }
    }

    /// A client's streams folded, as of the moment.
    func client(_ id: UniqueID, _ question: LinkQuestion = LinkQuestion()) throws -> Situation {
        let events = try archive.events(in: [StreamName("client", id)], through: moment.sequence)
        guard let first = events.first, first.envelope.organisation == organisation else {
            throw Refusal(.notFound, detail: "the organisation has nothing of this id")
        }
        var client = ClientState()
        for event in events { client.evolve(with: event.event) }
        var situation = situation(of: client)
        var source = self
        situation.others = try source.linked(to: client, question)
        return situation
    }

    /// A client with the accounts of all their contacts, wherever these were opened.
    func clientWithContacts(_ id: UniqueID) throws -> Situation {
        let events = try archive.events(in: [StreamName("client", id)], through: moment.sequence)
        let people = Set(
            events.compactMap { recorded -> UniqueID? in
                guard case .contactAdded(let event) = recorded.event else { return nil }
                return event.personId
            }
        )
        return try client(id, LinkQuestion(people: people))
    }

    /// A client as the rules see it, at the moment and for whoever asks.
    func situation(of client: ClientState) -> Situation {
        let calendar = LocalCalendar(zone: settings.timeZone) ?? .universal
        var situation = Situation(
            organisation: settings,
            client: client,
            actor: actor,
            now: moment.time,
            today: today,
            ids: FreshIDs(at: moment.time, random: (0, 0)),
            secrets: FreshSecrets(tokenHashes: [], activationCodeHash: "")
        )
        situation.startOfDay = { calendar.start(of: $0) }
        return situation
    }

    /// The client whom a stream's events concern, folded.
    func client(of stream: StreamName) throws -> (situation: Situation, id: UniqueID) {
        let first = try archive.events(in: [stream], through: moment.sequence).first
        guard let id = first?.envelope.client else {
            throw Refusal(.notFound, detail: "the organisation has nothing of this id")
        }
        return (try client(id), id)
    }

    /// A profile that exists, with its client.
    func profile(_ id: UniqueID) throws -> (
        profile: Profile, situation: Situation, client: UniqueID
    ) {
        let (situation, clientID) = try client(of: StreamName("profile", id))
        guard let profile = situation.client.profile, profile.id == id else {
            throw Refusal(.notFound, detail: "the profile was deleted")
        }
        return (profile, situation, clientID)
    }

    /// Rows about one client, for which the events of other clients may matter too.
    func rows(
        about client: UniqueID,
        and others: Set<UniqueID> = [],
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws -> [JSONValue] {
        let streams =
            [StreamName("organisation", organisation)]
            + ([client] + others).map { StreamName("client", $0) }
        return try rows(projection, query, arguments, of: streams)
    }

    /// Rows about the whole organisation.
    func rows(
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue] = [:]
    ) throws -> [JSONValue] {
        var arguments = arguments
        arguments["organisation"] = .string("\(organisation)")
        return try rows(projection, query, arguments, of: nil)
    }

    /// Rows from the events of some streams, nil for all, where the live ones do not stand there.
    func rows(
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue],
        of streams: [StreamName]?
    ) throws -> [JSONValue] {
        let rows = try archive.rows(projection, of: streams, as: moment)
        if let stop = rows.stop { stops.note(stop) }
        return try rows.rows(query, arguments)
    }
}
