import Dispatch
import Synchronization

/// Batches on their way from the thread that reads to one that applies: so few that memory is
/// bounded, and more than one so that neither waits for the other at each of them.
final class BatchQueue: Sendable {
    private struct State {
        var batches: [EventBatch] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let room: DispatchSemaphore

    init(capacity: Int) {
        // One that is destroyed with less than it began with would stop the program.
        room = DispatchSemaphore(value: 0)
        for _ in 0..<capacity { room.signal() }
    }

    /// Adds a batch as soon as there is room. Does nothing once the queue is closed.
    func put(_ batch: EventBatch) {
        room.wait()
        let isAdded = state.withLock { state in
            if !state.isClosed { state.batches.append(batch) }
            return !state.isClosed
        }
        // Nobody takes anything more out of a closed queue: its room must not be used up.
        if isAdded { filled.signal() } else { room.signal() }
    }

    /// The next batch, as soon as there is one; nil once the queue is closed and empty.
    func next() -> EventBatch? {
        filled.wait()
        let batch = state.withLock { $0.batches.isEmpty ? nil : $0.batches.removeFirst() }
        room.signal()
        return batch
    }

    /// Lets `next` answer nil behind what was put, and `put` do nothing.
    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
    }

    /// Frees whoever waits for room; what is in the queue is dropped.
    func abandon() {
        state.withLock { $0 = State(isClosed: true) }
        room.signal()
    }

    /// Whether nothing more is taken.
    var isClosed: Bool { state.withLock { $0.isClosed } }
}
