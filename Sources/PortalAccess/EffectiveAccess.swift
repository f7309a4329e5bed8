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
    /// What one of the client's accounts may see of the client's profile: its own state first,
    /// then its access. No role, no access (invariant 5).
    package func access(of accountID: UniqueID, to profile: Profile) -> EffectiveAccess {
        guard let account = client.account(accountID) else { return .blocked(.accessNotGranted) }
        switch userState(of: account) {
        case .disabled: return .blocked(.accountDisabled)
        case .locked: return .blocked(.accountLocked)
        case .pendingRegistration: return .blocked(.notRegistered)
        case .pendingEmailConfirmation: return .blocked(.emailNotConfirmed)
        case .active: break
        }
        guard let grant = profile.grant(to: account) else { return .blocked(.noProfileAccess) }
        guard !isEndedByAge(grant, of: client) else { return .blocked(.noProfileAccess) }
        guard grant.state == .active else { return .blocked(.accessSuspended) }
        let role = grant.roleID.flatMap { organisation.roles[$0] }
        guard let role, !role.permissions.isEmpty else { return .blocked(.noProfileAccess) }
        return EffectiveAccess(permissions: role.permissions, barrier: nil)
    }
}

extension EffectiveAccess {
    fileprivate static func blocked(_ barrier: Refusal.Reason) -> EffectiveAccess {
        EffectiveAccess(permissions: [], barrier: barrier)
    }
}

extension Profile {
    /// The access by which an account sees the profile: its own, or that of its person.
    func grant(to account: PortalAccount) -> AccessGrant? {
        if let own = liveGrant(of: .account(account.id)) { return own }
        guard case .person(let id) = account.holder else { return nil }
        return liveGrant(of: .person(id))
    }
}
