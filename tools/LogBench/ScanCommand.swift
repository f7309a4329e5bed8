internal import EventLine
internal import EventLog

/// `scan`: a replay, as a projection makes it: every line verified, its envelope and its streams
/// decoded, on one core.
struct ScanCommand: BenchCommand {
    static let usage = """
        scan DIR
            reads the whole log, verifies every line and decodes its envelope
        """
    static let options: [String] = []

    private let directory: String

    init(_ arguments: Arguments) { directory = arguments.directory }

    func run() throws {
        let start = MachineClock.nanoseconds
        var seen = Seen()
        var scan = LogReader(directory: directory).scan()
        try scan.run { line, bytes throws(LogError) in seen.take(line, bytes) }
        let seconds = Double(MachineClock.nanoseconds - start) / 1e9
        var figures = Figures()
        figures.add("events", seen.eventCount)
        figures.add("streamsPerEvent", Double(seen.streamCount) / Double(max(1, seen.eventCount)))
        figures.add("rate", Double(seen.eventCount) / seconds)
        figures.add("megabytesPerSecond", Double(seen.byteCount) / seconds / 1e6)
        figures.print()
    }

    private struct Seen {
        var eventCount = 0
        var streamCount = 0
        var byteCount = 0

        mutating func take(_ line: LineView, _ bytes: Span<UInt8>) {
            eventCount += 1
            byteCount += bytes.count + 1
            var places = StreamPlaces(line)
            while places.next(in: bytes) != nil { streamCount += 1 }
        }
    }
}
