import Dispatch
public import EventLine
import Synchronization

/// Gives the events after a sequence, batch by batch, and an empty batch at the end.
///
/// Each batch becomes one transaction, so batches of 1,000 to 10,000 are fast.
public typealias LineSource = (_ after: UInt64) throws -> (() throws -> [EventLine])

/// Brings several databases forward in one reading of the log.
///
/// While one batch is applied, to each database on a thread of its own, the next one is read.
struct ProjectionPass {
    struct Target {
        let name: String
        let database: ProjectionDatabase
        let skipped: Set<UInt64>
    }

    private var active: [Target]
    private let decoding: EventDecoding
    /// Why a target was left behind, by projection.
    private(set) var problems: [String: ProjectionError] = [:]

    init(_ targets: [Target], opening: @escaping PersonalOpening) {
        active = targets
        decoding = EventDecoding(for: targets.map(\.database.definition), open: opening)
    }

    /// Applies all events the source has. A target that fails is left behind alone.
    mutating func run(
        from source: LineSource,
        progress: (_ sequence: UInt64) -> Void = { _ in }
    ) throws(ProjectionError) {
        dropStopped()
        guard let start = active.map(\.database.position).min() else { return }
        let next = try Self.reading { try source(start) }
        var batch = try read(next)
        while let last = batch.last, !active.isEmpty {
            batch = try step(batch, next)
            progress(last.sequence)
        }
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

    /// Applies one batch and meanwhile reads the next, on the calling thread.
    private mutating func step(
        _ batch: [DecodedEvent],
        _ next: () throws -> [EventLine]
    ) throws(ProjectionError) -> [DecodedEvent] {
        let found = FoundProblems()
        let applying = DispatchGroup()
        for target in active {
            Self.queue.async(group: applying) {
                do throws(ProjectionError) {
                    try target.database.apply(batch, skipping: target.skipped)
                } catch {
                    found.byName.withLock { $0[target.name] = error }
                }
            }
        }
        let following = Result { () throws(ProjectionError) in try read(next) }
        applying.wait()
        problems.merge(found.byName.withLock { $0 }) { _, new in new }
        active.removeAll { problems[$0.name] != nil }
        return try following.get()
    }

    private static let queue = DispatchQueue(label: "projections", attributes: .concurrent)

    private func read(_ next: () throws -> [EventLine]) throws(ProjectionError) -> [DecodedEvent] {
        try Self.reading { try next() }.map(decoding.decode)
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
}

/// What several threads report.
final class FoundProblems: Sendable {
    let byName = Mutex<[String: ProjectionError]>([:])
}
