internal import Synchronization

/// Tells those who wait that something in a directory was written, made or renamed.
///
/// Whoever waits says what it has seen, and is not made to wait for what came after that: so
/// nothing is lost between looking and waiting.
final class DirectoryWatch: Sendable {
    /// How much has happened so far.
    struct Moment: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct State {
        var number: UInt64 = 0
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// Waiters that were cancelled before they waited.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())
    private let watches: DirectoryWatches
    private let descriptor: Int32

    init(_ watches: DirectoryWatches, descriptor: Int32) {
        self.watches = watches
        self.descriptor = descriptor
    }

    deinit { watches.remove(descriptor) }

    /// A watch of a directory; nil where the operating system refuses it.
    static func of(_ path: String) -> DirectoryWatch? { DirectoryWatches.shared?.watch(path) }

    /// To be asked for before looking.
    var now: Moment { Moment(number: state.withLock { $0.number }) }

    /// Returns when something has happened since a moment, or the task is cancelled; at once if
    /// that is so already.
    func wait(since moment: Moment) async {
        let waiter = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    let isCancelled = state.cancelled.remove(waiter) != nil
                    guard state.number == moment.number, !isCancelled else { return false }
                    state.waiters[waiter] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                guard let waiting = state.waiters.removeValue(forKey: waiter) else {
                    state.cancelled.insert(waiter)
                    return nil as CheckedContinuation<Void, Never>?
                }
                return waiting
            }
            waiting?.resume()
        }
        state.withLock { _ = $0.cancelled.remove(waiter) }
    }

    /// Something has happened.
    func wake() {
        let waiting = state.withLock { state in
            state.number += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for continuation in waiting { continuation.resume() }
    }
}
