import Dispatch
import Synchronization

/// Stops whoever changes the disk, so that others can be queued behind.
final class Gate: Sendable {
    private struct State {
        var isClosed = false
        var waitingCount = 0
    }

    private let state = Mutex(State())
    private let arrivals = DispatchSemaphore(value: 0)
    private let departures = DispatchSemaphore(value: 0)

    /// Whoever comes waits.
    func close() { state.withLock { $0.isClosed = true } }

    /// Returns when somebody has come, or when nobody has for a long time.
    func awaitSomebody() { _ = arrivals.wait(timeout: .now() + 5) }

    func open() {
        let count = state.withLock { state in
            defer { state = State() }
            return state.waitingCount
        }
        for _ in 0..<count { departures.signal() }
        while arrivals.wait(timeout: .now()) == .success {}
    }

    func pass() {
        let mustWait = state.withLock { state in
            if state.isClosed { state.waitingCount += 1 }
            return state.isClosed
        }
        guard mustWait else { return }
        arrivals.signal()
        departures.wait()
    }
}
