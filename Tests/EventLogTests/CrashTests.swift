import Foundation
import Testing

@testable import EventLog

/// How much to try, and from which seed on.
enum TrialPlan {
    static let seed = number("DAYBOOK_SEED") ?? .random(in: 1...999_999)
    /// How many times as much as in an ordinary run.
    static let factor = max(1, number("DAYBOOK_FACTOR") ?? 1)

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}

@Suite struct CrashTests {
    /// At every change that a run makes on the disk.
    @Test(arguments: 0..<6 * TrialPlan.factor)
    func `a loss of power at any moment loses nothing that was acknowledged or visible`(
        number: UInt64
    ) async throws {
        let seed = TrialPlan.seed &+ number
        let run = try await RecordedRun.record(seed: seed)
        print("crash seed \(seed): \(run.moments.count) moments, \(run.commits.count) commits")
        for moment in run.moments.indices {
            let crash = seed &* 1_000_003 &+ UInt64(moment)
            let anomalies = await CrashTrial.anomalies(run: run, moment: moment, seed: crash)
            for anomaly in anomalies { Issue.record("\(anomaly)") }
            if !anomalies.isEmpty { return }
        }
    }

    @Test(arguments: 0..<40 * TrialPlan.factor)
    func `a disk that refuses, fails and lies keeps what was answered`(number: UInt64) async throws
    {
        try await carryOut(TrialPlan.seed &+ number)
    }

    /// 328: the name of the journal was not on the disk, because making it had failed after that.
    @Test(arguments: [328])
    func `a history that once lost something loses nothing`(seed: UInt64) async throws {
        try await carryOut(seed)
    }

    private func carryOut(_ seed: UInt64) async throws {
        var run = FaultyRun(seed: seed)
        do {
            guard let anomaly = try await run.carryOut(restarts: 6) else { return }
            Issue.record("seed \(seed): \(anomaly)\n\(run.story.joined(separator: "\n"))")
        } catch {
            Issue.record("seed \(seed): \(error)\n\(run.story.joined(separator: "\n"))")
        }
    }
}
