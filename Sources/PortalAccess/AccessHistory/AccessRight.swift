package import EventLine
package import PortalEvents

/// Somebody who can see a profile, and by what right.
package struct AccessRight: Hashable, Sendable {
    /// What the right rests on. The names stand in answers to other programs.
    package enum Basis: String, Sendable {
        /// A portal access in a role.
        case portalAccess
        /// The profile is theirs.
        case ownership
        /// An access that was given to a member of staff, or to all of them.
        case professionalAccess
        /// The organisation controls the profile, and they may work on profiles.
        case organisationControl
    }

    package let basis: Basis
    /// `client/<id>`, `contact/<id>`, `staff/<id>` and so on, as with accesses.
    package let holder: String
    package let accountID: UniqueID?
    package let grantID: UniqueID?
    package let role: String?
    /// What of the profile; a professional or an owner sees all of it.
    package let permissions: [PortalPermission]
}

extension Situation {
    /// Everybody who can see the client's profile now, and by what right.
    package func rights(to profile: Profile) -> Set<AccessRight> {
        guard !profile.isDeleted else { return [] }
        let accounts = ([client] + others.values).flatMap(\.accounts)
        return Set(accounts.compactMap { portalRight(of: $0, to: profile) })
            .union(accounts.compactMap { ownership(of: $0, on: profile) })
            .union(organisation.staff.keys.compactMap { staffRight(of: $0, to: profile) })
    }

    private func portalRight(of account: PortalAccount, to profile: Profile) -> AccessRight? {
        let access = access(of: account.id, to: profile)
        guard access.barrier == nil, let home = self.account(anywhere: account.id)?.home,
            let grant = profile.grant(to: account, homedWith: home.id)
        else { return nil }
        return AccessRight(
            basis: .portalAccess,
            holder: holder(of: grant, account, home),
            accountID: account.id,
            grantID: grant.id,
            role: grant.roleID.flatMap { organisation.roles[$0]?.name },
            permissions: access.permissions
        )
    }

    private func holder(
        of grant: AccessGrant,
        _ account: PortalAccount,
        _ home: ClientState
    ) -> String {
        if let holder = grant.portalHolder { return "\(holder.kind.rawValue)/\(holder.id)" }
        switch account.holder {
        case .client: return home.id.map { "client/\($0)" } ?? "portalAccount/\(account.id)"
        case .person(let id): return "person/\(id)"
        }
    }

    private func ownership(of account: PortalAccount, on profile: Profile) -> AccessRight? {
        guard acting(as: .portalUser(account.id)).isOwner(of: profile) else { return nil }
        let owner = profile.ownerPersonID
        return AccessRight(
            basis: .ownership,
            holder: owner == client.id
                ? "client/\(client.id ?? account.id)" : "person/\(owner ?? account.id)",
            accountID: account.id,
            grantID: nil,
            role: nil,
            permissions: []
        )
    }

    private func staffRight(of id: UniqueID, to profile: Profile) -> AccessRight? {
        let asked = acting(as: .staff(id))
        guard (try? asked.requireReading(of: profile)) != nil else { return nil }
        let grant = profile.grants.last { grant in
            guard grant.state == .active, case .professional(let staff, let owner) = grant.holder
            else { return false }
            return owner == organisation.id && (staff == nil || staff == id)
        }
        return AccessRight(
            basis: grant == nil ? .organisationControl : .professionalAccess,
            holder: "staff/\(id)",
            accountID: nil,
            grantID: grant?.id,
            role: nil,
            permissions: []
        )
    }

    private func acting(as actor: Actor) -> Situation {
        var situation = self
        situation.actor = actor
        return situation
    }
}
