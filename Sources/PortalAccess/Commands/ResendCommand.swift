import EventLine
package import PortalEvents

/// Sends an invitation again, with a new secret; the old one is dead (T1).
package struct ResendInvitation: CallableCommand {
    package static var replyIDs: [String] { ["invitationId"] }
    private let invitationID: UniqueID
    private let templateID: UniqueID?

    package init(_ input: inout CommandInput) throws(Refusal) {
        invitationID = try input.id("invitationId")
        templateID = try input.optionalID("templateId")
    }

    package var audience: Audience { .staffWithAny(InvitationKind.permissions) }
    package var target: Target { .stream(StreamName("invitation", invitationID)) }
    package var password: PasswordUse { .draw }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (client, invitation) = try situation.invitation(invitationID)
        try situation.require(invitation.kind.permission, for: Self.name)
        if invitation.kind == .familyPortal {
            return try resendingPassword(invitation, of: client, in: situation)
        }
        guard templateID == nil else { throw .unknownTemplate }
        try invitation.requireOpen()
        // No mail with a secret goes to somebody who is shut out (invariant 12).
        guard situation.userState != .disabled else { throw Refusal(.accountDisabled) }
        return [resent(invitation, of: client, template: nil, in: situation)]
    }

    /// A new temporary password, to the address that the person signs in with now.
    private func resendingPassword(
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
            resent(invitation, of: client, template: template, in: situation),
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

    private func resent(
        _ invitation: Invitation,
        of client: UniqueID,
        template: UniqueID?,
        in situation: Situation
    ) -> PortalEvent {
        .portalInvitationResent(
            .init(
                invitationId: invitationID,
                clientId: client,
                attempt: invitation.timesResent + 1,
                templateId: template,
                tokenHash: situation.secrets.tokenHash,
                expiresAt: situation.invitationExpiry(invitation.kind)
            )
        )
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
        guard client.card?.isEndDated(on: today) == false else { throw Refusal(.clientEndDated) }
        guard grant.state != .suspended else { throw Refusal(.accessSuspended) }
        switch barrier(of: account) {
        case .accountDisabled: throw Refusal(.accountDisabled)
        case .accountLocked: throw Refusal(.accountLocked)
        default: return (account, homeID)
        }
    }

    /// Whether staff are shown that they can send somebody's invitation again (S3-22, S3-37).
    func mayResendInvite(_ personID: UniqueID) -> Bool {
        guard let grant = client.liveGrant(ofPerson: personID) else { return false }
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

extension InvitationKind {
    /// What staff need to send, repeat or revoke invitations of this kind (`domain.md` §2.6).
    var permission: Permission {
        switch self {
        case .ownership: .inviteClient
        case .familyPortal: .manageFamilyPortalAccess
        case .registration, .auto, .caregiver: .sendPortalInvitation
        }
    }

    /// The permissions of all kinds.
    static var permissions: [Permission] {
        [.inviteClient, .manageFamilyPortalAccess, .sendPortalInvitation]
    }
}

extension Refusal {
    static let unknownTemplate = Refusal(
        .unknownTemplate,
        field: "templateId",
        detail: "there is no email template with this id for this purpose"
    )
}
