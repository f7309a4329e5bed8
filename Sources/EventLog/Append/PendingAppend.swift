public import EventLine
internal import Synchronization

/// Where events stand in the log.
public struct Receipt: Hashable, Sendable {
    /// The events with their numbers, in order; never empty.
    public let events: [EventLine]
    /// The sequence of the first event.
    public let first: UInt64
    /// The sequence of the last event.
    public let last: UInt64

    init(events: [EventLine], first: UInt64) {
        self.events = events
        self.first = first
        last = first + UInt64(events.count) - 1
    }
}

/// Events that were checked and numbered, and will be durable soon.
///
/// Later submissions are checked as if these were in the log already. If they do not become
/// durable, nothing that was submitted after them does.
public final class PendingAppend: Sendable {
    /// What the receipt will be, if there is one. To decide further with, not to be told to
    /// anybody yet.
    public let provisional: Receipt

    private let state: Mutex<State>

    private typealias Outcome = Result<Receipt, AppendError>

    private enum State {
        case waiting([CheckedContinuation<Outcome, Never>])
        case settled(Outcome)
    }

    init(provisional: Receipt) {
        self.provisional = provisional
        state = Mutex(.waiting([]))
    }

    init(settled receipt: Receipt) {
        provisional = receipt
        state = Mutex(.settled(.success(receipt)))
    }

    /// Returns when the events are durable. May be asked several times.
    public func receipt() async throws(AppendError) -> Receipt {
        let outcome: Outcome = await withCheckedContinuation { continuation in
            let known: Outcome? = state.withLock { state in
                switch state {
                case .settled(let outcome): return outcome
                case .waiting(let others):
                    state = .waiting(others + [continuation])
                    return nil
                }
            }
            if let known { continuation.resume(returning: known) }
        }
        return try outcome.get()
    }

    /// Tells everybody who waits. Only the first time counts.
    func settle(_ failure: AppendError?) {
        let outcome = failure.map { Outcome.failure($0) } ?? .success(provisional)
        let waiting = state.withLock { state in
            guard case .waiting(let continuations) = state else {
                return [CheckedContinuation<Outcome, Never>]()
            }
            state = .settled(outcome)
            return continuations
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }
}
