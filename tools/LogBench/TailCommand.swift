internal import EventLog
internal import Foundation

/// `tail`: how long after its receipt an event is seen by a follower in another process.
struct TailCommand: BenchCommand {
    static let usage = """
        tail DIR [--rate N] [--seconds S]
            appends N events a second, and compares when each was acknowledged here with when a
            second process that follows the log had read it
        """
    static let options = ["rate", "seconds"]

    private let directory: String
    private let rate: Int
    private let eventCount: Int

    init(_ arguments: Arguments) {
        directory = arguments.directory
        rate = max(1, arguments["rate", otherwise: 1000])
        eventCount = max(1, rate * arguments["seconds", otherwise: 5])
    }

    func run() async throws {
        let log = try EventLog.open(directory: directory)
        let follower = Process()
        let output = Pipe()
        follower.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        follower.arguments = [
            "follow", directory, "--after", "\(log.lastSequence)", "--count", "\(eventCount)",
        ]
        follower.standardOutput = output
        try follower.run()
        // The follower says when it has begun to listen.
        _ = output.fileHandleForReading.availableData
        let receipts = try await write(to: log)
        let seen = try output.fileHandleForReading.readToEnd() ?? Data()
        follower.waitUntilExit()
        try log.close()
        try report(receipts, String(decoding: seen, as: UTF8.self))
    }

    /// When each receipt came, by sequence.
    private func write(to log: EventLog) async throws -> [UInt64: Moments] {
        var caller = Caller(log)
        var receipts: [UInt64: Moments] = [:]
        var due = ContinuousClock.now
        for _ in 0..<eventCount {
            try await Task.sleep(until: due, tolerance: .zero)
            let start = MachineClock.nanoseconds
            let receipt = try await caller.append(1)
            receipts[receipt.first] = Moments(start, MachineClock.nanoseconds)
            due += .seconds(1) / rate
        }
        return receipts
    }

    private struct Moments {
        let submitted: UInt64
        let acknowledged: UInt64

        init(_ submitted: UInt64, _ acknowledged: UInt64) {
            self.submitted = submitted
            self.acknowledged = acknowledged
        }
    }

    private func report(_ receipts: [UInt64: Moments], _ seen: String) throws {
        var afterReceipt = Latencies()
        var afterSubmission = Latencies()
        for line in seen.split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { UInt64($0) }
            guard numbers.count == 2, let moments = receipts[numbers[0]] else { continue }
            afterReceipt.add(from: moments.acknowledged, to: numbers[1])
            afterSubmission.add(from: moments.submitted, to: numbers[1])
        }
        guard afterReceipt.count == eventCount else {
            throw UsageError("the follower saw \(afterReceipt.count) of \(eventCount) events")
        }
        var figures = Figures()
        figures.add("rate", rate)
        figures.add("afterReceipt", afterReceipt)
        figures.add("afterSubmission", afterSubmission)
        figures.print()
    }
}
