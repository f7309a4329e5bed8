import EventLine
import PortalEvents

extension ResendInvitation {
    /// A new temporary password, to the address that the person signs in with now.
    func resendingPassword(
        _ invitation: Invitation,
        of client: UniqueID,
        in situation: Situation
    ) throws(Refusal) -> [PortalEvent] {
        let (account, home) = try situation.accountAwaiting(invitation)
        let template = try chosenTemplate(in: situation.organisation)
        guard let hash = situation.passwordHash else { return [] }
        let issued = TemporaryPasswordIssued(
            accountId: account.id,
            clientId: home,
            invitationId: invitation.id,
            passwordHash: hash,
            expiresAt: situation.invitationExpiry(.familyPortal)
        )
        return [
            .temporaryPasswordIssued(issued),
            resending(invitation, client, template, to: account.loginEmail, in: situation),
        ]
    }

    private func chosenTemplate(in organisation: OrganisationState) throws(Refusal) -> UniqueID {
        if let templateID {
            guard organisation.emails.template(templateID)?.purpose == .familyPortalAccess else {
                throw .unknownTemplate
            }
            return templateID
        }
        guard let preset = organisation.emails.preset(for: .familyPortalAccess) else {
            throw .noEmailTemplate
        }
        return preset.id
    }
}

extension Situation {
    /// The account that an invitation to the family portal waits for, and the client it was
    /// opened with. Nobody who is shut out is mailed a secret (invariant 12).
    func accountAwaiting(
        _ invitation: Invitation
    ) throws(Refusal) -> (account: PortalAccount, home: UniqueID) {
        let grant = invitation.grantID.flatMap { client.profile?.grant($0) }
        guard let grant, grant.state != .removed, let accountID = invitation.accountID,
            let (account, home) = account(anywhere: accountID), let homeID = home.id
        else { throw Refusal(.accessRemoved) }
        try invitation.requireOpen()
        guard !account.isInUse else { throw Refusal(.alreadySignedIn) }
        guard !isShutByDate(client), !isEndDated(account) else {
            throw Refusal(.clientEndDated)
        }
        guard grant.state != .suspended else { throw Refusal(.accessSuspended) }
        switch barrier(of: account) {
        case .accountDisabled: throw Refusal(.accountDisabled)
        case .accountLocked: throw Refusal(.accountLocked)
        default: return (account, homeID)
        }
    }

    /// Whether staff are shown that they can send somebody's invitation again (S3-22, S3-37).
    func mayResendInvite(_ personID: UniqueID) -> Bool {
        guard let grant = liveGrant(ofPerson: personID) else { return false }
        return client.invitations.contains { invitation in
            invitation.kind == .familyPortal && invitation.grantID == grant.id
                && (try? accountAwaiting(invitation)) != nil
        }
    }
}

extension Invitation {
    /// Checks that nobody has answered it yet (T1).
    func requireOpen() throws(Refusal) {
        switch state {
        case .accepted: throw Refusal(.alreadySignedIn)
        case .rejected: throw Refusal(.alreadyRejected, detail: "use ReInviteClient")
        case .revoked: throw Refusal(.invitationRevoked)
        case .pending, .expired: break
        }
    }
}

extension Refusal {
    static let unknownTemplate = Refusal(
        .unknownTemplate,
        field: "templateId",
        detail: "there is no email template with this id for this purpose"
    )
}
