import EventLine
import PortalEvents

extension ClientState {
    /// Whether there is somebody on the patient's side to write to: the client has registered, or
    /// whoever owns the profile for them has.
    package var isPatientRegistered: Bool {
        if let own = ownAccount, own.isRegistered && own.hasEnrolled { return true }
        guard let owner = profile?.ownerAccountID else { return false }
        // One that was opened with another client was in use when its holder accepted.
        return account(owner)?.isRegistered ?? true
    }
}

extension Situation {
    /// Whether the client's messages can only be read: by the date itself, and where the timer has
    /// noted it, until that is lifted (T7).
    package var isReadOnly: Bool {
        client.chart.isReadOnly || isShutByDate(client)
    }

    /// Whether the actor has, or had until it was suspended, portal access to the client's
    /// profile. Whoever has none learns nothing about the client.
    var hasPortalAccess: Bool {
        guard case .portalUser(let id) = actor, let profile = client.profile,
            let (account, home) = account(anywhere: id)
        else { return false }
        return profile.grant(to: account, homedWith: home.id) != nil
    }

    /// Checks that the actor, a portal user, sees a part of the client's profile now.
    func requirePortal(_ permission: PortalPermission, for command: String) throws(Refusal) {
        guard case .portalUser(let id) = actor, let profile = client.profile, hasPortalAccess
        else { throw notPermitted(command) }
        let access = access(of: id, to: profile)
        if let barrier = access.barrier { throw Refusal(barrier) }
        guard access.permissions.contains(permission) else { throw notPermitted(command) }
    }
}
