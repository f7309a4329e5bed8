import EventLine
import PortalEvents

/// Somebody whom a mail invites to the portal.
struct Invitee {
    let kind: RecipientKind
    let personID: UniqueID
    let email: String
    var name: String?
    /// The account that the invitation opens; nil where it is opened when they register.
    var accountID: UniqueID?
}

/// An invitation to the portal as staff or the program send it.
struct PortalInvitationIssue {
    let kind: InvitationKind
    let origin: InvitationOrigin
    let verification: Verification
    var templateID: UniqueID?

    /// The event that sends it.
    ///
    /// - Parameters:
    ///   - id: the invitation's.
    ///   - tokenHash: that of its link, which no other invitation has.
    func event(
        to invitee: Invitee,
        _ id: UniqueID,
        tokenHash: String,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let clientID = situation.client.id else { return [] }
        let personal = PortalInvitationSent.Personal(
            recipientEmail: invitee.email,
            recipientName: invitee.name
        )
        let sent = PortalInvitationSent(
            invitationId: id,
            clientId: clientID,
            kind: kind,
            recipientKind: invitee.kind,
            recipientId: invitee.personID,
            accountId: invitee.accountID,
            templateId: templateID,
            origin: origin,
            verification: verification,
            tokenHash: tokenHash,
            expiresAt: situation.invitationExpiry(kind),
            personal: .open(personal)
        )
        return [.portalInvitationSent(sent)]
    }
}

extension Situation {
    /// When an invitation of a kind that is sent now can no longer be used.
    func invitationExpiry(_ kind: InvitationKind) -> Instant {
        now.adding(microseconds: Int64(organisation.daysToAccept(kind)) * 86_400_000_000)
    }

    /// The client's account, and the event that opens it with a first invitation. A client
    /// who is somebody's contact may have one that was opened there.
    func invitedAccount(
        opening id: UniqueID
    ) throws(Refusal) -> (account: UniqueID, opening: [PortalEvent]) {
        guard let clientID = client.id else { throw Refusal(.notFound) }
        if let own = account(ofPerson: clientID) { return (own.account.id, []) }
        let onboarded = PatientAccountOnboarded(
            accountId: id,
            clientId: clientID,
            route: .invitation
        )
        return (id, [.patientAccountOnboarded(onboarded)])
    }

    /// What shuts the client out, so that they get no mail with a link and no link lets them in
    /// (invariants 11, 12); nil if nothing does.
    var clientBarrier: Refusal.Reason? {
        if isReadOnly { return .clientEndDated }
        if hasDisablingStatus { return .recordStatusDisabled }
        switch userState {
        case .disabled: return .accountDisabled
        case .locked: return .accountLocked
        case nil, .pendingRegistration, .pendingEmailConfirmation, .active: return nil
        }
    }

    /// Checks that the client is nobody who is shut out.
    func requireClientIsWelcome() throws(Refusal) {
        guard let barrier = clientBarrier else { return }
        let cure = barrier == .accountLocked ? "distribute new credentials" : nil
        throw Refusal(barrier, detail: cure)
    }

    /// Checks that the client can be invited to register: they are not shut out, have not
    /// registered, and nobody else decides who sees their profile.
    func requireClientIsInvitable() throws(Refusal) {
        try requireClientIsWelcome()
        guard !client.hasRegistered else { throw Refusal(.alreadyRegistered) }
        try requireOrganisationControls()
    }

    /// Checks that no record keeps somebody out who is a client too; a merged one is none. Their
    /// own end date does not keep them from others' profiles.
    func requireStatusAllows(_ person: UniqueID) throws(Refusal) {
        guard let card = anyClient(standing(for: person))?.card else { return }
        guard !organisation.disablingStatuses.contains(card.recordStatus) else {
            throw Refusal(.recordStatusDisabled)
        }
    }

    /// Checks that the profile is not one whose owner alone lets people in (invariant 8), nor shut
    /// by a rejection.
    func requireOrganisationControls() throws(Refusal) {
        guard let profile = client.profile else { return }
        if profile.ownership == .rejected { throw Refusal(.accessRemovedByRejection) }
        if profile.control == .owner { throw Refusal(.onlyOwnerControlsAccess) }
    }

    /// Checks that the actor may invite people: an administrator may have taken that away (S2-13).
    func requireRightToInvite() throws(Refusal) {
        guard case .staff(let id) = actor else { return }
        guard !organisation.communications.isBarredFromInviting(id) else {
            throw Refusal(.staffMayNotInvite, detail: "an administrator can allow it again")
        }
    }

    /// The template that was chosen, or the organisation's default; nil for the built-in text. One
    /// without a link would invite nobody (S4-05, S4-06).
    func invitationTemplate(
        _ chosen: UniqueID?,
        for purpose: EmailPurpose
    ) throws(Refusal) -> UniqueID? {
        guard let chosen else { return organisation.emails.preset(for: purpose)?.id }
        guard let template = organisation.emails.template(chosen) else {
            throw Refusal(
                .unknownTemplate,
                field: "templateId",
                detail: "there is no email template with this id"
            )
        }
        guard template.hasInvitationLink else {
            throw Refusal(
                .templateLacksInvitationLink,
                field: "templateId",
                detail: "put {{invitationLink}} into it, or choose another"
            )
        }
        return chosen
    }
}

extension ClientState {
    /// The invitation of a kind to an address that can still be used (invariant 1).
    func openInvitation(_ kind: InvitationKind, to email: String, at now: Instant) -> Invitation? {
        invitations.first {
            $0.kind == kind && $0.recipientEmail?.asLogin == email.asLogin
                && $0.state(at: now) == .pending
        }
    }
}
