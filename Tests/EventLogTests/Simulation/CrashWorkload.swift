import EventLine

@testable import EventLog

/// Appends of all kinds to a log on a simulated disk, by the numbers of a seed.
struct CrashWorkload {
    let log: EventLog
    let device: SimulatedDevice
    private(set) var commits: [LogHistory.Commit] = []
    private var generator: SeededGenerator
    private var eventCount: UInt64 = 0

    init(log: EventLog, device: SimulatedDevice, seed: UInt64) {
        self.log = log
        self.device = device
        generator = SeededGenerator(seed: seed)
    }

    /// One step; `acknowledge` is told the last sequence of each receipt as soon as there is one.
    mutating func step(_ acknowledge: @escaping @Sendable (UInt64) -> Void) async throws {
        switch Int.random(in: 0..<11, using: &generator) {
        case 10: try log.indexRolledSegments()
        case 0: _ = try log.sealRolledSegments(now: Instant(microseconds: .max / 2))
        case 1: try await repeatCommit()
        case 2: try await conditions(acknowledge)
        case 3...5: try await together(Int.random(in: 2...6, using: &generator), acknowledge)
        default: try await together(1, acknowledge)
        }
    }

    /// Commits that wait together while the writer is held up with the first of them.
    private mutating func together(
        _ count: Int,
        _ acknowledge: @escaping @Sendable (UInt64) -> Void
    ) async throws {
        if count > 1 { device.gate.close() }
        var pending = [try submit()]
        if count > 1 { device.gate.awaitSomebody() }
        while pending.count < count { pending.append(try submit()) }
        device.gate.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for pending in pending {
                group.addTask { acknowledge(try await pending.receipt().last) }
            }
            try await group.waitForAll()
        }
    }

    private mutating func submit(
        expecting: [StreamName: ExpectedVersion] = [:]
    ) throws -> PendingAppend {
        let events = (0..<Int.random(in: 1...3, using: &generator)).map { _ in newEvent() }
        let pending = try log.submit(events, expecting: expecting)
        commits.append(LogHistory.Commit(events: events, lines: pending.provisional.events))
        return pending
    }

    private mutating func newEvent() -> NewEvent {
        eventCount += 1
        var streams = [stream(.random(in: 1...4, using: &generator))]
        if generator.oneIn(3) { streams.append(stream(9)) }
        let padding = generator.oneIn(12) ? 5000 : Int.random(in: 0...60, using: &generator)
        return event(eventCount, in: streams, padding: padding)
    }

    private func repeatCommit() async throws {
        guard let commit = commits.last else { return }
        let receipt = try await log.append(commit.events, expecting: [stream(1): .exactly(77)])
        guard receipt.events == commit.lines else { throw Surprise("another receipt: \(receipt)") }
    }

    private mutating func conditions(
        _ acknowledge: @escaping @Sendable (UInt64) -> Void
    ) async throws {
        let version = try log.version(of: stream(2))
        let stale = ExpectedVersion.exactly(version + 1)
        if (try? log.submit([event(1 << 40)], expecting: [stream(2): stale])) != nil {
            throw Surprise("a stale version was taken")
        }
        let pending = try submit(expecting: [stream(2): .exactly(version), stream(8): .none])
        acknowledge(try await pending.receipt().last)
    }
}

/// What should not have happened.
struct Surprise: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
