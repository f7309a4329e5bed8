package import EventLine
package import PortalEvents

/// Sends an invitation again, with a new secret; the old one is dead (T1).
package struct ResendInvitation: CallableCommand {
    package static var replyIDs: [String] { ["invitationId"] }
    private let invitationID: UniqueID
    let templateID: UniqueID?

    package init(_ input: inout CommandInput) throws(Refusal) {
        invitationID = try input.id("invitationId")
        templateID = try input.optionalID("templateId")
    }

    package var audience: Audience { .anyStaff(InvitationKind.permissions) }
    package var target: Target { .stream(StreamName("invitation", invitationID)) }
    package var password: PasswordUse { .draw }
    package func people(given client: ClientState) -> Set<UniqueID> {
        client.invitation(invitationID)?.recipientID.map { [$0] } ?? []
    }
    package func loginAddress(given client: ClientState) -> String? {
        guard let invitation = client.invitation(invitationID) else { return nil }
        return invitation.isForCard ? client.card?.email : invitation.recipientEmail
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (client, invitation) = try situation.invitation(invitationID)
        try situation.require(invitation.kind.permission, for: Self.name)
        if invitation.kind == .familyPortal {
            return try resendingPassword(invitation, of: client, in: situation)
        }
        try invitation.requireOpen()
        switch invitation.kind {
        case .ownership, .familyPortal: return try again(invitation, client, in: situation)
        case .registration, .auto, .caregiver: return try link(invitation, client, in: situation)
        }
    }

    private func again(
        _ invitation: Invitation,
        _ client: UniqueID,
        in situation: Situation
    ) throws(Refusal) -> [PortalEvent] {
        // No mail with a secret goes to somebody who is shut out (invariant 12), and the link that
        // they have stays as it is.
        switch situation.clientBarrier {
        case nil: break
        case .recordStatusDisabled: throw Refusal(.accountDisabled)
        case .some(let barrier): throw Refusal(barrier)
        }
        let template = try situation.invitationTemplate(templateID, for: .clientInvitation)
        return [resending(invitation, client, template, in: situation)]
    }

    /// The event that sends it again: to where it went before, if no other address is given.
    func resending(
        _ invitation: Invitation,
        _ client: UniqueID,
        _ template: UniqueID?,
        to email: String? = nil,
        in situation: Situation
    ) -> PortalEvent {
        .portalInvitationResent(
            .init(
                invitationId: invitationID,
                clientId: client,
                attempt: invitation.timesResent + 1,
                templateId: template,
                tokenHash: situation.secrets.tokenHash,
                expiresAt: situation.invitationExpiry(invitation.kind),
                personal: email.map { .open(.init(recipientEmail: $0)) }
            )
        )
    }
}

extension ResendInvitation {
    /// A link by which somebody registers. The client's goes to the address that the card has now
    /// (S2-16).
    private func link(
        _ invitation: Invitation,
        _ client: UniqueID,
        in situation: Situation
    ) throws(Refusal) -> [PortalEvent] {
        try situation.requireRightToInvite()
        try requireWelcome(invitation, in: situation)
        guard
            let email = invitation.isForCard
                ? situation.client.card?.email
                : invitation.recipientEmail
        else { throw Refusal(.emailRequired, detail: "put an address on the card") }
        let holder = invitation.holderAccount(in: situation)?.account.id
        if invitation.recipientKind == .patient, let login = situation.login.accountID,
            login != holder
        {
            throw .loginEmailInUse
        }
        let template = try situation.invitationTemplate(templateID, for: invitation.kind.purpose)
        let open = situation.client.openInvitation(invitation.kind, to: email, at: situation.now)
        guard open == nil || open?.id == invitation.id else {
            throw Refusal(.invitationPending, detail: "another invitation is on its way")
        }
        let isElsewhere = email.asLogin != invitation.recipientEmail?.asLogin
        let address = isElsewhere ? email : nil
        return [resending(invitation, client, template, to: address, in: situation)]
    }

    private func requireWelcome(
        _ invitation: Invitation,
        in situation: Situation
    ) throws(Refusal) {
        if situation.isReadOnly { throw Refusal(.clientEndDated) }
        try situation.requireNotEndedByAge(invitation)
        try situation.requireOrganisationControls()
        if invitation.recipientKind == .patient {
            try situation.requireClientIsWelcome()
            if situation.client.hasRegistered { throw Refusal(.alreadySignedIn) }
        }
        guard let account = invitation.holderAccount(in: situation)?.account else {
            return try situation.requireStatusAllows(invitation.recipientID ?? invitation.id)
        }
        switch situation.userState(of: account) {
        case .disabled: throw Refusal(.accountDisabled)
        case .locked: throw Refusal(.accountLocked)
        case .pendingRegistration, .pendingEmailConfirmation, .active: break
        }
    }
}

extension Invitation {
    /// Whether it goes to whatever address stands on the client's card.
    var isForCard: Bool { recipientKind == .patient && kind.isRegisteredByLink }
}

extension InvitationKind {
    /// What it takes to send, to send again and to take back an invitation.
    var permission: Permission {
        switch self {
        case .ownership: .inviteClient
        case .familyPortal: .manageFamilyPortalAccess
        case .registration, .auto, .caregiver: .sendPortalInvitation
        }
    }

    static let permissions = Set(allCases.map(\.permission))

    /// What its mail is for.
    var purpose: EmailPurpose {
        switch self {
        case .ownership: .clientInvitation
        case .registration, .caregiver: .portalInvitation
        case .familyPortal: .familyPortalAccess
        case .auto: .autoInvitation
        }
    }
}
