import EventLine
import PortalEvents

/// The sign-in account of somebody who gets portal access: the one that they have, wherever it
/// was opened, or else a new one. A client's account is opened with themself, anybody else's with
/// the client whose profile they get access to first.
struct PortalLogin {
    let clientID: UniqueID
    let homeID: UniqueID
    let accountID: UniqueID
    let grantID: UniqueID
    private let person: PortalPerson
    /// The person's record as a client, if they are one.
    private let ownRecord: UniqueID?
    private let email: String
    private let existing: PortalAccount?

    /// An address is one account's (S3-04), and stays while the person has access somewhere
    /// (S3-14).
    init(
        of person: PortalPerson,
        with email: String,
        in situation: Situation
    ) throws(Refusal) {
        guard let clientID = situation.client.id else { throw Refusal(.notFound) }
        let found = situation.account(ofPerson: person.personID)
        self.person = person
        self.clientID = clientID
        self.email = email
        existing = found?.account
        let record = situation.standing(for: person.personID)
        ownRecord = situation.anyClient(record) == nil ? nil : record
        homeID = found?.home.id ?? ownRecord ?? clientID
        accountID = existing?.id ?? situation.ids[2]
        grantID = situation.ids[0]
        if let existing, let login = existing.loginEmail, login.asLogin != email.asLogin,
            !situation.liveGrants(of: existing).isEmpty
        {
            throw Refusal(
                .loginEmailFixed,
                field: "loginEmail",
                detail: "this person signs in with another address already"
            )
        }
        guard [nil, existing?.id].contains(situation.login.accountID) else {
            throw .loginEmailInUse
        }
    }

    /// Whether the access waits until the person signs in for the first time.
    var awaitsSignIn: Bool { existing?.hasSignedIn != true }

    /// Whether the person can use the access at once.
    func isUsable(in situation: Situation) -> Bool {
        existing.map { $0.hasSignedIn && situation.barrier(of: $0) == nil } ?? false
    }

    /// The events that open the account, or give it the address that was entered.
    func opening(in situation: Situation) -> [PortalEvent] {
        onboarding() + withdrawingCredentials() + claimingLogin(in: situation)
    }

    /// The event that issues a temporary password; whoever has a password of their own needs
    /// none (contract 6).
    func issuingPassword(
        for invitation: UniqueID,
        in situation: Situation
    ) -> [PortalEvent] {
        guard existing?.isInUse != true, let hash = situation.passwordHash else { return [] }
        return [
            .temporaryPasswordIssued(
                .init(
                    accountId: accountID,
                    clientId: homeID,
                    invitationId: invitation,
                    passwordHash: hash,
                    expiresAt: situation.invitationExpiry(.familyPortal)
                )
            )
        ]
    }

    private func onboarding() -> [PortalEvent] {
        guard existing == nil else { return [] }
        guard homeID != ownRecord else {
            let onboarded = PatientAccountOnboarded(
                accountId: accountID,
                clientId: homeID,
                route: .invitation
            )
            return [.patientAccountOnboarded(onboarded)]
        }
        let onboarded = ContactAccountOnboarded(
            accountId: accountID,
            clientId: homeID,
            personId: person.personID
        )
        return [.contactAccountOnboarded(onboarded)]
    }

    /// Credentials by letter and a mailed password are two ways to the same account: the newer
    /// one takes the older one's place.
    private func withdrawingCredentials() -> [PortalEvent] {
        guard let existing, !existing.isInUse, let credential = existing.currentCredential,
            credential.isUnused
        else { return [] }
        let voided = PatientCredentialsVoided(
            accountId: accountID,
            clientId: homeID,
            credentialId: credential.id,
            reason: .withdrawn
        )
        return [.patientCredentialsVoided(voided)]
    }

    private func claimingLogin(in situation: Situation) -> [PortalEvent] {
        guard let digest = situation.loginDigest else { return [] }
        guard let existing else {
            let account = PortalAccount(id: accountID, holder: .client)
            return [account.claiming(email, digest: digest, for: homeID)]
        }
        guard existing.loginDigest != digest else { return [] }
        return existing.changingLogin(to: email, digest: digest, for: homeID, .manageAccess)
    }
}

extension PortalAccount {
    /// The events by which the account gets a login address in the place of the one it has.
    func changingLogin(
        to email: String,
        digest: String,
        for client: UniqueID,
        _ cause: LoginChangeCause
    ) -> [PortalEvent] {
        guard let old = loginDigest else { return [claiming(email, digest: digest, for: client)] }
        let released = LoginEmailReleased(accountId: id, clientId: client, emailDigest: old)
        let changed = LoginEmailChanged(
            accountId: id,
            clientId: client,
            cause: cause,
            personal: .open(.init(old: loginEmail, new: email))
        )
        let ended = SessionsEnded(accountId: id, clientId: client, reason: .emailChanged)
        return [
            .loginEmailReleased(released), claiming(email, digest: digest, for: client),
            .loginEmailChanged(changed),
        ] + (hasSignedIn ? [.sessionsEnded(ended)] : [])
    }
}
