internal import EventLine
internal import EventLog

/// `generate`: a large log to read from.
///
/// The lines are written here, a segment at once: no journal, nobody waits for a receipt. The
/// engine indexes and seals them.
struct GenerateCommand: BenchCommand {
    static let usage = """
        generate DIR [--events N] [--segment-bytes B] [--fast 1]
            a log of N events, sealed up to its newest segment, of people with 30 events each
            that are spread over the whole log; fast: packed less tightly than the engine would
        """
    static let options = ["events", "segment-bytes", "fast"]

    private let eventCount: UInt64
    private let population: Population
    private let filler: SegmentFiller

    init(_ arguments: Arguments) {
        eventCount = UInt64(max(1, arguments["events", otherwise: 1_000_000]))
        population = Population(events: eventCount)
        filler = SegmentFiller(
            directory: arguments.directory,
            segmentBytes: arguments["segment-bytes", otherwise: LogOptions().segmentBytes],
            isFast: arguments["fast", otherwise: 0] > 0
        )
    }

    func run() throws {
        let start = MachineClock.nanoseconds
        var filler = filler
        try filler.seal()
        for sequence in 1...eventCount {
            try filler.append(population.line(sequence).canonicalBytes, count: 1)
        }
        try filler.finish()
        var figures = Figures()
        figures.add("events", Int(eventCount))
        figures.add("seconds", Double(MachineClock.nanoseconds - start) / 1e9)
        figures.print()
    }
}
