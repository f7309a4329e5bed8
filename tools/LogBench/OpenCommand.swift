internal import EventLog

/// `open`: how long a writer takes to start, and how much memory it then has held.
struct OpenCommand: BenchCommand {
    static let usage = """
        open DIR
            opens the log for writing and closes it
        """
    static let options: [String] = []

    private let directory: String

    init(_ arguments: Arguments) { directory = arguments.directory }

    func run() throws {
        let before = ProcessCounters.memoryPeak
        let start = MachineClock.nanoseconds
        let log = try EventLog.open(directory: directory)
        let end = MachineClock.nanoseconds
        var figures = Figures()
        figures.add("events", Int(log.lastSequence))
        figures.add("milliseconds", Double(end - start) / 1e6)
        figures.add("memoryPeakMegabytes", Double(ProcessCounters.memoryPeak) / 1e6)
        figures.add("memoryBeforeMegabytes", Double(before) / 1e6)
        try log.close()
        figures.print()
    }
}
