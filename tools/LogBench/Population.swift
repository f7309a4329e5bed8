internal import EventLine

/// The people of a generated log, the same each time for the same number of events: everybody has
/// 30 events, which are spread evenly over the whole log. Nothing is harder to find.
struct Population: Sendable {
    let count: UInt64

    private static let eventsPerPerson: UInt64 = 30
    private static let start = Instant(microseconds: 1_735_689_600_000_000)
    /// From one event to the next.
    private static let step: Int64 = 300_000

    init(events: UInt64) {
        count = max(1, events / Self.eventsPerPerson)
    }

    /// Somebody by number.
    func person(_ number: UInt64) -> Person {
        var random = SplitMix(seed: number)
        let age = Int64(number % 100_000) * 60_000_000
        return Person(at: Self.start.adding(microseconds: -age), using: &random)
    }

    /// The line of the log with this sequence.
    func line(_ sequence: UInt64) -> EventLine {
        let place = sequence - 1
        var person = person(place % count)
        person.version = Int(place / count) + 1
        var random = SplitMix(seed: ~sequence)
        let time = Self.start.adding(microseconds: Int64(sequence) * Self.step)
        return person.line(sequence: sequence, at: time, using: &random)
    }
}
