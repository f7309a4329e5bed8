import EventLine
import PortalEvents

/// Whoever accepts an invitation, and the account they will sign in with.
struct ProspectiveOwner {
    let personID: UniqueID
    let accountID: UniqueID
    private let email: String
    private let isClient: Bool
    private let existing: PortalAccount?
    /// The client with whom an account in use was opened that somebody joins with (row 49).
    private let joinedHome: UniqueID?

    /// Whether whoever accepts has an account in use, which stays as it is.
    var isJoining: Bool { joinedHome != nil }

    /// A client is their own person; somebody who acts for them is whoever has shown that an
    /// account is theirs, the representative to whose address the invitation went, or else becomes
    /// a new person.
    init(
        _ capacity: OwnerCapacity,
        email: String,
        _ password: PasswordUse,
        in situation: Situation
    ) throws(Refusal) {
        guard let clientID = situation.client.id else { throw Refusal(.notFound) }
        self.email = email
        isClient = capacity != .legalRepresentative
        if !isClient, situation.isShutByDate(situation.client) { throw Refusal(.clientEndDated) }
        if !isClient, let (account, home) = situation.accountOfRepresentative(at: email),
            let homeID = home.id, let person = account.person(of: home)
        {
            guard person != clientID else { throw .loginEmailInUse }
            (personID, accountID, existing, joinedHome) = (person, account.id, account, homeID)
            if let barrier = situation.barrier(of: account) { throw .barred(barrier) }
            try situation.requireHolder(of: account, homedWith: homeID, by: password)
            return
        }
        joinedHome = nil
        let representative = situation.client.card?.representatives.first {
            $0.email?.asLogin == email.asLogin
        }
        let personID = isClient ? clientID : representative?.id ?? situation.ids[1]
        self.personID = personID
        existing =
            isClient
            ? situation.client.ownAccount
            : situation.client.accounts.first { $0.holder == .person(personID) }
        accountID = existing?.id ?? situation.ids[2]
        try checkBarriers(in: situation)
        guard existing?.loginDigest != nil || situation.login.accountID == nil else {
            throw .loginEmailInUse
        }
    }

    /// Every way in passes the same barriers (invariant 11).
    private func checkBarriers(in situation: Situation) throws(Refusal) {
        guard isClient else {
            switch existing.flatMap(situation.barrier) {
            case .accountDisabled: throw Refusal(.accountDisabled)
            case .accountLocked: throw Refusal(.accountLocked)
            default: return
            }
        }
        if situation.isRecordDisabling {
            throw Refusal(.recordStatusDisabled)
        }
        switch situation.userState {
        case .disabled: throw Refusal(.accountDisabled)
        case .locked: throw Refusal(.accountLocked)
        case nil, .pendingRegistration, .pendingEmailConfirmation, .active: break
        }
    }

    /// The events that open the account, or register one that was not yet.
    func opening(in situation: Situation) -> [PortalEvent] {
        guard let clientID = situation.client.id, !isJoining else { return [] }
        return onboarding(clientID) + withdrawingCredentials(clientID, situation)
            + registering(clientID, in: situation) + settingPassword(clientID, situation)
    }

    /// The events that give the owner their access, with the role `patient` (contract 7). Who
    /// has still to confirm another address gets it then: it could not be used before.
    func granting(_ profileID: UniqueID, in situation: Situation) -> [PortalEvent] {
        guard let clientID = situation.client.id, let roleID = situation.organisation.patientRole
        else { return [] }
        guard isClient else {
            // Who has access through the portal already keeps it as it is.
            guard situation.liveGrant(ofPerson: personID) == nil else { return [] }
            let granted = CollaboratorAccessGranted(
                profileId: profileID,
                clientId: clientID,
                grantId: situation.ids[3],
                personId: personID,
                roleId: roleID,
                accountId: joinedHome.map { _ in accountID },
                accountClientId: joinedHome == clientID ? nil : joinedHome
            )
            return [.collaboratorAccessGranted(granted)]
        }
        guard becomesActive else { return [] }
        let grant = situation.client.profile?.liveGrant(of: .account(accountID))
        // An access that they could use before is not granted once more.
        guard grant?.state != .active || situation.userState != .active else { return [] }
        let granted = PatientAccessGranted(
            profileId: profileID,
            clientId: clientID,
            grantId: grant?.id ?? situation.ids[3],
            accountId: accountID,
            roleId: grant?.roleID ?? roleID
        )
        return [.patientAccessGranted(granted)]
    }

    /// Whether the account can sign in once the invitation is accepted.
    private var becomesActive: Bool {
        guard let existing, existing.isRegistered else { return true }
        return existing.isEmailConfirmed || isOwnAddress
    }

    /// Whether the invitation went to the address that the account signs in with.
    private var isOwnAddress: Bool { existing?.loginEmail?.asLogin == email.asLogin }

    private func onboarding(_ clientID: UniqueID) -> [PortalEvent] {
        guard existing == nil else { return [] }
        guard isClient else {
            let onboarded = ContactAccountOnboarded(
                accountId: accountID,
                clientId: clientID,
                personId: personID
            )
            return [.contactAccountOnboarded(onboarded)]
        }
        let onboarded = PatientAccountOnboarded(
            accountId: accountID,
            clientId: clientID,
            route: .invitation
        )
        return [.patientAccountOnboarded(onboarded)]
    }

    private func withdrawingCredentials(
        _ clientID: UniqueID,
        _ situation: Situation
    ) -> [PortalEvent] {
        guard let credential = existing?.currentCredential, credential.isUnused else { return [] }
        let voided = PatientCredentialsVoided(
            accountId: accountID,
            clientId: clientID,
            credentialId: credential.id,
            reason: .withdrawn
        )
        return [.patientCredentialsVoided(voided)]
    }

    private func registering(_ clientID: UniqueID, in situation: Situation) -> [PortalEvent] {
        guard existing?.isRegistered != true else {
            guard existing?.isEmailConfirmed == false, isOwnAddress else { return [] }
            return [.patientEmailConfirmed(.init(accountId: accountID, clientId: clientID))]
        }
        let registered = PatientUserSuccessfullyRegistered(
            accountId: accountID,
            clientId: clientID,
            route: .invitation,
            personal: .open(.init(email: email))
        )
        // An address that was given to them with a portal access stays theirs.
        guard existing?.loginDigest == nil else {
            return [.patientUserSuccessfullyRegistered(registered)]
        }
        let claimed = LoginEmailClaimed(
            accountId: accountID,
            clientId: clientID,
            emailDigest: situation.loginDigest ?? "",
            personal: .open(.init(email: email))
        )
        return [.loginEmailClaimed(claimed), .patientUserSuccessfullyRegistered(registered)]
    }

    private func settingPassword(_ clientID: UniqueID, _ situation: Situation) -> [PortalEvent] {
        // A password that was set before is not for the holder of this link to replace.
        guard let hash = situation.passwordHash, existing?.passwordHash == nil else { return [] }
        let set = PasswordSet(
            accountId: accountID,
            clientId: clientID,
            cause: .acceptance,
            passwordHash: hash
        )
        return [.passwordSet(set)]
    }
}

extension Situation {
    /// The account in use of whoever would own the client's profile for them: the one that they
    /// are signed in to, or else that of the representative with the address of the invitation or
    /// of whoever signs in with it. One that the representative has here registers with the link.
    func accountOfRepresentative(
        at email: String
    ) -> (account: PortalAccount, home: ClientState)? {
        if let account = actingAccount, let acting = self.account(anywhere: account.id) {
            return acting
        }
        let representative = client.card?.representatives.first {
            $0.email?.asLogin == email.asLogin
        }
        let own = representative.flatMap { person in
            client.accounts.first { $0.holder == .person(person.id) }
        }
        guard own == nil else { return nil }
        let found = representative.flatMap { account(ofPerson: $0.id) } ?? loginHolder
        return found?.account.isRegistered == true ? found : nil
    }
}
