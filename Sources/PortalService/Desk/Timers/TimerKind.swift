import EventLine
import PortalAccess

/// A kind of thing that the passing of time makes due.
protocol TimerKind: Sendable {
    /// What is due at a moment. More may be told than is: the commands check again.
    func due(at moment: TimerMoment) throws(ServiceError) -> [DueTask]
}

/// A command that has become due.
struct DueTask: Sendable {
    /// Since when.
    let dueAt: Instant
    let organisation: UniqueID
    let command: any Command
}

/// The moment at which it is asked what is due, with each organisation's day.
struct TimerMoment: Sendable {
    let now: Instant
    let organisations: [OrganisationDay]
    private let store: Store

    /// Local dates: each organisation has a day of its own.
    struct OrganisationDay: Sendable {
        let id: UniqueID
        let calendar: LocalCalendar
        let today: LocalDate
    }

    init(_ store: Store) throws(ServiceError) {
        self.store = store
        let now = store.clock.now
        self.now = now
        organisations = try store.rows("profile-states", "organisations", [:]).compactMap { row in
            guard let id = row.id("organisationId"),
                let calendar = row["timeZone"]?.string.flatMap({ LocalCalendar(zone: $0) })
            else { return nil }
            return OrganisationDay(id: id, calendar: calendar, today: calendar.date(of: now))
        }
    }

    /// Rows of a query that takes the moment as `now`.
    func rows(_ projection: String, _ query: String) throws(ServiceError) -> [JSONValue] {
        try store.rows(projection, query, ["now": .string("\(now)")])
    }

    /// Rows of a query that takes an organisation and its date as `today`.
    func rows(
        _ projection: String,
        _ query: String,
        in organisation: OrganisationDay
    ) throws(ServiceError) -> [JSONValue] {
        let arguments: [String: JSONValue] = [
            "organisation": .string("\(organisation.id)"),
            "today": .string("\(organisation.today)"),
        ]
        return try store.rows(projection, query, arguments)
    }
}

extension Store {
    /// Rows of a query of a live projection.
    func rows(
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws(ServiceError) -> [JSONValue] {
        try ProjectionRows(projection, of: projections).rows(query, arguments)
    }
}

extension JSONValue {
    func id(_ name: String) -> UniqueID? { self[name]?.string.flatMap { UniqueID($0) } }
    func instant(_ name: String) -> Instant? { self[name]?.string.flatMap { Instant(rfc3339: $0) } }
    func date(_ name: String) -> LocalDate? { self[name]?.string.flatMap { LocalDate($0) } }
}
