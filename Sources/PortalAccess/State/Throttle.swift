package import EventLine

/// Tries that failed lately. It never locks anything: once the window has passed, one can
/// try again.
package struct Throttle: Hashable, Sendable {
    /// So many failures are borne within the window.
    package let failuresMax: Int
    private let microseconds: Int64
    private var failures: [Instant] = []

    /// So many failures are borne within a time, a quarter of an hour if none is given.
    init(failuresMax: Int, within microseconds: Int64 = 900_000_000) {
        self.failuresMax = failuresMax
        self.microseconds = microseconds
    }

    /// Whether another try must wait.
    package func isShut(at now: Instant) -> Bool {
        guard failures.count >= failuresMax, let first = failures.first else { return false }
        return first.adding(microseconds: microseconds) > now
    }

    package mutating func note(_ time: Instant) {
        failures.append(time)
        if failures.count > failuresMax { failures.removeFirst() }
    }

    mutating func clear() { failures = [] }
}
