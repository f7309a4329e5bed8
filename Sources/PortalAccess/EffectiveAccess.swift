package import EventLine
package import PortalEvents

/// What an account may see of a profile now, or what is in the way.
package struct EffectiveAccess: Hashable, Sendable {
    /// What its role shows; empty where there is a barrier.
    package let permissions: [PortalPermission]
    /// Why nothing can be seen; nil if something can.
    package let barrier: Refusal.Reason?
}

extension Situation {
    /// What an account may see of the client's profile, wherever it was opened: its own state
    /// first, then its access. No role, no access (invariant 5).
    package func access(of accountID: UniqueID, to profile: Profile) -> EffectiveAccess {
        guard let (account, home) = account(anywhere: accountID) else {
            return .blocked(.accessNotGranted)
        }
        if let barrier = barrier(of: account) { return .blocked(Refusal.barred(barrier).reason) }
        guard let grant = profile.grant(to: account, homedWith: home.id) else {
            return .blocked(account.isRegistered ? .noProfileAccess : .notRegistered)
        }
        guard !isEndedByAge(grant, of: client) else { return .blocked(.noProfileAccess) }
        if let barrier = barrier(of: grant, on: profile, account) { return .blocked(barrier) }
        let role = grant.roleID.flatMap { organisation.roles[$0] }
        guard let role, !role.permissions.isEmpty else { return .blocked(.noProfileAccess) }
        return EffectiveAccess(permissions: role.permissions, barrier: nil)
    }
}

extension Situation {
    /// Why an access opens nothing now. The client's end date shuts the profile for everybody who
    /// sees it through the portal, whether or not a timer has noted it.
    private func barrier(
        of grant: AccessGrant,
        on profile: Profile,
        _ account: PortalAccount
    ) -> Refusal.Reason? {
        if isShutByDate(client) {
            return account.holder == .client && client.ownAccount?.id == account.id
                ? .clientEndDated : .accessSuspended
        }
        switch grant.state {
        case .active: return nil
        // They have never signed in since it was given.
        case .invited: return .notRegistered
        // Whoever reads what was rejected is told so (S0-17).
        case .suspended:
            return profile.ownership == .rejected ? .accessRemovedByRejection : .accessSuspended
        case .removed: return .noProfileAccess
        }
    }
}

extension EffectiveAccess {
    fileprivate static func blocked(_ barrier: Refusal.Reason) -> EffectiveAccess {
        EffectiveAccess(permissions: [], barrier: barrier)
    }
}
