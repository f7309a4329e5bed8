package import EventLine
import PortalEvents

/// Tries that failed lately. It never locks anything: once the window has passed, one can
/// try again.
package struct Throttle: Hashable, Sendable {
    /// No limit can bear more failures than are kept.
    static let failuresKept = 1_000
    private var failures: [Instant] = []

    package init() {}

    /// Whether another try must wait.
    package func isShut(at now: Instant, by limit: TryLimit) -> Bool {
        guard failures.count >= limit.count else { return false }
        let first = failures[failures.count - limit.count]
        return first.adding(microseconds: Int64(limit.minutes) * 60_000_000) > now
    }

    package mutating func note(_ time: Instant) {
        failures.append(time)
        if failures.count > Self.failuresKept { failures.removeFirst() }
    }

    mutating func clear() { failures = [] }
}

/// So many failures are borne within so many minutes.
package struct TryLimit: Hashable, Sendable {
    package let count: Int
    let minutes: Int

    /// Six digits bear fewer guesses than a password.
    static let codes = TryLimit(count: 5, minutes: 15)
    /// Wrong details at registering, which also lock the account, mostly earlier.
    static let details = TryLimit(count: 20, minutes: 15)
    /// Each is a mail to somebody.
    static let resets = TryLimit(count: 5, minutes: 60)
}

/// What an organisation bears at signing in, and how long a link confirms an address.
package struct SignInPolicy: Hashable, Sendable {
    private var accountFailures = 20
    /// Many patients may share the network address of a clinic or a household.
    private var addressFailures = 100
    private var minutes = 15
    private(set) var confirmationHours = 24

    /// Failures at one account, or at a login address that nobody has.
    package var account: TryLimit { TryLimit(count: accountFailures, minutes: minutes) }
    /// Failures from one network address.
    package var address: TryLimit { TryLimit(count: addressFailures, minutes: minutes) }

    mutating func change(_ event: SignInPolicyChanged) {
        accountFailures = event.accountFailures ?? accountFailures
        addressFailures = event.addressFailures ?? addressFailures
        minutes = event.withinMinutes ?? minutes
        confirmationHours = event.confirmationHours ?? confirmationHours
    }
}
