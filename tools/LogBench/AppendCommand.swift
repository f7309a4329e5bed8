internal import EventLog
internal import Foundation

/// `append`: how many events become durable in a second, and how long each caller waits.
///
/// In turn with the appends it writes frames of the same size to a file of its own, so that the
/// rate stands beside what the disk gave in the same seconds.
struct AppendCommand: BenchCommand {
    static let usage = """
        append DIR [--callers C] [--seconds S]
            C callers append one event each and wait for its receipt, again and again
        """
    static let options = ["callers", "seconds"]

    private let directory: String
    private let callerCount: Int
    private let seconds: Duration

    private static let turnCount = 6

    init(_ arguments: Arguments) {
        directory = arguments.directory
        callerCount = max(1, arguments["callers", otherwise: 1])
        seconds = arguments.seconds("seconds", otherwise: 6)
    }

    func run() async throws {
        let log = try EventLog.open(directory: directory)
        let probe = try JournalProbe(directory: directory)
        var callers = (0..<callerCount).map { _ in Caller(log) }
        var sum = Turn()
        // Before it counts: threads start, memory and the journal's pages are touched.
        _ = try await turn(of: &callers, length: seconds / Self.turnCount / 4)
        for _ in 0..<Self.turnCount {
            let turn = try await turn(of: &callers, length: seconds / Self.turnCount)
            sum.add(turn)
            try probe.run(for: seconds / Self.turnCount / 3, frameBytes: sum.frameBytes)
        }
        try log.close()
        report(sum, probe)
    }

    /// What the callers did together in a while.
    private struct Turn: Sendable {
        var latencies = Latencies()
        var seconds = 0.0
        var processorSeconds = 0.0
        var writeCalls = 0
        var bytes = 0

        /// A group is one write to the journal and one to the text.
        var groups: Double { Double(writeCalls) / 2 }
        var frameBytes: Int { Int(Double(bytes) / max(1, groups)) }

        mutating func add(_ other: Turn) {
            latencies.add(other.latencies)
            seconds += other.seconds
            processorSeconds += other.processorSeconds
            writeCalls += other.writeCalls
            bytes += other.bytes
        }
    }

    private func turn(of callers: inout [Caller], length: Duration) async throws -> Turn {
        let calls = ProcessCounters.writeCalls
        let processorSeconds = ProcessCounters.processorSeconds
        let start = MachineClock.nanoseconds
        let end = start + UInt64(length / .nanoseconds(1))
        var turn = Turn()
        var resting: [Caller] = []
        try await withThrowingTaskGroup(of: (Caller, Latencies).self) { group in
            for caller in callers {
                group.addTask { try await append(as: caller, until: end) }
            }
            for try await (caller, latencies) in group {
                resting.append(caller)
                turn.latencies.add(latencies)
            }
        }
        callers = resting
        turn.seconds = Double(MachineClock.nanoseconds - start) / 1e9
        turn.processorSeconds = ProcessCounters.processorSeconds - processorSeconds
        turn.writeCalls = ProcessCounters.writeCalls - calls
        turn.bytes = turn.latencies.count * Person.lineBytes
        return turn
    }

    @concurrent
    private func append(as caller: Caller, until end: UInt64) async throws -> (Caller, Latencies) {
        var caller = caller
        var latencies = Latencies()
        var last = MachineClock.nanoseconds
        while last < end {
            _ = try await caller.append(1)
            let now = MachineClock.nanoseconds
            latencies.add(from: last, to: now)
            last = now
        }
        return (caller, latencies)
    }

    private func report(_ sum: Turn, _ probe: JournalProbe) {
        let rate = Double(sum.latencies.count) / sum.seconds
        let rawRate = Double(probe.count) / probe.seconds
        var figures = Figures()
        figures.add("callers", callerCount)
        figures.add("rate", rate)
        figures.add("wait", sum.latencies)
        let processorSeconds = sum.processorSeconds / Double(max(1, sum.latencies.count))
        figures.add("processorMicroseconds", processorSeconds * 1e6)
        figures.add("groups", sum.groups / sum.seconds)
        figures.add("frameBytes", sum.frameBytes)
        figures.add("rawRate", rawRate)
        figures.add("raw", probe.latencies)
        figures.add("ofRaw", rate / rawRate)
        figures.add("groupsOfRaw", sum.groups / sum.seconds / rawRate)
        figures.print()
    }
}
