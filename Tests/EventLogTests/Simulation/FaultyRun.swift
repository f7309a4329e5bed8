import EventLine
import Glibc
import Synchronization

@testable import EventLog

/// A run on a disk that refuses, fails and loses its power again and again, and is asked after
/// every restart whether all is as it was answered.
struct FaultyRun {
    private var device: SimulatedDevice
    private var generator: SeededGenerator
    private var history = LogHistory()
    private var eventCount: UInt64 = 0
    /// What was told and done, for whoever reads of a failure.
    private(set) var story: [String] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        device = SimulatedDevice(seed: generator.next())
    }

    /// The first thing that is wrong; nil if nothing is.
    mutating func carryOut(restarts: Int) async throws -> String? {
        for _ in 0..<restarts {
            if let anomaly = try await live() { return anomaly }
            restart()
        }
        return nil
    }

    /// From one opening of the log to the next.
    private mutating func live() async throws -> String? {
        let log = try open()
        if let anomaly = try check(log) { return anomaly }
        for _ in 0..<Int.random(in: 2...8, using: &generator) {
            breakSomething()
            if let why = await appendTogether(log) { story.append(why) }
            if generator.oneIn(4) { try? log.indexRolledSegments() }
            if generator.oneIn(4) {
                _ = try? log.sealRolledSegments(now: Instant(microseconds: .max / 2))
            }
            device.set(SimulatedDevice.Faults())
            if generator.oneIn(3) {
                if let why = await appendTogether(log) { story.append("healed: \(why)") }
            }
        }
        // Without a proper end, what was not synchronised stays so.
        if generator.oneIn(2) {
            let disk = device.disk
            device.cutPower()
            try? log.close()
            device = SimulatedDevice(disk, seed: generator.next())
        } else {
            do { try log.close() } catch { story.append("close: \(error)") }
        }
        return nil
    }

    /// An attempt may meet a fault; without faults the log must open.
    private mutating func open() throws -> EventLog {
        if generator.oneIn(2) { breakSomething() }
        let first = Result { try SimulatedLog.open(device) }
        device.set(SimulatedDevice.Faults())
        if case .success(let log) = first { return log }
        story.append("open: \(first)")
        if generator.oneIn(2) { restart() }
        return try SimulatedLog.open(device)
    }

    private mutating func check(_ log: EventLog) throws -> String? {
        let text = try LogText(device.disk).bytes
        if let anomaly = history.anomalies(in: text).first { return anomaly }
        history.learn(from: text)
        let findings = try log.reader.verify().findings
        return findings.first.map { "verify: \($0)" }
    }

    /// Power is lost, or the program is only started again.
    private mutating func restart() {
        var disk = device.disk
        device.cutPower()
        if let fate = SimulatedDisk.Fate.allCases.randomElement(using: &generator),
            generator.oneIn(2)
        {
            story.append("crash: \(fate)")
            disk = disk.afterCrash(fate, using: &generator)
        }
        device = SimulatedDevice(disk, seed: generator.next())
    }

    private mutating func breakSomething() {
        var faults = SimulatedDevice.Faults(shortOneIn: 9, interruptedOneIn: 9)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: break
        case 1...2:
            faults.capacity = device.disk.occupied + .random(in: 0...12_000, using: &generator)
        default:
            let (operations, code) =
                [
                    ([.write], EIO), ([.write], ENOSPC), ([.synchronize], EIO),
                    ([.reserve], ENOSPC),
                    ([.rename, .link, .open, .remove, .truncate], EIO), ([.read], EIO),
                ].randomElement(using: &generator) ?? ([DeviceError.Operation.synchronize], EIO)
            let isLasting = generator.oneIn(2)
            let calls = Countdown(.random(in: 0...6, using: &generator), isLasting: isLasting)
            story.append("\(operations.map(\.rawValue)) \(code), lasting: \(isLasting)")
            faults.rule = { operation, _ in
                operations.contains(operation) && calls.isOver() ? code : nil
            }
        }
        device.set(faults)
    }

    /// Submits some commits at once, and keeps what is answered.
    private mutating func appendTogether(_ log: EventLog) async -> String? {
        var failure: String?
        var pending: [(LogHistory.Commit, PendingAppend)] = []
        for _ in 0..<Int.random(in: 1...5, using: &generator) {
            let events = (0..<Int.random(in: 1...3, using: &generator)).map { _ in newEvent() }
            do {
                let submitted = try log.submit(events)
                let lines = submitted.provisional.events
                pending.append((LogHistory.Commit(events: events, lines: lines), submitted))
            } catch {
                failure = "submit: \(error)"
            }
        }
        for (commit, submitted) in pending {
            do throws(AppendError) {
                _ = try await submitted.receipt()
                history.append(commit, .acknowledged)
            } catch .stopped(let error) {
                failure = "stopped: \(error)"
                history.append(commit, .unknown)
            } catch {
                failure = "\(error)"
                history.append(commit, .refused)
            }
        }
        return failure
    }

    private mutating func newEvent() -> NewEvent {
        eventCount += 1
        let padding = generator.oneIn(9) ? 5000 : Int.random(in: 0...60, using: &generator)
        let streams = [stream(.random(in: 1...4, using: &generator)), stream(9)]
        return event(eventCount, in: streams, padding: padding)
    }
}

/// Counts calls down; over for one call, or from then on.
final class Countdown: Sendable {
    private let rest: Atomic<Int>
    private let isLasting: Bool

    init(_ count: Int, isLasting: Bool) {
        rest = Atomic(count)
        self.isLasting = isLasting
    }

    func isOver() -> Bool {
        let now = rest.subtract(1, ordering: .relaxed).oldValue
        return now == 0 || now < 0 && isLasting
    }
}
