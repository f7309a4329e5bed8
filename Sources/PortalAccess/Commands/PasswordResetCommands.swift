import EventLine
package import PortalEvents

/// Asks for a link with which a forgotten password can be set anew.
///
/// Whoever asks is told the same, and told it after the same work, whether anybody has the
/// address or not and whatever keeps them out. Each case writes one event.
package struct RequestPasswordReset: CallableCommand {
    private let emailDigest: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        emailDigest = input.digest(try input.email("email").asLogin, for: .login)
    }

    package static var isAnsweredAlike: Bool { true }
    package var audience: Audience { .anybody }
    package var target: Target { .digest(Claim("login", emailDigest)) }
    /// No account is looked at: only the work is done that a sign-in costs, beside which it does
    /// not show whether a mail was written.
    package var password: PasswordUse { .check("") }
    package var isDecidedWithoutTarget: Bool { true }
    package var triedLogin: String? { emailDigest }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let account = situation.client.accounts.first { $0.loginDigest == emailDigest }
        guard let clientID = situation.client.id, let account, let email = account.loginEmail else {
            return [.unknownSignInAttempt(situation.unknownSignIn(emailDigest))]
        }
        if let reason = situation.resetBarrier(of: account) {
            let refused = PasswordResetRefused(
                accountId: account.id,
                clientId: clientID,
                reason: reason
            )
            return [.passwordResetRefused(refused)]
        }
        let requested = PasswordResetRequested(
            accountId: account.id,
            clientId: clientID,
            tokenHash: situation.secrets.tokenHash,
            expiresAt: situation.now.adding(microseconds: ResetLink.lifeInMicroseconds),
            personal: .open(.init(email: email))
        )
        return [.passwordResetRequested(requested)]
    }
}

/// Setting a password by the link that was mailed. It gives nobody back what they have lost: an
/// account that is locked, disabled or not registered stays so, and its link is refused.
struct PasswordReset: Hashable, Sendable {
    let tokenHash: String

    /// The person whose account it is, for what else they may open.
    func people(given client: ClientState) -> Set<UniqueID> {
        let account = client.accounts.first { $0.security.hasMailedReset(tokenHash) }
        switch account?.holder {
        case .client: return Set([client.id].compactMap { $0 })
        case .person(let id): return [id]
        case nil: return []
        }
    }

    /// The events that set the password whose hash the situation holds.
    func decide(_ text: String, in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let named = situation.client.accounts.first { $0.security.hasMailedReset(tokenHash) }
        guard let clientID = situation.client.id, let account = named else {
            throw Refusal(.notFound, field: "token")
        }
        if account.security.hasUsedReset(tokenHash) { throw Refusal(.linkAlreadyUsed) }
        if let barrier = situation.barrierToReset(of: account) { throw barrier.refusal }
        guard let link = account.security.reset, link.tokenHash == tokenHash,
            situation.now < link.expiresAt
        else { throw Refusal(.resetExpired, detail: "ask for a new link") }
        guard text.isStrongPassword else { throw .weakPassword }
        guard let hash = situation.passwordHash else { return [] }
        let set = PasswordSet(
            accountId: account.id,
            clientId: clientID,
            cause: .reset,
            passwordHash: hash
        )
        let ended = SessionsEnded(
            accountId: account.id,
            clientId: clientID,
            reason: .passwordChanged
        )
        return [.passwordSet(set), .sessionsEnded(ended)]
    }
}

extension Situation {
    /// Why no link is mailed; nil if one is.
    fileprivate func resetBarrier(of account: PortalAccount) -> ResetRefusal? {
        if let barrier = barrierToReset(of: account) { return barrier }
        let isShut = account.security.resetsMailed.isShut(at: now, by: .resets)
        return isShut || isThrottled ? .throttled : nil
    }

    /// Why an account may not have its password set by a link, as at signing in (invariant 11).
    /// Who never used a mailed password has to use it: its end must not be got round.
    fileprivate func barrierToReset(of account: PortalAccount) -> ResetRefusal? {
        if let barrier = barrier(of: account) {
            return ResetRefusal(rawValue: barrier.rawValue) ?? .accountDisabled
        }
        if account.mustSetPassword && !account.hasSignedIn { return .notRegistered }
        return profileBarrier(of: account).flatMap { ResetRefusal(rawValue: $0.rawValue) }
    }
}

extension ResetRefusal {
    fileprivate var refusal: Refusal {
        Refusal(Refusal.Reason(rawValue: rawValue) ?? .accountDisabled)
    }
}
