import PortalEvents

/// Where a request comes from, and what failed lately that came from there.
///
/// Throttling an account does not hinder somebody who tries one password on every account. What is
/// counted here is whatever fails from one network address, whomever it is about. Attempts that are
/// turned away because others failed are not heard, so they do not count: once the window has
/// passed, one can try again, whoever else goes on from there.
package struct Origin: Hashable, Sendable {
    /// The keyed digest of the network address.
    package let addressDigest: String
    /// What failed from there.
    package var attempts = Throttle()

    package init(addressDigest: String) { self.addressDigest = addressDigest }
}

extension Claim {
    /// The stream of what was tried at a login address that nobody had, or from a network address.
    package static func attempts(_ digest: String) -> Claim { Claim("attempts", digest) }
}

extension Situation {
    /// Whether whoever asks has to wait, whatever account it is about.
    var isThrottled: Bool {
        unknownLogin.isShut(at: now, by: organisation.signIn.account)
            || origin?.attempts.isShut(at: now, by: organisation.signIn.address) == true
    }

    /// Whether whoever asks has to wait before they try an account's password again.
    func isThrottled(_ account: PortalAccount) -> Bool {
        let wrong = account.security.wrongPasswords
        return isThrottled || wrong.isShut(at: now, by: organisation.signIn.account)
    }

    /// The event that keeps an attempt at a login address that nobody has.
    func unknownSignIn(_ emailDigest: String) -> UnknownSignInAttempt {
        guard !isThrottled else {
            return UnknownSignInAttempt(throttled: true, uncountedEmailDigest: emailDigest)
        }
        return UnknownSignInAttempt(emailDigest: emailDigest)
    }
}

extension Refusal {
    /// The refusal, with where it came from in the events that keep the attempt.
    func coming(from origin: Origin?) -> Refusal {
        Refusal(
            reason,
            field: field,
            detail: detail,
            recording: recording.map { $0.coming(from: origin) }
        )
    }
}

extension PortalEvent {
    /// The event, with where it came from if it is an attempt: as one that counts, or as one that
    /// was turned away because too many others did.
    func coming(from origin: Origin?) -> PortalEvent {
        guard let digest = origin?.addressDigest else { return self }
        switch self {
        case .signInRefused(var event):
            let isHeard = event.reason != .throttled
            (event.addressDigest, event.uncountedAddressDigest) = digest.counted(isHeard)
            return .signInRefused(event)
        case .unknownSignInAttempt(var event):
            let isHeard = event.throttled != true
            (event.addressDigest, event.uncountedAddressDigest) = digest.counted(isHeard)
            return .unknownSignInAttempt(event)
        case .registrationRefused(var event):
            let isHeard = event.reason != .throttled
            (event.addressDigest, event.uncountedAddressDigest) = digest.counted(isHeard)
            return .registrationRefused(event)
        case .patientUserFailedToRegister(var event):
            event.addressDigest = digest
            return .patientUserFailedToRegister(event)
        case .unknownRegistrationAttempt(var event):
            let isHeard = event.throttled != true
            (event.addressDigest, event.uncountedAddressDigest) = digest.counted(isHeard)
            return .unknownRegistrationAttempt(event)
        case .passwordResetRefused(var event):
            let isHeard = event.reason != .throttled
            (event.addressDigest, event.uncountedAddressDigest) = digest.counted(isHeard)
            return .passwordResetRefused(event)
        case .passwordResetRequested(var event):
            event.addressDigest = digest
            return .passwordResetRequested(event)
        default: return self
        }
    }
}

extension String {
    /// A digest in the field of those that count, or else in that of the others.
    fileprivate func counted(_ isHeard: Bool) -> (counted: String?, uncounted: String?) {
        isHeard ? (self, nil) : (nil, self)
    }
}
