package import EventLine
package import PortalEvents

/// Gives a client, a contact or a representative access to a profile in a role, and mails them an
/// invitation with a temporary password (S3-18).
package struct AddFamilyPortalAccess: CallableCommand {
    package static var replyIDs: [String] { ["grantId", "accountId", "invitationId"] }
    private let profileID: UniqueID
    private let holder: HolderReference
    private let loginEmail: String
    private let roleID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        profileID = try input.id("profileId")
        holder = try .init(&input)
        loginEmail = try input.email("loginEmail")
        guard let role = try input.optionalID("roleId") else {
            throw Refusal(.roleRequired, field: "roleId", detail: "choose a portal role")
        }
        roleID = role
    }

    package var audience: Audience { .staff(.manageFamilyPortalAccess) }
    package var target: Target { .stream(StreamName("profile", profileID)) }
    package var password: PasswordUse { .draw }
    package var otherStreams: [StreamName] { [holder.stream] }
    package func people(given client: ClientState) -> Set<UniqueID> {
        [holder.personID(given: client)]
    }
    package func loginAddress(given client: ClientState) -> String? { loginEmail }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.client.profile?.id == profileID else {
            throw Refusal(.profileDoesNotExist)
        }
        let person = try situation.personWithoutAccess(holder)
        try situation.organisation.requireChoosable(role: roleID)
        guard let template = situation.organisation.emails.preset(for: .familyPortalAccess) else {
            throw .noEmailTemplate
        }
        let login = try PortalLogin(of: person, with: loginEmail, in: situation)
        let added = FamilyPortalAccessAdded(
            profileId: profileID,
            clientId: login.clientID,
            grantId: situation.ids[0],
            accountId: login.accountID,
            accountClientId: login.homeID == login.clientID ? nil : login.homeID,
            roleId: roleID,
            holderKind: person.kind,
            holderId: person.id,
            personId: person.personID,
            awaitsSignIn: login.awaitsSignIn
        )
        return login.opening(in: situation) + [.familyPortalAccessAdded(added)]
            + login.issuingPassword(for: situation.ids[1], in: situation)
            + [invitation(of: person, login, template.id, in: situation)]
            + grantingAgain(to: person, login, in: situation)
    }

    /// The client's own access can be used at once where they have signed in before.
    private func grantingAgain(
        to person: PortalPerson,
        _ login: PortalLogin,
        in situation: Situation
    ) -> [PortalEvent] {
        guard person.isOwn, login.isUsable(in: situation) else { return [] }
        let granted = PatientAccessGranted(
            profileId: profileID,
            clientId: login.clientID,
            grantId: login.grantID,
            accountId: login.accountID,
            roleId: roleID
        )
        return [.patientAccessGranted(granted)]
    }

    private func invitation(
        of person: PortalPerson,
        _ login: PortalLogin,
        _ template: UniqueID,
        in situation: Situation
    ) -> PortalEvent {
        .portalInvitationSent(
            .init(
                invitationId: situation.ids[1],
                clientId: login.clientID,
                kind: .familyPortal,
                recipientKind: person.recipientKind,
                recipientId: person.id,
                accountId: login.accountID,
                grantId: login.grantID,
                templateId: template,
                origin: person.kind == .contact ? .contactsTab : .overviewTab,
                verification: .temporaryPassword,
                tokenHash: situation.secrets.tokenHash,
                expiresAt: situation.invitationExpiry(.familyPortal),
                personal: .open(.init(recipientEmail: loginEmail))
            )
        )
    }
}

extension Situation {
    /// The person whom a reference names, if portal access can be given to them now: nothing that
    /// is shut is opened by it, and nobody shut out is mailed a secret (invariant 12).
    func personWithoutAccess(_ holder: HolderReference) throws(Refusal) -> PortalPerson {
        guard let profile = client.profile else { throw Refusal(.profileDoesNotExist) }
        guard profile.control == .organisation else { throw Refusal(.onlyOwnerControlsAccess) }
        guard profile.ownership != .rejected else { throw Refusal(.accessRemovedByRejection) }
        let person = try portalPerson(holder)
        guard !isShutByDate(client) else { throw Refusal(.clientEndDated) }
        guard liveGrant(ofPerson: person.personID) == nil else {
            throw Refusal(.alreadyHasAccess)
        }
        if person.isOwn, isRecordDisabling { throw Refusal(.recordStatusDisabled) }
        try requireStatusAllows(person.personID)
        let account = account(ofPerson: person.personID)?.account
        // Who has a password already is mailed no secret, and may care for others.
        if account?.isInUse != true,
            anyClient(standing(for: person.personID))?.card?.isEndDateInEffect(on: today) == true
        {
            throw Refusal(.clientEndDated)
        }
        if let account {
            switch barrier(of: account) {
            case .accountDisabled: throw Refusal(.accountDisabled)
            case .accountLocked: throw Refusal(.accountLocked)
            default: break
            }
        }
        return person
    }

    /// Whether staff are shown that they can give access to a client or contact (S3-08, S3-29).
    func mayAddAccess(_ kind: PortalHolderKind, _ id: UniqueID) -> Bool {
        (try? personWithoutAccess(HolderReference(kind, id))) != nil
    }
}

extension PortalPerson {
    fileprivate var recipientKind: RecipientKind {
        switch kind {
        case .client: .patient
        case .contact: .contact
        case .representative: .representative
        case .caregiver: .caregiver
        }
    }
}

extension Refusal {
    static let noEmailTemplate = Refusal(
        .noEmailTemplate,
        detail: "save an email template for the purpose familyPortalAccess first"
    )
}
