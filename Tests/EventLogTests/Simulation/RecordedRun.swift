import EventLine
import Synchronization

@testable import EventLog

/// A run of the engine on a simulated disk, with a moment to go back to behind every change that
/// it made there. A loss of power at any of them then costs only the restart.
struct RecordedRun: Sendable {
    struct Moment: Sendable {
        let disk: SimulatedDisk
        /// Through which sequence appends were acknowledged by then.
        let acknowledged: UInt64
    }

    let seed: UInt64
    let moments: [Moment]
    /// All commits, in the order of their sequences.
    let commits: [LogHistory.Commit]
    /// The text that they are, and where each line ends in it.
    let text: [UInt8]
    let lineEnds: [Int]

    /// Runs appends of all kinds, rolls and seals. Some runs index and seal in the background too.
    static func record(seed: UInt64, steps: Int = 24) async throws -> RecordedRun {
        let moments = Mutex([Moment]())
        let acknowledged = Atomic<UInt64>(0)
        let device = SimulatedDevice(seed: seed)
        device.set(SimulatedDevice.Faults(shortOneIn: 20, interruptedOneIn: 20))
        device.observe { disk in
            let through = acknowledged.load(ordering: .sequentiallyConsistent)
            moments.withLock { $0.append(Moment(disk: disk, acknowledged: through)) }
        }
        let log = try SimulatedLog.open(device, keepsUp: seed % 3 == 0)
        var workload = CrashWorkload(log: log, device: device, seed: seed)
        for _ in 0..<steps {
            try await workload.step { last in
                var before = acknowledged.load(ordering: .sequentiallyConsistent)
                while before < last {
                    before =
                        acknowledged.compareExchange(
                            expected: before,
                            desired: last,
                            ordering: .sequentiallyConsistent
                        ).original
                }
            }
        }
        try workload.log.close()
        let lines = workload.commits.flatMap(\.lines).map(\.canonicalBytes)
        var end = 0
        return RecordedRun(
            seed: seed,
            moments: moments.withLock { $0 },
            commits: workload.commits,
            text: lines.flatMap { $0 },
            lineEnds: lines.map { line in
                end += line.count
                return end
            }
        )
    }

    /// What was answered by a moment.
    func history(at moment: Moment) -> LogHistory {
        var history = LogHistory()
        for commit in commits {
            history.append(commit, commit.last <= moment.acknowledged ? .acknowledged : .unknown)
        }
        return history
    }

    /// Where a commit ends, the start counted too, and through which sequence.
    func isCommitEnd(_ sequence: UInt64) -> Bool {
        sequence == 0 || commits.contains { $0.last == sequence }
    }

    /// The text through a sequence.
    func text(through sequence: UInt64) -> ArraySlice<UInt8> {
        text.prefix(sequence == 0 ? 0 : lineEnds[Int(sequence) - 1])
    }

    /// A line without its line feed.
    func line(at sequence: UInt64) -> ArraySlice<UInt8> {
        text(through: sequence).dropFirst(text(through: sequence - 1).count).dropLast()
    }

    /// The events of a stream, in order.
    func lines(in stream: StreamName) -> [EventLine] {
        commits.flatMap(\.lines).filter { line in
            line.envelope.streams.contains { $0.stream == stream }
        }
    }
}
