package import EventLine
package import PortalEvents

/// Signs somebody in, by the address and password of their account, to every profile that they
/// have access to. Outsiders learn only that it was refused.
package struct SignIn: CallableCommand {
    package static var replyIDs: [String] { ["accountId", "sessionId"] }
    package static var replyFields: [String] { ["mustSetPassword"] }
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
    package var isAllowedBeforePassword: Bool { true }
    package var triedLogin: String? { emailDigest }

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
            let attempt = situation.unknownSignIn(emailDigest)
            throw .outside(.signInRefused, recording: [.unknownSignInAttempt(attempt)])
        }
        if let reason = refusal(of: account, in: situation) {
            let refused = SignInRefused(
                accountId: account.id,
                clientId: clientID,
                reason: reason,
                at: situation.now
            )
            throw .outside(.signInRefused, recording: [.signInRefused(refused)])
        }
        let openings = situation.openings(for: account)
        let signedIn = SignedIn(
            accountId: account.id,
            clientId: clientID,
            sessionId: situation.ids[0],
            first: !account.hasSignedIn,
            profileIds: openings.map(\.profile.id),
            mustSetPassword: account.mustSetPassword ? true : nil,
            secondFactorStep: account.security.factor == nil ? nil : situation.codeStep
        )
        return openings.flatMap { accepting($0.client, $0.grant, account) }
            + [.signedIn(signedIn)]
            + openings.flatMap { granting($0.client, $0.profile, $0.grant, account) }
    }

    /// What keeps the account out comes first, then the password, then what there is to open.
    private func refusal(
        of account: PortalAccount,
        in situation: Situation
    ) -> SignInRefusal? {
        if let barrier = situation.signInBarrier(of: account) { return barrier }
        if situation.isThrottled(account) { return .throttled }
        guard situation.passwordMatches else { return .wrongPassword }
        if let mailed = account.temporaryPassword, !mailed.isLive(at: situation.now) {
            return .temporaryPasswordExpired
        }
        return account.secondFactorRefusal(code, step: situation.codeStep, at: situation.now)
            ?? situation.profileBarrier(of: account)
    }

    /// Who signs in has accepted the invitations that waited for it (T5).
    private func accepting(
        _ client: ClientState,
        _ grant: AccessGrant,
        _ account: PortalAccount
    ) -> [PortalEvent] {
        guard let clientID = client.id, let personID = grant.portalHolder?.personID else {
            return []
        }
        return client.invitations.filter { $0.isOpen && $0.grantID == grant.id }.map { invitation in
            .invitationAccepted(
                .init(
                    invitationId: invitation.id,
                    clientId: clientID,
                    acceptedByPersonId: personID,
                    capacity: .self
                )
            )
        }
    }

    /// The client's own access can be used from now on.
    private func granting(
        _ client: ClientState,
        _ profile: Profile,
        _ grant: AccessGrant,
        _ account: PortalAccount
    ) -> [PortalEvent] {
        guard grant.state == .invited, let clientID = client.id, let roleID = grant.roleID,
            client.ownAccount?.id == account.id
        else { return [] }
        let granted = PatientAccessGranted(
            profileId: profile.id,
            clientId: clientID,
            grantId: grant.id,
            accountId: account.id,
            roleId: roleID
        )
        return [.patientAccessGranted(granted)]
    }
}

/// Sets the password of somebody who is signed in: their own in the place of the one that was
/// mailed to them, or a new one. With the token of a mailed link, of somebody who forgot theirs.
package struct SetPassword: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let passwordText: String
    private let reset: PasswordReset?

    package init(_ input: inout CommandInput) throws(Refusal) {
        passwordText = try input.text("password")
        reset = try input.optionalText("token").map { [input] in
            PasswordReset(tokenHash: input.digest($0, for: .token))
        }
    }

    package var audience: Audience { reset == nil ? .portalUser : .anybody }
    package var target: Target { reset.map { .stream(.token($0.tokenHash)) } ?? .actor }
    package var password: PasswordUse { .set(passwordText) }
    package func people(given client: ClientState) -> Set<UniqueID> {
        reset?.people(given: client) ?? []
    }
    package var isAllowedBeforePassword: Bool { true }

    /// Every way to set a password passes the barriers of signing in (invariant 11).
    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        if let reset { return try reset.decide(passwordText, in: situation) }
        guard let clientID = situation.client.id, let account = situation.actingAccount,
            let hash = situation.passwordHash
        else { throw Refusal(.notFound) }
        let barrier = situation.signInBarrier(of: account)
        if let barrier = barrier ?? situation.profileBarrier(of: account) {
            throw .barred(barrier)
        }
        // A mailed password has to be used before it can be replaced.
        guard account.hasSignedIn || !account.mustSetPassword else { throw Refusal(.notRegistered) }
        guard passwordText.isStrongPassword else { throw .weakPassword }
        guard !account.mustSetPassword || !situation.passwordMatches else {
            throw Refusal(
                .weakPassword,
                field: "password",
                detail: "choose another one than the temporary password, which was mailed"
            )
        }
        let set = PasswordSet(
            accountId: account.id,
            clientId: clientID,
            cause: account.mustSetPassword ? .firstSignIn : .changed,
            passwordHash: hash
        )
        return [.passwordSet(set)]
    }
}
