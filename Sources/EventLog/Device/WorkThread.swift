internal import CLinux
internal import Glibc

/// A thread of its own, for work that waits for the disk: the threads that tasks share are few,
/// and must not stand still with it.
@safe struct WorkThread: ~Copyable, Sendable {
    private let thread: pthread_t

    /// Starts a thread. One in the background gives way to everything else on the machine.
    ///
    /// - Precondition: the system has room for one more thread.
    init(isInBackground: Bool = false, _ body: @escaping @Sendable () -> Void) {
        let work = Work {
            if isInBackground { daybook_run_in_background() }
            body()
        }
        var thread = pthread_t()
        // SAFETY: the work is retained here once and released by the thread, once.
        let code = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            Unmanaged.passRetained(work).toOpaque()
        )
        precondition(code == 0, "The system refused a thread (error \(code)).")
        self.thread = thread
    }

    /// Returns when the thread has ended. On the thread itself it returns at once.
    consuming func join() {
        if pthread_equal(thread, pthread_self()) != 0 {
            _ = pthread_detach(thread)
        } else {
            _ = pthread_join(thread, nil)
        }
    }

    /// Lets the thread end when it will.
    consuming func detach() { _ = pthread_detach(thread) }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
