import EventLine
package import PortalEvents

/// What keeps an account out, wherever it was opened: the one place that every way in passes
/// (invariants 10 and 11).
extension Situation {
    /// Why an account can do nothing at all; nil if it can. The end date of the client with whom
    /// it was opened shuts that client's profile only.
    package func barrier(of account: PortalAccount) -> SignInRefusal? {
        let home = self.account(anywhere: account.id)?.home ?? client
        let isStatusDisabling =
            account.holder == .client
            && (home.card.map { organisation.disablingStatuses.contains($0.recordStatus) } ?? false)
        if account.isDisabled || isStatusDisabling { return .accountDisabled }
        if account.isLocked { return .accountLocked }
        // A mailed password is a way in for somebody who has not used it yet.
        if account.mustSetPassword { return nil }
        if !account.isRegistered { return .notRegistered }
        return account.isEmailConfirmed ? nil : .emailNotConfirmed
    }

    /// The accesses that an account can use or start to use now.
    package func openings(
        for account: PortalAccount
    ) -> [(client: ClientState, profile: Profile, grant: AccessGrant)] {
        liveGrants(of: account).filter { opening in
            [.active, .invited].contains(opening.grant.state) && !isShutByDate(opening.client)
        }
    }

    /// Whether an account is the own one of a client whose end date has come.
    package func isEndDated(_ account: PortalAccount) -> Bool {
        guard account.holder == .client else { return false }
        let home = self.account(anywhere: account.id)?.home ?? client
        return home.card?.isEndDateInEffect(on: today) ?? false
    }

    /// Why an account that nothing else keeps out cannot open any profile; nil if it can.
    package func profileBarrier(of account: PortalAccount) -> SignInRefusal? {
        guard openings(for: account).isEmpty else { return nil }
        if isEndDated(account) { return .clientEndDated }
        return liveGrants(of: account).isEmpty ? .noProfileAccess : .accessSuspended
    }

    /// What keeps an account from signing in, whoever tries; nil if nothing does. To be disabled
    /// comes first, and an end date makes the account disabled (T3).
    package func signInBarrier(of account: PortalAccount) -> SignInRefusal? {
        let barrier = barrier(of: account)
        let isDisabled = barrier == .accountDisabled
        return !isDisabled && profileBarrier(of: account) == .clientEndDated
            ? .clientEndDated : barrier
    }

    /// What people are told whose session has ended: what keeps them from signing in again, or
    /// else that they have to; nil for those who have one.
    package func sessionRefusal(of account: PortalAccount) -> Refusal? {
        guard account.isSignedOut else { return nil }
        if let barrier = signInBarrier(of: account) ?? profileBarrier(of: account) {
            return .barred(barrier)
        }
        return Refusal(.sessionEnded, detail: "sign in again")
    }

    /// The account that acts, if it is a portal user's.
    package var actingAccount: PortalAccount? {
        guard case .portalUser(let id) = actor else { return nil }
        return account(anywhere: id)?.account
    }
}

extension Refusal {
    /// The same reason, told to somebody who is signed in or works for the organisation.
    static func barred(_ reason: SignInRefusal) -> Refusal {
        Refusal(Reason(rawValue: reason.rawValue) ?? .noProfileAccess)
    }
}
