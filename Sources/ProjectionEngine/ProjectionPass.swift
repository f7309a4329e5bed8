import Dispatch
import EventLine
import Foundation
import Synchronization

/// Brings several databases forward in one reading of the log.
///
/// The calling thread reads and takes the lines apart; each database has a thread of its own, so
/// one that has much to do holds the others back only when its queue is full.
struct ProjectionPass {
    struct Target {
        let name: String
        let database: ProjectionDatabase
        let skipped: Set<UInt64>
    }

    private var active: [Target]
    private let decoding: EventDecoding
    private let eventsPerTransaction: Int
    /// Why a target was left behind, by projection.
    private(set) var problems: [String: ProjectionError] = [:]

    /// At 500 bytes an event, a batch is some two megabytes.
    private static let batchEventCount = 4096
    private static let queuedBatchCount = 4

    /// - Parameter eventsPerTransaction: how many events at least become one transaction, as long
    ///   as there are more.
    init(_ targets: [Target], opening: @escaping PersonalOpening, eventsPerTransaction: Int = 1) {
        active = targets
        self.eventsPerTransaction = eventsPerTransaction
        decoding = EventDecoding(for: targets.map(\.database.definition), open: opening)
    }

    /// Applies all events the source has. A target that fails is left behind alone.
    ///
    /// - Parameter progress: called after each batch with the last event that all have applied.
    mutating func run(
        from source: LineSource,
        progress: (_ sequence: UInt64) -> Void = { _ in }
    ) throws(ProjectionError) {
        dropStopped()
        guard let start = active.map(\.database.position).min() else { return }
        let reading = try Self.reading { try source(start) }
        let first = try read(reading)
        guard !first.events.isEmpty else { return }
        let second = Result { () throws(ProjectionError) in try read(reading) }
        if case .success(let batch) = second, batch.events.isEmpty {
            apply(first)
        } else {
            try stream([.success(first), second], reading, progress)
        }
        if let reached = active.map(\.database.position).min() { progress(reached) }
    }

    private mutating func dropStopped() {
        for target in active {
            guard let failure = try? target.database.failure() else { continue }
            // What an operator decided to pass over is in nobody's way any more.
            if target.skipped.contains(failure.sequence), (try? target.database.retry()) != nil {
                continue
            }
            problems[target.name] = .stopped(failure)
        }
        active.removeAll { problems[$0.name] != nil }
    }

    /// What is new is mostly a few events: no threads are made for them.
    private mutating func apply(_ batch: EventBatch) {
        let found = FoundProblems()
        let targets = active
        DispatchQueue.concurrentPerform(iterations: targets.count) { place in
            found.note(targets[place].name) { () throws(ProjectionError) in
                try targets[place].database.apply(batch, skipping: targets[place].skipped)
            }
        }
        leaveBehind(found)
    }

    /// Applies batches while more of them are read.
    private mutating func stream(
        _ begun: [Result<EventBatch, ProjectionError>],
        _ reading: LineReading,
        _ progress: (_ sequence: UInt64) -> Void
    ) throws(ProjectionError) {
        let found = FoundProblems()
        let appliers = active.map { Applier($0, eventsPerTransaction, found) }
        let done = DispatchGroup()
        for applier in appliers {
            // Each queue has a thread, and has let go of the database once the group is done.
            DispatchQueue(label: "daybook.projection").async(group: done) { applier.run() }
        }
        let end = Result { () throws(ProjectionError) in
            for batch in begun { Self.put(try batch.get(), appliers, progress) }
            while appliers.contains(where: { !$0.queue.isClosed }) {
                let batch = try read(reading)
                guard !batch.events.isEmpty else { return }
                Self.put(batch, appliers, progress)
            }
        }
        for applier in appliers { applier.queue.close() }
        done.wait()
        leaveBehind(found)
        try end.get()
    }

    private static func put(
        _ batch: EventBatch,
        _ appliers: [Applier],
        _ progress: (_ sequence: UInt64) -> Void
    ) {
        for applier in appliers { applier.queue.put(batch) }
        let sound = appliers.filter { !$0.queue.isClosed }
        if let reached = sound.map(\.reached).min(), reached > 0 { progress(reached) }
    }

    private mutating func leaveBehind(_ found: FoundProblems) {
        problems.merge(found.byName.withLock { $0 }) { _, new in new }
        active.removeAll { problems[$0.name] != nil }
    }

    private func read(_ reading: LineReading) throws(ProjectionError) -> EventBatch {
        var making = EventDecoding.Making(decoding: decoding, eventCount: Self.batchEventCount)
        try Self.reading {
            try reading(Self.batchEventCount) { making.append($0, $1) }
        }
        return making.batch()
    }

    private static func reading<Value>(
        _ body: () throws -> Value
    ) throws(ProjectionError) -> Value {
        do {
            return try body()
        } catch {
            throw .source(reason: "\(error)")
        }
    }

    /// Applies what comes to one database.
    private final class Applier: Sendable {
        let queue = BatchQueue(capacity: queuedBatchCount)
        private let target: Target
        private let eventsPerTransaction: Int
        private let found: FoundProblems
        private let lastReached = Atomic<UInt64>(0)

        /// The last event applied, committed or not; 0 before the first batch.
        var reached: UInt64 { lastReached.load(ordering: .relaxed) }

        init(_ target: Target, _ eventsPerTransaction: Int, _ found: FoundProblems) {
            self.target = target
            self.eventsPerTransaction = eventsPerTransaction
            self.found = found
        }

        func run() {
            var last: UInt64 = 0
            found.note(target.name) { () throws(ProjectionError) in
                try target.database.apply(
                    skipping: target.skipped,
                    eventsPerTransaction: eventsPerTransaction
                ) {
                    // Whoever asks for the next has applied the last.
                    lastReached.store(last, ordering: .relaxed)
                    let batch = queue.next()
                    last = batch?.lastSequence ?? last
                    return batch
                }
            }
            queue.abandon()
        }
    }
}

/// What several threads report.
final class FoundProblems: Sendable {
    let byName = Mutex<[String: ProjectionError]>([:])

    /// Notes what goes wrong under a projection's name.
    func note(_ name: String, _ body: () throws(ProjectionError) -> Void) {
        do throws(ProjectionError) {
            try body()
        } catch {
            byName.withLock { $0[name] = error }
        }
    }
}
