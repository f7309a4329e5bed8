internal import Dispatch
internal import EventLine
internal import Synchronization

/// What is done to complete segments beside the writer: each gets its index, indexes are merged,
/// and what has been complete for long enough is sealed.
///
/// Nothing that was acknowledged depends on it. What fails is tried again at the next turn.
final class Upkeep: Sendable {
    private let core: LogCore
    private let sealer: SegmentSealer
    private let now: @Sendable () -> Instant
    private let turn = DispatchSemaphore(value: 0)
    private let isEnding = Atomic(false)
    /// One thing at a time: a caller may ask for sealing while the thread is at work.
    private let working = Mutex(())
    private let failure = Mutex<LogError?>(nil)

    /// Grace periods end without anybody telling.
    private static let pause = DispatchTimeInterval.seconds(15)

    init(core: LogCore, sealer: SegmentSealer, now: @escaping @Sendable () -> Instant) {
        self.core = core
        self.sealer = sealer
        self.now = now
    }

    /// Why the last turn did not do all of its work; nil if it did.
    var lastFailure: LogError? { failure.withLock(\.self) }

    /// A segment is complete.
    func wake() { turn.signal() }

    /// The life of the thread: works whenever a segment is complete, and from time to time.
    func run() {
        while !isEnding.load(ordering: .acquiring) {
            do throws(LogError) {
                try work()
                failure.withLock { $0 = nil }
            } catch {
                failure.withLock { $0 = error }
            }
            _ = turn.wait(timeout: .now() + Self.pause)
        }
    }

    /// Lets the thread end after what it is doing now.
    func end() {
        isEnding.store(true, ordering: .releasing)
        turn.signal()
    }

    /// Gives every complete segment its index, and frees the memory that stood in for it.
    func index() throws(LogError) {
        try working.withLock { _ throws(LogError) in
            while let name = try core.oldestUnindexed(), !isEnding.load(ordering: .acquiring) {
                try core.index.add(name)
                let indexed = core.index.lastSequence ?? 0
                let dropped = core.tail.withLock { $0.drop(through: indexed) }
                withExtendedLifetime(dropped) {}
            }
            try core.index.merge()
        }
    }

    /// Seals the oldest of the complete segments whose grace period is over; nil if there is none.
    func sealNext(at now: Instant) throws(LogError) -> SegmentName? {
        try working.withLock { _ throws(LogError) in
            let due = try sealer.due(at: now)
            guard let name = due.first else { return nil }
            try sealer.seal(name, level: SegmentSealer.level(waiting: due.count))
            core.index.textMoved(name.first)
            return name
        }
    }

    /// Indexes first: that frees memory, while sealing takes its time.
    private func work() throws(LogError) {
        repeat {
            try index()
            guard !isEnding.load(ordering: .acquiring) else { return }
        } while try sealNext(at: now()) != nil
    }
}
