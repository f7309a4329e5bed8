internal import EventLine
internal import EventLog

/// `scan`: a replay, as a projection makes it: every line verified and its envelope decoded, on
/// one core.
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
        var count = 0
        var bytes = 0
        var lines = LogReader(directory: directory).lines()
        while let line = try lines.next() {
            count += try line.event().envelope.commitCount > 0 ? 1 : 0
            bytes += line.bytes.count + 1
        }
        let seconds = Double(MachineClock.nanoseconds - start) / 1e9
        var figures = Figures()
        figures.add("events", count)
        figures.add("rate", Double(count) / seconds)
        figures.add("megabytesPerSecond", Double(bytes) / seconds / 1e6)
        figures.print()
    }
}
