internal import Dispatch
internal import EventLine
internal import Synchronization

/// What the threads of an open log share: the state that appends are checked against, and the
/// writer that makes them durable.
final class LogCore: Sendable {
    let directory: LogDirectory
    /// What is in complete segments.
    let index: LogIndex
    /// What is not in the index yet, and what waits to be written.
    let tail: Mutex<Tail>

    private let writer: Mutex<CommitWriter>
    private let visible: Atomic<UInt64>
    /// The segment that is written to, by its first sequence; all before it are complete.
    private let segment: Atomic<UInt64>
    private let signal = WorkSignal()
    private let isClosing = Atomic(false)

    init(
        _ directory: LogDirectory,
        index: LogIndex,
        tail: consuming Tail,
        writer: CommitWriter
    ) {
        self.directory = directory
        self.index = index
        segment = Atomic(writer.segment ?? 0)
        visible = Atomic(tail.lastSequence)
        self.tail = Mutex(tail)
        self.writer = Mutex(writer)
    }

    /// The sequence of the last line that is durable and can be read; 0 in an empty log.
    var lastSequence: UInt64 { visible.load(ordering: .acquiring) }

    /// Something waits to be written.
    func wakeWriter() { signal.raise() }

    /// The life of the writer's thread: writes whatever waits, as soon as it does, until the log
    /// is closed and nothing waits any more.
    ///
    /// - Parameter rolled: called when a segment is complete.
    func write(rolled: () -> Void) {
        while true {
            signal.lower()
            if let batch = tail.withLock({ $0.nextBatch() }) {
                write(batch, rolled)
            } else if isClosing.load(ordering: .acquiring) {
                return
            } else {
                signal.wait()
            }
        }
    }

    /// The oldest segment that is complete and not in the index.
    func oldestUnindexed() throws(LogError) -> SegmentName? {
        let indexed = index.lastSequence ?? 0
        let end = segment.load(ordering: .acquiring)
        return try orLogError(try directory.segments()).first {
            $0.first > indexed && $0.first < end
        }
    }

    /// Lets the writer's thread end. Nothing may be submitted any more.
    func endWriting() {
        isClosing.store(true, ordering: .releasing)
        signal.raise()
    }

    /// Makes the text durable and gives back all files.
    func finish(isStopped: Bool) throws(LogError) {
        try writer.withLock { writer throws(LogError) in
            try orLogError(try writer.close(isStopped: isStopped))
        }
    }

    private func write(_ batch: consuming CommitBatch, _ rolled: () -> Void) {
        let outcome = writer.withLock { $0.commit(&batch) }
        defer { if isRolled(to: batch.segment, outcome) { rolled() } }
        switch outcome {
        case .durable(let isCaughtUp):
            if isCaughtUp { visible.store(batch.group.last, ordering: .releasing) }
            let buffer = batch.takeBuffer()
            tail.withLock { $0.settle(reusing: buffer) }
            for commit in batch.commits { commit.settle(nil) }
        case .refused(let error): undo(.refused(error), stopping: nil)
        case .stopped(let error): undo(.stopped(error), stopping: error)
        }
    }

    /// Whether a batch is the first of its segment that is written.
    private func isRolled(to first: UInt64, _ outcome: CommitWriter.Outcome) -> Bool {
        guard case .durable = outcome, segment.load(ordering: .relaxed) != first else {
            return false
        }
        segment.store(first, ordering: .releasing)
        return true
    }

    private func undo(_ failure: AppendError, stopping error: DeviceError?) {
        let undone = tail.withLock { $0.undo(stopping: error) }
        for commit in undone { commit.settle(failure) }
    }
}
