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
        let ended = keepsLinks ? [] : grants
        return removed
            + revokingInvitations(
                to: Set(grants.map(\.id)),
                linksOf: Set(ended.compactMap(holder)),
                or: Set(ended.compactMap { account(of: $0)?.account.loginEmail?.asLogin })
            )
            + grants.flatMap(endingSessions)
    }

    /// The events by which invitations die that wait for accesses, and links to register that were
    /// mailed to people, or to the addresses with which they sign in.
    func revokingInvitations(
        to grants: Set<UniqueID>,
        linksOf people: Set<UniqueID> = [],
        or logins: Set<String> = []
    ) -> [PortalEvent] {
        guard let clientID = client.id else { return [] }
        return client.invitations.filter { invitation in
            guard invitation.isOpen else { return false }
            if let grant = invitation.grantID, grants.contains(grant) { return true }
            guard invitation.kind.isRegisteredByLink else { return false }
            if let login = invitation.recipientEmail?.asLogin, logins.contains(login) {
                return true
            }
            guard let recipient = invitation.recipientID else { return false }
            return people.contains { isSamePerson($0, recipient) }
        }.map { $0.revoked(for: clientID) }
    }

    /// The account with which an access through the portal is used; nil while there is none.
    func account(of grant: AccessGrant) -> (account: PortalAccount, home: ClientState)? {
        switch grant.holder {
        case .professional: nil
        case .person(let id): account(ofPerson: id)
        case .account(let id): account(anywhere: id)
        }
    }

    private func endingSessions(of grant: AccessGrant) -> [PortalEvent] {
        guard let (account, home) = account(of: grant), account.hasSignedIn, let homeID = home.id
        else { return [] }
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
