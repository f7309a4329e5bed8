import EventLine
import PortalEvents

/// Whoever registers by the link of an invitation, and the account that they get access with.
///
/// One person has one account. Somebody who has one already joins with it, and only if they show
/// that it is theirs: by being signed in, or by its password. A link alone never sets the password
/// of an account that is in use, and never opens a second one.
struct LinkHolder {
    let personID: UniqueID
    private let invitation: Invitation
    private let clientID: UniqueID
    private let email: String
    /// The account that they have; nil where the registration opens one.
    private let existing: (account: PortalAccount, home: ClientState)?
    private let situation: Situation

    init(_ invitation: Invitation, in situation: Situation) throws(Refusal) {
        guard let clientID = situation.client.id, let email = invitation.recipientEmail else {
            throw Refusal(.notFound)
        }
        self.invitation = invitation
        self.clientID = clientID
        self.email = email
        self.situation = situation
        personID = invitation.recipientID ?? clientID
        existing = invitation.holderAccount(in: situation)
    }

    private var isClient: Bool { personID == clientID }
    private var home: UniqueID { existing?.home.id ?? newHome }
    private var accountID: UniqueID { existing?.account.id ?? situation.ids[0] }

    /// Another client's account belongs to that client, whoever invites them first.
    private var newHome: UniqueID { situation.others[personID]?.id ?? clientID }

    /// Whether the person joins with an account that is in use.
    private var isJoining: Bool { existing?.account.isRegistered ?? false }

    /// Every way in passes the same barriers (invariant 11).
    func checkBarriers() throws(Refusal) {
        if situation.isReadOnly { throw Refusal(.clientEndDated) }
        if isClient { try situation.requireClientIsWelcome() }
        try situation.requireOrganisationControls()
        if isClient && situation.client.hasRegistered { throw Refusal(.alreadyRegistered) }
        guard let existing else { return try situation.requireStatusAllows(personID) }
        switch situation.userState(of: existing.account) {
        case .disabled: throw Refusal(.accountDisabled)
        case .locked: throw Refusal(.accountLocked)
        case .pendingEmailConfirmation: throw Refusal(.emailNotConfirmed)
        case .pendingRegistration, .active: break
        }
        let hasAccess = grant?.isLive == true || situation.liveGrant(ofPerson: personID) != nil
        if hasAccess && !isClient { throw Refusal(.alreadyHasAccess) }
    }

    /// Checks that an account in use is theirs, and that an address is free for one that is not.
    func checkAccount(_ password: String) throws(Refusal) {
        guard isJoining, let existing else {
            let holder = situation.login.accountID
            guard holder == nil || holder == existing?.account.id else { throw .loginEmailInUse }
            guard password.isStrongPassword else { throw .weakPassword }
            return
        }
        try situation.requireHolder(of: existing.account, homedWith: home, by: .check(password))
    }

    /// The events that open the account, or register one that an invitation opened.
    func opening() -> [PortalEvent] {
        guard !isJoining else { return [] }
        return onboarding() + withdrawingCredentials() + claimingLogin() + settingPassword()
    }

    /// The event that says that the account is registered.
    func registering() -> [PortalEvent] {
        guard !isJoining else { return [] }
        let registered = PatientUserSuccessfullyRegistered(
            accountId: accountID,
            clientId: home,
            route: .link,
            personal: .open(.init(email: email))
        )
        return [.patientUserSuccessfullyRegistered(registered)]
    }

    private func onboarding() -> [PortalEvent] {
        guard existing == nil else { return [] }
        guard !isOwnAccount else {
            let onboarded = PatientAccountOnboarded(
                accountId: accountID,
                clientId: home,
                route: .invitation
            )
            return [.patientAccountOnboarded(onboarded)]
        }
        let onboarded = ContactAccountOnboarded(
            accountId: accountID,
            clientId: home,
            personId: personID
        )
        return [.contactAccountOnboarded(onboarded)]
    }

    /// Whether the account is a client's own.
    private var isOwnAccount: Bool { personID == home }

    private func withdrawingCredentials() -> [PortalEvent] {
        guard let credential = existing?.account.currentCredential, credential.isUnused else {
            return []
        }
        let voided = PatientCredentialsVoided(
            accountId: accountID,
            clientId: home,
            credentialId: credential.id,
            reason: .withdrawn
        )
        return [.patientCredentialsVoided(voided)]
    }

    private func claimingLogin() -> [PortalEvent] {
        guard let digest = situation.loginDigest, digest != existing?.account.loginDigest else {
            return []
        }
        let claimed = LoginEmailClaimed(
            accountId: accountID,
            clientId: home,
            emailDigest: digest,
            personal: .open(.init(email: email))
        )
        guard let old = existing?.account.loginDigest else { return [.loginEmailClaimed(claimed)] }
        let released = LoginEmailReleased(accountId: accountID, clientId: home, emailDigest: old)
        return [.loginEmailReleased(released), .loginEmailClaimed(claimed)]
    }

    private func settingPassword() -> [PortalEvent] {
        guard let hash = situation.passwordHash else { return [] }
        let set = PasswordSet(
            accountId: accountID,
            clientId: home,
            cause: .registration,
            passwordHash: hash
        )
        return [.passwordSet(set)]
    }
}

extension LinkHolder {
    private var grant: AccessGrant? {
        situation.client.profile?.grants.last { $0.holder == .account(accountID) }
    }

    /// The events that give the access, with the profile where there is none yet. Who was let see
    /// the profile before they had an account has that access with it, and no second one.
    func granting() throws(Refusal) -> [PortalEvent] {
        if !isClient, situation.liveGrant(ofPerson: personID) != nil { return [] }
        let profileID = situation.client.profile?.id ?? situation.ids[1]
        let created: [PortalEvent] =
            situation.client.profile == nil ? [.organisationProfile(profileID, of: clientID)] : []
        let live = grant.flatMap { $0.isLive ? $0 : nil }
        let given = try situation.organisation.role(givenTo: invitation)
        let roleID = live?.roleID ?? given
        let grantID = live?.id ?? situation.ids[2]
        let added = FamilyPortalAccessAdded(
            profileId: profileID,
            clientId: clientID,
            grantId: grantID,
            accountId: accountID,
            accountClientId: home == clientID ? nil : home,
            roleId: roleID,
            holderKind: invitation.recipientKind.holderKind,
            holderId: personID,
            personId: personID,
            awaitsSignIn: false
        )
        let granted = PatientAccessGranted(
            profileId: profileID,
            clientId: clientID,
            grantId: grantID,
            accountId: accountID,
            roleId: roleID
        )
        guard isClient else { return created + [.familyPortalAccessAdded(added)] }
        // An account that was opened with another client has to know whom it reaches.
        let reaching: [PortalEvent] =
            live == nil && home != clientID ? [.familyPortalAccessAdded(added)] : []
        return created + reaching + [.patientAccessGranted(granted)]
    }
}

extension Invitation {
    /// The account of the person invited. Somebody other than the client may also be known only
    /// by the address, which is the login of an account.
    func holderAccount(
        in situation: Situation
    ) -> (account: PortalAccount, home: ClientState)? {
        if let person = recipientID, let known = situation.account(ofPerson: person) {
            return known
        }
        return recipientKind == .patient ? nil : situation.loginHolder
    }
}

extension AccessGrant {
    /// Whether it has not ended, though it may be suspended.
    fileprivate var isLive: Bool { state != .removed }
}

extension OrganisationState {
    /// The role that an invitation gives, which names none: the one that the organisation has
    /// defined under the name of the recipient's kind, such as `caregiver`, or else `patient`,
    /// which every organisation has (contract 7). No role would be no access (invariant 5); a role
    /// that shows less is the organisation's to define, or to give with ChangeAccessRole.
    fileprivate func role(givenTo invitation: Invitation) throws(Refusal) -> UniqueID {
        let named = roles.filter { $0.value.name.lowercased() == invitation.recipientKind.rawValue }
        let fitting = named.keys.filter(canChoose).min()
        guard let role = fitting ?? patientRole else { throw Refusal(.unknownRole) }
        return role
    }
}

extension RecipientKind {
    fileprivate var holderKind: PortalHolderKind {
        switch self {
        case .patient: .client
        case .representative: .representative
        case .contact: .contact
        case .caregiver: .caregiver
        }
    }
}
