import EventLog
import Foundation
import Glibc
import Testing

/// A writer in a process of its own dies at any time, again and again; a reader in this one goes
/// on all the while.
@Suite struct KillTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    @Test(arguments: 0..<20 * TrialPlan.factor)
    func `a killed writer loses nothing that it acknowledged, and a reader misses nothing`(
        number: UInt64
    ) async throws {
        let seed = TrialPlan.seed &+ number
        var generator = SeededGenerator(seed: seed)
        try directory.open().close()
        var lines = LogReader(directory: directory.path).lines()
        var seen: UInt64 = 0
        var acknowledged: UInt64 = 0
        for round in 0..<15 {
            let writer = try startWriter(&generator)
            try awaitFirstLine(of: writer)
            // The log was repaired before the first acknowledgement.
            seen = try read(&lines, after: seen)
            #expect(seen >= acknowledged, "seed \(seed), round \(round)")
            usleep(.random(in: 0...20_000, using: &generator))
            writer.kill()
            acknowledged = max(acknowledged, lastAcknowledged(by: writer))
            seen = try read(&lines, after: seen)
        }
        let log = try directory.open()
        #expect(log.lastSequence >= acknowledged, "seed \(seed)")
        #expect(try read(&lines, after: seen) == log.lastSequence, "seed \(seed)")
        let verification = try log.reader.verify()
        #expect(verification.findings == [], "seed \(seed)")
        #expect(verification.lineCount == log.lastSequence, "seed \(seed)")
        try log.close()
    }

    private func startWriter(_ generator: inout SeededGenerator) throws -> RunningProgram {
        let callers = [1, 3, 16].randomElement(using: &generator) ?? 1
        let batch = Int.random(in: 1...4, using: &generator)
        let command = [
            RunningProgram.own("LogBench"), "write", directory.path, "--rate", "3000",
            "--callers", "\(callers)", "--batch", "\(batch)", "--seconds", "0",
            "--segment-bytes", "8000", "--grace-ms", "0",
        ]
        return try RunningProgram(command, output: "\(directory.path)/acknowledged")
    }

    private func awaitFirstLine(of writer: RunningProgram) throws {
        let patience = ContinuousClock.now + .seconds(60)
        while writer.lines.isEmpty {
            guard ContinuousClock.now < patience, !writer.hasEnded else {
                throw Surprise("the writer did not begin: \(writer.errors)")
            }
            usleep(500)
        }
    }

    private func lastAcknowledged(by writer: RunningProgram) -> UInt64 {
        writer.lines.compactMap { $0.split(separator: " ").last.flatMap { UInt64($0) } }.max() ?? 0
    }

    /// Reads on to the present end; each line must be the one that follows.
    private func read(_ lines: inout LogLines, after last: UInt64) throws -> UInt64 {
        var last = last
        while let line = try lines.next() {
            guard line.sequence == last + 1 else {
                throw Surprise("line \(line.sequence) follows \(last)")
            }
            last = line.sequence
        }
        return last
    }
}
