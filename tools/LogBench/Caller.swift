internal import EventLine
internal import EventLog

/// One of those who append at the same time: each has people of its own, so that it knows the
/// versions of their streams, and says what it expects of them.
struct Caller: Sendable {
    private let log: EventLog
    private var random = SplitMix(seed: .random(in: .min ... .max))
    private var person: Person

    /// After so many events, somebody else's turn comes.
    private static let eventsPerPerson = 30

    init(_ log: EventLog) {
        self.log = log
        person = Person(at: MachineClock.now, using: &random)
    }

    /// Appends events as one commit, and returns when they are durable.
    mutating func append(_ count: Int) async throws(AppendError) -> Receipt {
        let now = MachineClock.now
        if person.version >= Self.eventsPerPerson { person = Person(at: now, using: &random) }
        let events = (0..<count).map { _ in person.event(at: now, using: &random) }
        let receipt = try await log.append(
            events,
            expecting: [person.client: .exactly(person.version)]
        )
        person.version += count
        return receipt
    }
}
