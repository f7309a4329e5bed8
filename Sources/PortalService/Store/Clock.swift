package import EventLine
import Foundation
import Synchronization

/// The time that decisions are made with. It never goes back, so that the log's times ascend.
package final class Clock: Sendable {
    private let source: Source
    private let last: Mutex<Instant>

    private enum Source: Sendable {
        case system
        case standing
    }

    private init(_ source: Source, from start: Instant) {
        self.source = source
        last = Mutex(start)
    }

    /// The machine's clock.
    package static func system() -> Clock { Clock(.system, from: Instant(microseconds: 0)) }

    /// A clock that stands still until it is moved, for tests.
    package static func standing(at start: Instant) -> Clock { Clock(.standing, from: start) }

    /// Whether the clock is moved by hand.
    package var isStanding: Bool { source == .standing }

    /// The time now.
    package var now: Instant {
        last.withLock { last in
            if source == .system { last = max(last, Self.machineTime) }
            return last
        }
    }

    /// Moves the clock forward, as far as nothing earlier is asked; answers whether it could.
    package func advance(to instant: Instant) -> Bool {
        last.withLock { last in
            guard instant >= last else { return false }
            last = instant
            return true
        }
    }

    /// The clock is not earlier than this: the time of the log's last event.
    func begin(at instant: Instant) {
        last.withLock { $0 = max($0, instant) }
    }

    private static var machineTime: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        )
    }
}
