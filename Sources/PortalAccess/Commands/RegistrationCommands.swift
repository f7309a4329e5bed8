package import EventLine
package import PortalEvents

/// Registers a patient user with what their letters show and their date of birth (S1-35).
///
/// Outsiders learn only that it was refused; the log keeps the reason (contract, outside
/// refusals).
package struct RegisterPatientUser: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let numberDigest: String
    private let codeHash: String
    private let dateOfBirth: LocalDate
    private let email: String
    private let passwordText: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        let number = String(trimming: try input.text("patientIdNumber"))
        numberDigest = input.digest(number, for: .patientNumber)
        let code = try input.text("activationCode")
        codeHash = input.digest(code.asActivationCode, for: .activationCode)
        dateOfBirth = try input.date("dateOfBirth")
        email = try input.email("email")
        passwordText = try input.text("password")
    }

    package var audience: Audience { .anybody }
    package var target: Target { .digest(Claim("patientNumber", numberDigest)) }
    package var password: PasswordUse { .set(passwordText) }
    package var isDecidedWithoutTarget: Bool { true }
    package func loginAddress(given client: ClientState) -> String? { email }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id else {
            let attempt = UnknownRegistrationAttempt(
                numberDigest: numberDigest,
                throttled: situation.isThrottled ? true : nil
            )
            throw .outside(.registrationRefused, recording: [.unknownRegistrationAttempt(attempt)])
        }
        guard let account = situation.client.ownAccount else {
            throw refusing(.notEnrolled, clientID, nil)
        }
        switch situation.userState(of: account) {
        case .disabled: throw refusing(.accountDisabled, clientID, account)
        case .locked: throw refusing(.accountLocked, clientID, account)
        case .pendingEmailConfirmation, .active:
            throw refusing(.credentialsAlreadyUsed, clientID, account)
        case .pendingRegistration: break
        }
        let wrongDetails = account.security.wrongDetails
        if wrongDetails.isShut(at: situation.now, by: .details) || situation.isThrottled {
            throw refusing(.throttled, clientID, account)
        }
        if let failure = failure(of: account, in: situation) {
            throw counting(failure, clientID, account, in: situation)
        }
        guard [nil, account.id].contains(situation.login.accountID) else {
            throw refusing(.loginEmailInUse, clientID, account)
        }
        guard passwordText.isStrongPassword else {
            throw refusing(.weakPassword, clientID, account)
        }
        return registering(account, clientID, in: situation)
    }

    /// What is wrong with the details entered; nil if they are accurate.
    private func failure(
        of account: PortalAccount,
        in situation: Situation
    ) -> RegistrationFailure? {
        let named = account.credentials.last { $0.activationCodeHash == codeHash }
        guard let credential = named else { return .wrongCode }
        if credential.isExpired(on: situation.today) { return .credentialsExpired }
        switch credential.state {
        case .expired: return .credentialsExpired
        case .superseded, .activated: return .credentialsSuperseded
        case .voided: return .credentialsVoided
        case .created: return .credentialsNotDistributed
        case .distributed:
            return dateOfBirth == situation.client.card?.dateOfBirth ? nil : .wrongDateOfBirth
        }
    }

    private func refusing(
        _ reason: RegistrationRefusal,
        _ clientID: UniqueID,
        _ account: PortalAccount?
    ) -> Refusal {
        let refused = RegistrationRefused(
            clientId: clientID,
            accountId: account?.id,
            reason: reason
        )
        return .outside(.registrationRefused, recording: [.registrationRefused(refused)])
    }

    /// A failed attempt that counts; the last one allowed locks the account and voids the code
    /// that could have been guessed. One that was never sent stays for later (T4, S1-33).
    private func counting(
        _ reason: RegistrationFailure,
        _ clientID: UniqueID,
        _ account: PortalAccount,
        in situation: Situation
    ) -> Refusal {
        let attempt = account.failedAttempts + 1
        let credential = account.currentCredential
        let failed = PatientUserFailedToRegister(
            accountId: account.id,
            clientId: clientID,
            credentialId: credential?.id,
            attempt: attempt,
            reason: reason,
            at: situation.now
        )
        var recording: [PortalEvent] = [.patientUserFailedToRegister(failed)]
        if attempt >= situation.organisation.maxFailedRegistrations {
            if let credential, credential.isActive(on: situation.today) {
                let voided = PatientCredentialsVoided(
                    accountId: account.id,
                    clientId: clientID,
                    credentialId: credential.id,
                    reason: .locked
                )
                recording.append(.patientCredentialsVoided(voided))
            }
            let locked = PatientAccountLocked(
                accountId: account.id,
                clientId: clientID,
                failedAttempts: attempt
            )
            recording.append(.patientAccountLocked(locked))
        }
        return .outside(.registrationRefused, recording: recording)
    }

    private func registering(
        _ account: PortalAccount,
        _ clientID: UniqueID,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let credential = account.currentCredential, let digest = situation.loginDigest,
            let passwordHash = situation.passwordHash
        else { return [] }
        let activated = PatientCredentialsActivated(
            accountId: account.id,
            clientId: clientID,
            credentialId: credential.id
        )
        let registered = PatientUserSuccessfullyRegistered(
            accountId: account.id,
            clientId: clientID,
            credentialId: credential.id,
            route: .credentials,
            personal: .open(.init(email: email))
        )
        let password = PasswordSet(
            accountId: account.id,
            clientId: clientID,
            cause: .registration,
            passwordHash: passwordHash
        )
        let login = account.taking(email, digest: digest, for: clientID)
        return [
            .patientCredentialsActivated(activated), .patientUserSuccessfullyRegistered(registered),
        ] + login + [
            .passwordSet(password), situation.confirmationMail(to: email, account.id, clientID),
        ]
    }
}

/// Confirms the login address by the link that was mailed; the person is in (S1-37).
package struct ConfirmEmail: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let tokenHash: String

    package init(_ input: inout CommandInput) throws(Refusal) { tokenHash = try input.tokenHash() }

    package var audience: Audience { .anybody }
    package var target: Target { .stream(.token(tokenHash)) }
    package var isDecidedWithoutTarget: Bool { true }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let account = situation.client.ownAccount else {
            throw Refusal(.nothingToConfirm)
        }
        try situation.requireUnconfirmed(account)
        guard let link = account.confirmation, link.tokenHash == tokenHash, !link.isExpired,
            situation.now < link.expiresAt
        else { throw Refusal(.confirmationExpired, detail: "ask for a new confirmation mail") }
        let confirmed = PatientEmailConfirmed(accountId: account.id, clientId: clientID)
        return [.patientEmailConfirmed(confirmed)] + granting(account, clientID, in: situation)
    }

    /// The client's access to their own profile, which is made where there is none. Where the
    /// profile is another's to control, or shut by a rejection, or the access was taken away
    /// meanwhile, nothing is granted.
    private func granting(
        _ account: PortalAccount,
        _ clientID: UniqueID,
        in situation: Situation
    ) -> [PortalEvent] {
        let profile = situation.client.profile
        guard let roleID = situation.organisation.patientRole, profile?.ownership != .rejected,
            profile?.control != .owner || profile?.ownerAccountID == account.id
        else { return [] }
        let grant = profile?.liveGrant(of: .account(account.id))
        guard grant != nil || !account.hasLostAccess else { return [] }
        let profileID = profile?.id ?? situation.ids[0]
        let granted = PatientAccessGranted(
            profileId: profileID,
            clientId: clientID,
            grantId: grant?.id ?? situation.ids[1],
            accountId: account.id,
            roleId: grant?.roleID ?? roleID
        )
        let created: [PortalEvent] =
            profile == nil ? [.organisationProfile(profileID, of: clientID)] : []
        return created + [.patientAccessGranted(granted)]
    }
}

/// Mails a new confirmation link; the older one is dead.
package struct ResendConfirmation: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let accountID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        accountID = try input.id("accountId")
    }

    package var audience: Audience { .staffOrOwner(.managePatientCredentials) }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let account = situation.client.account(accountID)
        else { throw Refusal(.notFound, field: "accountId") }
        if case .portalUser(let id) = situation.actor, id != accountID {
            throw Refusal(.notFound, field: "accountId")
        }
        try situation.requireUnconfirmed(account)
        guard let email = account.loginEmail else { throw Refusal(.nothingToConfirm) }
        return [situation.confirmationMail(to: email, accountID, clientID)]
    }
}

/// Notes that a confirmation link was not used in time; another can be sent.
package struct ExpireConfirmation: Command {
    private let accountID: UniqueID

    package init(accountID: UniqueID) { self.accountID = accountID }

    package var audience: Audience { .system }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let account = situation.client.account(accountID),
            let link = account.confirmation, !link.isExpired, !account.isEmailConfirmed,
            situation.now >= link.expiresAt
        else { throw Refusal(.notDueYet) }
        let expired = ConfirmationLinkExpired(
            accountId: accountID,
            clientId: clientID,
            expiresAt: link.expiresAt
        )
        return [.confirmationLinkExpired(expired)]
    }
}

extension Situation {
    fileprivate func confirmationMail(
        to email: String,
        _ account: UniqueID,
        _ client: UniqueID
    ) -> PortalEvent {
        let life = Int64(organisation.signIn.confirmationHours) * 3_600_000_000
        return .confirmationEmailSent(
            .init(
                accountId: account,
                clientId: client,
                tokenHash: secrets.tokenHash,
                expiresAt: now.adding(microseconds: life),
                personal: .open(.init(email: email))
            )
        )
    }

    fileprivate func requireUnconfirmed(_ account: PortalAccount) throws(Refusal) {
        switch userState(of: account) {
        case .pendingEmailConfirmation: break
        case .active: throw Refusal(.alreadyConfirmed)
        case .disabled: throw Refusal(.accountDisabled)
        case .locked, .pendingRegistration: throw Refusal(.nothingToConfirm)
        }
    }
}

extension PortalAccount {
    /// The events by which the account takes the address with which somebody registers.
    fileprivate func taking(
        _ email: String,
        digest: String,
        for client: UniqueID
    ) -> [PortalEvent] {
        guard loginDigest != digest else { return [] }
        let claimed = claiming(email, digest: digest, for: client)
        guard let old = loginDigest else { return [claimed] }
        let released = LoginEmailReleased(accountId: id, clientId: client, emailDigest: old)
        return [.loginEmailReleased(released), claimed]
    }
}

extension String {
    /// A code as it is compared: people type it with spaces, hyphens and small letters.
    package var asActivationCode: String {
        filter { !$0.isWhitespace && $0 != "-" }.uppercased()
    }
}
