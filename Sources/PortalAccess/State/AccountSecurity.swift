package import EventLine
import PortalEvents

/// What guards an account besides its password: tries that failed, links with which a forgotten
/// password is set, and a second factor.
package struct AccountSecurity: Hashable, Sendable {
    /// Wrong passwords at signing in.
    package private(set) var wrongPasswords = Throttle()
    /// Wrong codes of the second factor.
    package private(set) var wrongCodes = Throttle()
    /// Wrong details at registering.
    package private(set) var wrongDetails = Throttle()
    /// Links that were asked for.
    package private(set) var resetsMailed = Throttle()
    /// The link with which the password can be set anew.
    package private(set) var reset: ResetLink?
    /// The second factor that signing in needs.
    package private(set) var factor: SecondFactor?
    /// A second factor that was handed out and has still to be confirmed.
    package private(set) var waitingFactor: UniqueID?
    private var usedResets: Set<String> = []
    private var deadResets: Set<String> = []

    init() {}

    /// A second factor protects an account wherever it goes.
    init(movedBy event: ClientRecordsMerged) {
        guard let id = event.factorId, let step = event.factorStep else { return }
        factor = SecondFactor(id: id, lastStep: step)
    }

    /// Whether a link with this token has set a password already.
    package func hasUsedReset(_ tokenHash: String) -> Bool { usedResets.contains(tokenHash) }

    /// Whether a link with this token was ever mailed.
    package func hasMailedReset(_ tokenHash: String) -> Bool {
        reset?.tokenHash == tokenHash || usedResets.contains(tokenHash)
            || deadResets.contains(tokenHash)
    }

    /// The state after an event of an account.
    mutating func evolve(with event: PortalEvent, of account: UniqueID) {
        evolveTries(with: event, of: account)
        evolveReset(with: event, of: account)
        evolveFactor(with: event, of: account)
    }

    private mutating func evolveTries(with event: PortalEvent, of account: UniqueID) {
        switch event {
        case .signInRefused(let event) where event.accountId == account:
            guard let time = event.at else { return }
            if event.reason == .wrongPassword { wrongPasswords.note(time) }
            if event.reason == .wrongSecondFactor { wrongCodes.note(time) }
        case .patientUserFailedToRegister(let event) where event.accountId == account:
            if let time = event.at { wrongDetails.note(time) }
        case .patientCredentialsDistributed(let event) where event.accountId == account:
            wrongDetails.clear()
        case .signedIn(let event) where event.accountId == account:
            wrongPasswords.clear()
            wrongCodes.clear()
        // Whoever set it by a mailed link must not be kept out by another's guesses.
        case .passwordSet(let event) where event.accountId == account: wrongPasswords.clear()
        default: break
        }
    }

    private mutating func evolveReset(with event: PortalEvent, of account: UniqueID) {
        switch event {
        case .passwordResetRequested(let event) where event.accountId == account:
            endReset()
            reset = ResetLink(tokenHash: event.tokenHash, expiresAt: event.expiresAt)
            resetsMailed.note(
                event.expiresAt.adding(microseconds: -ResetLink.lifeInMicroseconds)
            )
        case .passwordSet(let event) where event.accountId == account:
            if event.cause == .reset, let reset { usedResets.insert(reset.tokenHash) }
            endReset()
        // A link was mailed to an address that is the account's no longer, or to somebody who
        // has been shut out since: it must not wake up when the barrier falls.
        case .loginEmailReleased(let event) where event.accountId == account: endReset()
        case .patientAccountDisabled(let event) where event.accountId == account: endReset()
        case .patientAccountLocked(let event) where event.accountId == account: endReset()
        default: break
        }
    }

    private mutating func endReset() {
        if let reset { deadResets.insert(reset.tokenHash) }
        reset = nil
    }

    private mutating func evolveFactor(with event: PortalEvent, of account: UniqueID) {
        switch event {
        case .secondFactorSetUp(let event) where event.accountId == account:
            waitingFactor = event.factorId
        case .secondFactorConfirmed(let event) where event.accountId == account:
            factor = SecondFactor(id: event.factorId, lastStep: event.step)
            waitingFactor = nil
        case .secondFactorRemoved(let event) where event.accountId == account:
            if factor?.id == event.factorId { factor = nil }
            if waitingFactor == event.factorId { waitingFactor = nil }
        case .signedIn(let event) where event.accountId == account:
            if let step = event.secondFactorStep { factor?.lastStep = step }
        default: break
        }
    }
}

/// A link with which a forgotten password is set anew.
package struct ResetLink: Hashable, Sendable {
    /// It can be used for an hour.
    package static let lifeInMicroseconds: Int64 = 3_600_000_000

    package let tokenHash: String
    package let expiresAt: Instant
}

/// A second factor that was shown to work.
package struct SecondFactor: Hashable, Sendable {
    package let id: UniqueID
    /// The time step of the last code that was used; it and earlier ones are used up.
    package var lastStep: Int
}
