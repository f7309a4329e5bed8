internal import CLinux
internal import Dispatch
internal import Synchronization

/// Tells one thread that there is work for it.
///
/// To sleep and be woken takes as long as a quick disk takes to synchronise: before it sleeps the
/// thread looks for a moment whether more comes, as it does when a caller answers a receipt with
/// the next append.
final class WorkSignal: Sendable {
    private let isRaised = Atomic(false)
    private let isAsleep = Atomic(false)
    private let sleeper = DispatchSemaphore(value: 0)

    /// About thirty microseconds.
    private static let looks = 1_000

    /// There is work. Costs two reads of memory unless the thread sleeps.
    func raise() {
        isRaised.store(true, ordering: .sequentiallyConsistent)
        guard isAsleep.load(ordering: .sequentiallyConsistent) else { return }
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { sleeper.signal() }
    }

    /// The thread will look for work now; what is raised from here on is told to it.
    func lower() { isRaised.store(false, ordering: .sequentiallyConsistent) }

    /// Returns when there is work.
    func wait() {
        for _ in 0..<Self.looks {
            if isRaised.load(ordering: .relaxed) { return }
            daybook_pause()
        }
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        if isRaised.load(ordering: .sequentiallyConsistent),
            isAsleep.exchange(false, ordering: .sequentiallyConsistent)
        {
            return
        }
        sleeper.wait()
    }
}
