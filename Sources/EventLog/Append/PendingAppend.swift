internal import Synchronization

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
    private typealias Waiter = CheckedContinuation<Outcome, Never>

    /// Nearly always one waits: an array for it would cost every append an allocation.
    private enum State {
        case unasked
        case asked(Waiter)
        case askedByMany([Waiter])
        case settled(Outcome)
    }

    init(provisional: Receipt) {
        self.provisional = provisional
        state = Mutex(.unasked)
    }

    init(settled receipt: Receipt) {
        provisional = receipt
        state = Mutex(.settled(.success(receipt)))
    }

    /// Returns when the events are durable. May be asked several times.
    public func receipt() async throws(AppendError) -> Receipt {
        let outcome: Outcome = await withCheckedContinuation { waiter in
            let known: Outcome? = state.withLock { state in
                switch state {
                case .settled(let outcome): return outcome
                case .unasked: state = .asked(waiter)
                case .asked(let other): state = .askedByMany([other, waiter])
                case .askedByMany(let others): state = .askedByMany(others + [waiter])
                }
                return nil
            }
            if let known { waiter.resume(returning: known) }
        }
        return try outcome.get()
    }

    /// Tells everybody who waits. Only the first time counts.
    func settle(_ failure: AppendError?) {
        let outcome = failure.map { Outcome.failure($0) } ?? .success(provisional)
        let before = state.withLock { state in
            let before = state
            if case .settled = before { return before }
            state = .settled(outcome)
            return before
        }
        switch before {
        case .unasked, .settled: break
        case .asked(let waiter): waiter.resume(returning: outcome)
        case .askedByMany(let waiters):
            for waiter in waiters { waiter.resume(returning: outcome) }
        }
    }
}
