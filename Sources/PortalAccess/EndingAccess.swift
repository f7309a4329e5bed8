import EventLine
import PortalEvents

extension Situation {
    /// The events by which an access ends: with it go the invitation that waited for it and every
    /// other link that was mailed to its holder, and whoever is signed in loses the profile at
    /// once (T5).
    func ending(
        _ grant: AccessGrant,
        on profile: UniqueID,
        of client: UniqueID,
        _ reason: GrantRemovalReason
    ) -> [PortalEvent] {
        let removed = FamilyPortalAccessRemoved(
            profileId: profile,
            clientId: client,
            grantId: grant.id,
            reason: reason
        )
        let person = holder(of: grant)
        let dead = self.client.invitations.filter { invitation in
            guard invitation.isOpen else { return false }
            if invitation.grantID == grant.id { return true }
            guard let person, let recipient = invitation.recipientID else { return false }
            return invitation.kind.isRegisteredByLink && isSamePerson(recipient, person)
        }
        return [.familyPortalAccessRemoved(removed)] + dead.map { $0.revoked(for: client) }
            + endingSessions(of: grant)
    }

    /// The events by which invitations die that wait for accesses.
    func revokingInvitations(to grants: Set<UniqueID>) -> [PortalEvent] {
        guard let clientID = client.id else { return [] }
        return client.invitations.filter { invitation in
            invitation.isOpen && (invitation.grantID.map(grants.contains) ?? false)
        }.map { $0.revoked(for: clientID) }
    }

    private func endingSessions(of grant: AccessGrant) -> [PortalEvent] {
        let found =
            switch grant.holder {
            case .professional: Optional<(account: PortalAccount, home: ClientState)>.none
            case .person(let id): account(ofPerson: id)
            case .account(let id): account(anywhere: id)
            }
        guard let (account, home) = found, account.hasSignedIn, let homeID = home.id else {
            return []
        }
        let ended = SessionsEnded(
            accountId: account.id,
            clientId: homeID,
            reason: .accessRemoved,
            accessLeft: liveGrants(of: account).contains { $0.client.id != client.id }
        )
        return [.sessionsEnded(ended)]
    }
}

extension Invitation {
    /// It is taken back, and no profile with it.
    func revoked(for client: UniqueID) -> PortalEvent {
        .invitationRevoked(.init(invitationId: id, clientId: client, profileDeleted: false))
    }
}
