package import EventLine
package import PortalEvents

/// Disables an active account (S1-45).
package struct DisablePatientProfileAccount: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let accountID: UniqueID
    private let note: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        accountID = try input.id("accountId")
        note = try input.optionalText("note", limit: CommandInput.Limit.text)
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (account, clientID) = try situation.account(accountID)
        guard situation.userState(of: account) == .active else {
            throw Refusal(.accountNotActive)
        }
        let disabled = PatientAccountDisabled(
            accountId: accountID,
            clientId: clientID,
            personal: .open(.init(note: note))
        )
        let ended = SessionsEnded(accountId: accountID, clientId: clientID, reason: .disabled)
        return [.patientAccountDisabled(disabled), .sessionsEnded(ended)]
    }
}

/// Enables a disabled account that has active credentials (S1-46).
package struct EnablePatientProfileAccount: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let accountID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        accountID = try input.id("accountId")
    }

    package var audience: Audience { .staff(.managePatientCredentials) }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (account, clientID) = try situation.account(accountID)
        guard situation.userState(of: account) == .disabled
        else { throw Refusal(.accountNotDisabled) }
        if account.holder == .client,
            situation.isRecordDisabling
        {
            throw Refusal(.recordStatusDisabled)
        }
        guard account.hasActiveCredentials(on: situation.today) else {
            throw Refusal(.noActiveCredentials, detail: "distribute new credentials")
        }
        let enabled = PatientAccountEnabled(
            accountId: accountID,
            clientId: clientID,
            cause: .staff
        )
        return [.patientAccountEnabled(enabled)]
    }
}

/// Signs somebody in. Outsiders learn only that it was refused.
package struct SignIn: CallableCommand {
    package static var replyIDs: [String] { ["accountId", "sessionId"] }
    private let emailDigest: String
    private let passwordText: String
    private let code: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        emailDigest = input.digest(try input.text("email").asLogin, for: .login)
        passwordText = try input.text("password")
        code = try input.optionalText("code")
    }

    package var audience: Audience { .anybody }
    package var target: Target { .digest(Claim("login", emailDigest)) }
    package var password: PasswordUse { .check(passwordText) }
    package var isDecidedWithoutTarget: Bool { true }

    /// The account that the address belongs to now.
    package func account(in client: ClientState) -> PortalAccount? {
        client.accounts.first { $0.loginDigest == emailDigest }
    }

    package func checkedCode(in client: ClientState, by actor: Actor) -> CheckedCode? {
        guard let code, let factor = account(in: client)?.security.factor else { return nil }
        return CheckedCode(code: code, factorID: factor.id)
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let account = account(in: situation.client) else {
            let attempt = UnknownSignInAttempt(emailDigest: emailDigest)
            throw .outside(.signInRefused, recording: [.unknownSignInAttempt(attempt)])
        }
        let profiles = situation.profiles(visibleTo: account)
        if let reason = refusal(of: account, seeing: profiles, in: situation) {
            let refused = SignInRefused(
                accountId: account.id,
                clientId: clientID,
                reason: reason,
                at: situation.now
            )
            throw .outside(.signInRefused, recording: [.signInRefused(refused)])
        }
        let signedIn = SignedIn(
            accountId: account.id,
            clientId: clientID,
            sessionId: situation.ids[0],
            first: !account.hasSignedIn,
            profileIds: profiles,
            secondFactorStep: account.security.factor == nil ? nil : situation.codeStep
        )
        return [.signedIn(signedIn)]
    }

    private func refusal(
        of account: PortalAccount,
        seeing profiles: [UniqueID],
        in situation: Situation
    ) -> SignInRefusal? {
        switch situation.userState(of: account) {
        case .disabled: return .accountDisabled
        case .locked: return .accountLocked
        case .pendingRegistration: return .notRegistered
        case .pendingEmailConfirmation: return .emailNotConfirmed
        case .active: break
        }
        if account.security.wrongPasswords.isShut(at: situation.now) { return .throttled }
        guard situation.passwordMatches else { return .wrongPassword }
        if let reason = account.secondFactorRefusal(
            code,
            step: situation.codeStep,
            at: situation.now
        ) {
            return reason
        }
        return profiles.isEmpty ? .noProfileAccess : nil
    }
}

/// Ends the session of somebody who is signed in.
package struct SignOut: CallableCommand {
    package init(_ input: inout CommandInput) throws(Refusal) {}

    package var audience: Audience { .portalUser }
    package var target: Target { .actor }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard case .portalUser(let id) = situation.actor else { throw Refusal(.notPermitted) }
        let (account, clientID) = try situation.account(id)
        return [.signedOut(.init(accountId: account.id, clientId: clientID))]
    }
}

extension Situation {
    /// The profiles that an account can open now: an active grant, and no other way in.
    package func profiles(visibleTo account: PortalAccount) -> [UniqueID] {
        guard let profile = client.profile else { return [] }
        var holders: [GrantHolder] = [.account(account.id)]
        if case .person(let id) = account.holder { holders.append(.person(id)) }
        let isVisible = profile.grants.contains {
            $0.state == .active && holders.contains($0.holder)
                && !isEndedByAge($0, of: client)
        }
        return isVisible ? [profile.id] : []
    }
}

extension Situation {
    fileprivate func account(
        _ id: UniqueID
    ) throws(Refusal) -> (PortalAccount, client: UniqueID) {
        guard let clientID = client.id, let account = client.account(id) else {
            throw Refusal(.notFound, field: "accountId")
        }
        return (account, clientID)
    }
}
