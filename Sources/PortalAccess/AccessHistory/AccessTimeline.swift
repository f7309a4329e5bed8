package import EventLine
package import PortalEvents

/// An organisation and some of its clients, folded from event to event, so that the rules can be
/// asked what may be seen of a client's profile at every moment of the past.
package struct AccessTimeline: Sendable {
    private let subject: UniqueID
    private let days: @Sendable (_ zone: String) -> LocalDays
    private var organisation = OrganisationState()
    private var clients: [UniqueID: ClientState]
    private var zone: LocalDays

    /// An event with what its envelope says of its place.
    package struct Entry: Sendable {
        package let event: PortalEvent
        package let streams: [StreamName]
        package let time: Instant

        package init(_ event: PortalEvent, in streams: [StreamName], at time: Instant) {
            self.event = event
            self.streams = streams
            self.time = time
        }
    }

    /// A moment at which what may be seen could change.
    package struct Moment: Hashable, Sendable {
        package let time: Instant
        /// The place of the event in the entries; nil where the calendar alone made the change.
        package let entry: Int?
    }

    /// A timeline of a client, with the clients with whom accounts were opened that reach its
    /// profile. `days` makes the local dates of a time zone.
    package init(
        of subject: UniqueID,
        with homes: Set<UniqueID>,
        days: @escaping @Sendable (_ zone: String) -> LocalDays
    ) {
        self.subject = subject
        self.days = days
        clients = Dictionary(
            uniqueKeysWithValues: homes.union([subject]).map { ($0, ClientState()) }
        )
        zone = days(organisation.timeZone)
    }

    /// Visits every event, in order, and between them every moment at which the calendar alone
    /// can change something, up to `end`. Each visit gets the rules' view after that moment.
    ///
    /// - Parameter turns: the moments, of those that a situation foresees, that matter.
    package mutating func walk(
        through entries: [Entry],
        until end: Instant,
        turns: (Situation) -> [Instant],
        visit: (Moment, Situation) -> Void
    ) {
        for (place, entry) in entries.enumerated() {
            if place > 0 {
                pass(from: entries[place - 1].time, to: entry.time, turns, visit)
            }
            take(entry)
            visit(Moment(time: entry.time, entry: place), situation(at: entry.time))
        }
        if let last = entries.last { pass(from: last.time, to: end, turns, visit) }
    }

    private func pass(
        from start: Instant,
        to end: Instant,
        _ turns: (Situation) -> [Instant],
        _ visit: (Moment, Situation) -> Void
    ) {
        let coming = Set(turns(situation(at: start)).filter { start < $0 && $0 <= end })
        for time in coming.sorted() {
            visit(Moment(time: time, entry: nil), situation(at: time))
        }
    }

    private mutating func take(_ entry: Entry) {
        for stream in entry.streams {
            switch stream.category {
            case "organisation":
                let known = organisation.timeZone
                organisation.evolve(with: entry.event)
                if organisation.timeZone != known { zone = days(organisation.timeZone) }
            case "client":
                if let id = stream.id { clients[id]?.evolve(with: entry.event) }
            default: break
            }
        }
    }

    private func situation(at time: Instant) -> Situation {
        var situation = Situation(
            organisation: organisation,
            client: clients[subject] ?? ClientState(),
            actor: .anonymous,
            now: time,
            today: zone.date(time),
            ids: FreshIDs(at: time, random: (0, 0)),
            secrets: FreshSecrets(tokenHashes: [], activationCodeHash: "")
        )
        situation.others = clients.filter { $0.key != subject }
        situation.startOfDay = zone.start
        return situation
    }
}

/// The local dates of a time zone.
package struct LocalDays: Sendable {
    /// The date at a moment.
    package let date: @Sendable (Instant) -> LocalDate
    /// The moment at which a date begins.
    package let start: @Sendable (LocalDate) -> Instant

    package init(
        date: @escaping @Sendable (Instant) -> LocalDate,
        start: @escaping @Sendable (LocalDate) -> Instant
    ) {
        self.date = date
        self.start = start
    }
}
