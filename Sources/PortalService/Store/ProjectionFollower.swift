import Dispatch
import Glibc
import Synchronization

/// Brings the projections after the log on a queue of its own while a process writes, so that
/// other processes read what is new some milliseconds after it was written.
///
/// Nobody needs it to read their own writes: a session brings the projections to the end of the log
/// before it answers. Most of the time it sleeps; a pass takes at most a fifth of a core.
package final class ProjectionFollower: Sendable {
    private let shared: Shared
    private let following = DispatchGroup()

    /// What the queue and its owner both know.
    private final class Shared: Sendable {
        let store: Store
        let isEnding = Atomic(false)
        let trouble = Mutex<ServiceError?>(nil)

        init(_ store: Store) { self.store = store }
    }

    private static let pause: Duration = .milliseconds(5)

    /// Begins to follow.
    package init(_ store: Store) {
        let shared = Shared(store)
        self.shared = shared
        // No thread of Foundation's: what it held last would go with it, after Dispatch has let go
        // of what it keeps for each thread, and closing a database asks Dispatch for more.
        DispatchQueue(label: "daybook.projections").async(group: following) { Self.follow(shared) }
    }

    /// Ends it, and returns when the last pass is over and the store is nobody's here but the
    /// caller's. To be called before the store is closed.
    package func end() {
        shared.isEnding.store(true, ordering: .sequentiallyConsistent)
        following.wait()
    }

    /// Why the last pass could not be made at all; nil if it was. It is tried again with the next
    /// event. What stops one projection is in its status.
    package var trouble: ServiceError? { shared.trouble.withLock { $0 } }

    private static func follow(_ shared: Shared) {
        var applied: UInt64 = 0
        var pause = pause
        while !shared.isEnding.load(ordering: .sequentiallyConsistent) {
            let head = shared.store.head
            if head > applied {
                let start = ContinuousClock.now
                do throws(ServiceError) {
                    try shared.store.catchUpProjections()
                    shared.trouble.withLock { $0 = nil }
                } catch {
                    shared.trouble.withLock { $0 = error }
                }
                applied = head
                pause = max(Self.pause, (ContinuousClock.now - start) * 4)
            } else {
                pause = Self.pause
            }
            usleep(UInt32(clamping: Int(pause / .microseconds(1))))
        }
    }
}
