import EventLine
import PortalEvents

extension Situation {
    /// The events by which accesses end: with them go the invitations that waited for them, and
    /// whoever is signed in loses the profile at once (T5).
    ///
    /// - Parameter keepsLinks: whether other links that were mailed to the holders still let them
    ///   in, because it is an invitation that was taken back and not the access of somebody.
    func ending(
        _ grants: [AccessGrant],
        on profile: UniqueID,
        of client: UniqueID,
        _ reason: GrantRemovalReason,
        keepsLinks: Bool = false
    ) -> [PortalEvent] {
        let removed = grants.map { grant in
            PortalEvent.familyPortalAccessRemoved(
                .init(profileId: profile, clientId: client, grantId: grant.id, reason: reason)
            )
        }
        let holders = keepsLinks ? [] : Set(grants.compactMap(holder))
        return removed + revokingInvitations(to: Set(grants.map(\.id)), linksOf: holders)
            + grants.flatMap(endingSessions)
    }

    /// The events by which invitations die that wait for accesses, and links to register that were
    /// mailed to people.
    func revokingInvitations(
        to grants: Set<UniqueID>,
        linksOf people: Set<UniqueID> = []
    ) -> [PortalEvent] {
        guard let clientID = client.id else { return [] }
        return client.invitations.filter { invitation in
            guard invitation.isOpen else { return false }
            if let grant = invitation.grantID, grants.contains(grant) { return true }
            guard invitation.kind.isRegisteredByLink, let recipient = invitation.recipientID else {
                return false
            }
            return people.contains { isSamePerson($0, recipient) }
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
