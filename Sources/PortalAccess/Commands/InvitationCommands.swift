package import EventLine
package import PortalEvents

/// Invites a client to own their profile, which may be made before they accept (S0-10, S0-11).
package struct InviteClient: CallableCommand {
    package static var replyIDs: [String] { ["invitationId", "profileId"] }
    private let issue: InvitationIssue

    package init(_ input: inout CommandInput) throws(Refusal) { issue = try .init(&input) }

    package var audience: Audience { .staff(.inviteClient) }
    package var target: Target { .client(issue.clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        switch situation.client.status {
        case .pendingAcceptance: throw Refusal(.invitationPending)
        case .accepted: throw Refusal(.alreadyAccepted)
        case .notInvited, .rejected: try issue.events(in: situation)
        }
    }
}

/// Invites a client again who rejected; access that the rejection took comes back (S0-18).
package struct ReInviteClient: CallableCommand {
    package static var replyIDs: [String] { ["invitationId", "profileId"] }
    private let issue: InvitationIssue

    package init(_ input: inout CommandInput) throws(Refusal) { issue = try .init(&input) }

    package var audience: Audience { .staff(.inviteClient) }
    package var target: Target { .client(issue.clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        switch situation.client.status {
        case .pendingAcceptance: throw Refusal(.invitationPending)
        case .accepted: throw Refusal(.alreadyAccepted)
        case .notInvited: throw Refusal(.notRejected, detail: "use InviteClient")
        case .rejected: try issue.events(in: situation)
        }
    }
}

/// What a first and a repeated invitation have in common.
private struct InvitationIssue {
    let clientID: UniqueID
    private let recipientEmail: String?
    private let createsProfile: Bool

    init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        recipientEmail = try input.optionalEmail("recipientEmail")
        createsProfile = try input.flag("createProfileBeforeAcceptance")
    }

    func events(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let client = situation.client
        let makesProfile = createsProfile && client.profile == nil
        // A profile that was rejected is given back, whatever is made before acceptance now.
        let isRejected = client.profile?.ownership == .rejected
        if createsProfile, !isRejected, !situation.organisation.hasProfileBeforeAcceptance {
            throw Refusal(
                .featureNotEnabled,
                detail: "turn it on with TurnOnProfileBeforeAcceptance"
            )
        }
        guard let email = recipientEmail ?? client.card?.email else {
            throw Refusal(
                .emailRequired,
                detail: "give recipientEmail, or put an address on the card"
            )
        }
        let invited = [invitation(to: email, in: situation)] + undelivered(in: situation)
        if let profile = client.profile, profile.ownership == .rejected {
            return invited + restoring(profile, in: situation)
        }
        return makesProfile ? invited + creatingProfile(in: situation) : invited
    }

    /// Nobody who is shut out is mailed a link (invariant 12). They are invited nevertheless, so
    /// that there is a profile to work on (S0-05, S0-06), and staff see that no mail has gone.
    private func undelivered(in situation: Situation) -> [PortalEvent] {
        guard let reason = situation.clientBarrier.flatMap(EmailFailure.init(barrier:)) else {
            return []
        }
        let failed = InvitationEmailFailed(
            invitationId: situation.ids[0],
            clientId: clientID,
            reasonCode: reason
        )
        return [.invitationEmailFailed(failed)]
    }

    private func invitation(to email: String, in situation: Situation) -> PortalEvent {
        let expiresAt = situation.invitationExpiry(.ownership)
        guard situation.client.status == .rejected,
            let previous = situation.client.ownershipInvitation
        else {
            return .clientInvited(
                .init(
                    invitationId: situation.ids[0],
                    clientId: clientID,
                    createProfileBeforeAcceptance: createsProfile,
                    verification: .acceptInApp,
                    tokenHash: situation.secrets.tokenHash,
                    expiresAt: expiresAt,
                    personal: .open(.init(recipientEmail: email))
                )
            )
        }
        return .clientReInvited(
            .init(
                invitationId: situation.ids[0],
                previousInvitationId: previous.id,
                clientId: clientID,
                createProfileBeforeAcceptance: createsProfile,
                verification: .acceptInApp,
                tokenHash: situation.secrets.tokenHash,
                expiresAt: expiresAt,
                personal: .open(.init(recipientEmail: email))
            )
        )
    }

    private func creatingProfile(in situation: Situation) -> [PortalEvent] {
        let created = MedicalProfileCreated(
            profileId: situation.ids[1],
            clientId: clientID,
            origin: .beforeAcceptance,
            invitationId: situation.ids[0],
            control: .organisation
        )
        guard let organisation = situation.organisation.id else { return [] }
        var staffID: UniqueID?
        if case .staff(let id) = situation.actor { staffID = id }
        let granted = ProfessionalAccessGranted(
            profileId: situation.ids[1],
            clientId: clientID,
            grantId: situation.ids[2],
            staffId: staffID,
            toOrganisationId: organisation,
            basis: .beforeAcceptance
        )
        return [.medicalProfileCreated(created), .professionalAccessGranted(granted)]
    }

    private func restoring(_ profile: Profile, in situation: Situation) -> [PortalEvent] {
        let suspended = profile.grants.filter { $0.suspensions.contains(.rejection) }
        let restored = PortalEvent.profileAccessRestored(
            .init(
                profileId: profile.id,
                clientId: clientID,
                reason: .reInvited,
                invitationId: situation.ids[0],
                grantIds: suspended.map(\.id)
            )
        )
        return [restored] + granting(profile, in: situation)
    }

    /// The client's own access comes back with the others. Who registered while the profile
    /// was shut, and so got none then, gets it now that it is open.
    private func granting(_ profile: Profile, in situation: Situation) -> [PortalEvent] {
        guard situation.userState == .active, let account = situation.client.ownAccount,
            let roleID = situation.organisation.patientRole
        else { return [] }
        let held = profile.grants.filter { $0.holder == .account(account.id) }
        let own = held.first { $0.suspensions.contains(.rejection) && $0.stateBefore == .active }
        guard own != nil || (held.isEmpty && account.hasEnrolled) else { return [] }
        let granted = PatientAccessGranted(
            profileId: profile.id,
            clientId: clientID,
            grantId: own?.id ?? situation.ids[2],
            accountId: account.id,
            roleId: own?.roleID ?? roleID
        )
        return [.patientAccessGranted(granted)]
    }
}

extension EmailFailure {
    /// The failure of a mail that was not sent because its recipient is shut out.
    fileprivate init?(barrier: Refusal.Reason) {
        switch barrier {
        case .clientEndDated: self = .clientEndDated
        case .recordStatusDisabled: self = .recordStatusDisabled
        case .accountDisabled: self = .accountDisabled
        case .accountLocked: self = .accountLocked
        default: return nil
        }
    }
}

/// Takes a pending invitation back. A profile that was made for it is deleted, and its key with
/// it (S0-23); one that was ever accepted never is (invariant 6). Invitations to the portal make
/// none.
package struct RevokeInvitation: CallableCommand {
    package static var replyIDs: [String] { ["invitationId"] }
    private let invitationID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        invitationID = try input.id("invitationId")
    }

    package var audience: Audience { .anyStaff(InvitationKind.permissions) }
    package var target: Target { .stream(StreamName("invitation", invitationID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (client, invitation) = try situation.invitation(invitationID)
        try situation.require(invitation.kind.permission, for: Self.name)
        if invitation.kind.isRegisteredByLink { try situation.requireRightToInvite() }
        switch invitation.state {
        case .accepted: throw Refusal(.alreadyAccepted)
        case .rejected: throw Refusal(.alreadyRejected)
        case .revoked: throw Refusal(.invitationRevoked)
        case .pending, .expired: break
        }
        guard invitation.kind == .ownership else {
            return try revokingPortal(invitation, of: client, in: situation)
        }
        let doomed = situation.client.profile.flatMap { $0.ownership == .provisional ? $0 : nil }
        let revoked = PortalEvent.invitationRevoked(
            .init(
                invitationId: invitationID,
                clientId: client,
                profileDeleted: doomed != nil
            )
        )
        let accesses = Set(doomed?.grants.map(\.id) ?? [])
        return [revoked] + situation.revokingInvitations(to: accesses)
            + (doomed.map { deleting($0, of: client) } ?? [])
    }

    /// An access that waits for the invitation ends with it; one in use stays.
    private func revokingPortal(
        _ invitation: Invitation,
        of client: UniqueID,
        in situation: Situation
    ) throws(Refusal) -> [PortalEvent] {
        let profile = situation.client.profile
        let grant = invitation.grantID.flatMap { profile?.grant($0) }
        if let grant, let profile, grant.isWaiting {
            guard profile.control == .organisation else { throw Refusal(.onlyOwnerControlsAccess) }
            return situation.ending(
                [grant],
                on: profile.id,
                of: client,
                .staffRemoved,
                keepsLinks: true
            )
        }
        return [invitation.revoked(for: client)]
    }

    private func deleting(_ profile: Profile, of client: UniqueID) -> [PortalEvent] {
        let deleted = MedicalProfileDeleted(
            profileId: profile.id,
            clientId: client,
            reason: .invitationRevokedWhilePending,
            invitationId: invitationID,
            resourceCount: profile.resources.count
        )
        let destroyed = PersonalDataKeyDestroyed(
            keyId: profile.id,
            scope: "profile/\(profile.id)",
            clientId: client
        )
        return [.medicalProfileDeleted(deleted), .personalDataKeyDestroyed(destroyed)]
    }
}

/// Notes that an invitation was not used in time.
package struct ExpireInvitation: Command {
    private let invitationID: UniqueID

    package init(invitationID: UniqueID) { self.invitationID = invitationID }

    package var audience: Audience { .system }
    package var target: Target { .stream(StreamName("invitation", invitationID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (client, invitation) = try situation.invitation(invitationID)
        guard invitation.state == .pending, situation.now >= invitation.expiresAt else {
            throw Refusal(.notDueYet)
        }
        let expired = InvitationExpired(
            invitationId: invitationID,
            clientId: client,
            expiresAt: invitation.expiresAt
        )
        return [.invitationExpired(expired)]
    }
}

extension Situation {
    func invitation(
        _ id: UniqueID
    ) throws(Refusal) -> (client: UniqueID, invitation: Invitation) {
        guard let invitation = client.invitation(id), let client = client.id else {
            throw Refusal(.notFound, field: "invitationId", detail: "no such invitation")
        }
        return (client, invitation)
    }
}
