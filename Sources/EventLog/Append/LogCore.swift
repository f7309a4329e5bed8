internal import Dispatch
internal import EventLine
internal import Synchronization

/// What the threads of an open log share: the state that appends are checked against, and the
/// writer that makes them durable.
final class LogCore: Sendable {
    let directory: LogDirectory
    let tail: Mutex<Tail>

    private let writer: Mutex<CommitWriter>
    private let visible: Atomic<UInt64>
    private let signal = WorkSignal()
    private let isClosing = Atomic(false)

    init(_ directory: LogDirectory, tail: consuming Tail, writer: CommitWriter) {
        self.directory = directory
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
    func write() {
        while true {
            signal.lower()
            if let batch = tail.withLock({ $0.nextBatch() }) {
                write(batch)
            } else if isClosing.load(ordering: .acquiring) {
                return
            } else {
                signal.wait()
            }
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

    private func write(_ batch: consuming CommitBatch) {
        let outcome = writer.withLock { $0.commit(&batch) }
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

    private func undo(_ failure: AppendError, stopping error: DeviceError?) {
        let undone = tail.withLock { $0.undo(stopping: error) }
        for commit in undone { commit.settle(failure) }
    }
}
