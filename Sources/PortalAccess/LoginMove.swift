import EventLine
import PortalEvents

/// Moving the way in of a merged record's account to the survivor's account.
struct LoginMove {
    /// The survivor's account, which may have yet to be opened.
    let accountID: UniqueID
    private let email: String
    private let digest: String
    private let passwordHash: String
    private let factor: SecondFactor?
    private let closed: PortalAccount

    /// Nil where the survivor's own way in stays, or the other account has none that is in use. Of
    /// two that are, one has to be chosen; one that is shut out opens nothing here either.
    init?(
        _ chosen: UniqueID?,
        from merged: ClientState,
        in situation: Situation
    ) throws(Refusal) {
        let own = situation.client.ownAccount
        if let chosen, chosen != own?.id, chosen != merged.ownAccount?.id {
            throw Refusal(.notFound, field: "keepAccountId")
        }
        guard let closed = merged.ownAccount, chosen == nil || chosen == closed.id else {
            return nil
        }
        guard own == nil || chosen != nil else {
            throw Refusal(
                .accountChoiceRequired,
                field: "keepAccountId",
                detail: "both records have an account; name the one to sign in with from now on"
            )
        }
        if let barrier = situation.barrier(of: closed) {
            guard chosen == nil else { throw .barred(barrier) }
            return nil
        }
        guard let email = closed.loginEmail, let digest = closed.loginDigest,
            let passwordHash = closed.passwordHash, !closed.mustSetPassword
        else {
            guard chosen == nil else { throw Refusal(.notRegistered, field: "keepAccountId") }
            return nil
        }
        accountID = own?.id ?? situation.ids[1]
        self.email = email
        self.digest = digest
        self.passwordHash = passwordHash
        factor = closed.security.factor
        self.closed = closed
    }

    /// The events that open the survivor's account where there is none, and give it the way in.
    func events(_ clientID: UniqueID, in situation: Situation) -> [PortalEvent] {
        let own = situation.client.ownAccount
        let onboarded = PatientAccountOnboarded(
            accountId: accountID,
            clientId: clientID,
            route: .invitation
        )
        let claimed = LoginEmailClaimed(
            accountId: accountID,
            clientId: clientID,
            emailDigest: digest,
            personal: .open(.init(email: email))
        )
        let set = PasswordSet(
            accountId: accountID,
            clientId: clientID,
            cause: .changed,
            passwordHash: passwordHash
        )
        return (own == nil ? [.patientAccountOnboarded(onboarded)] : [])
            + releasing(own, clientID) + [.loginEmailClaimed(claimed)]
            + registering(own, clientID) + [.passwordSet(set)] + confirming(own, clientID)
            + granting(own, clientID, in: situation)
    }

    /// Whoever signed in with the survivor's account signs in anew.
    private func releasing(_ own: PortalAccount?, _ clientID: UniqueID) -> [PortalEvent] {
        guard let own else { return [] }
        let ended = SessionsEnded(accountId: own.id, clientId: clientID, reason: .recordsMerged)
        guard let old = own.loginDigest else { return [.sessionsEnded(ended)] }
        let released = LoginEmailReleased(
            accountId: own.id,
            clientId: clientID,
            emailDigest: old
        )
        return [.sessionsEnded(ended), .loginEmailReleased(released)]
    }

    /// The address that comes along was confirmed; a code for another way in is withdrawn.
    private func registering(_ own: PortalAccount?, _ clientID: UniqueID) -> [PortalEvent] {
        guard own?.isRegistered != true || own?.isEmailConfirmed != true else { return [] }
        let registered = PatientUserSuccessfullyRegistered(
            accountId: accountID,
            clientId: clientID,
            route: .invitation,
            personal: .open(.init(email: email))
        )
        guard let credential = own?.currentCredential, credential.isUnused else {
            return [.patientUserSuccessfullyRegistered(registered)]
        }
        let voided = PatientCredentialsVoided(
            accountId: accountID,
            clientId: clientID,
            credentialId: credential.id,
            reason: .recordsMerged
        )
        return [
            .patientCredentialsVoided(voided), .patientUserSuccessfullyRegistered(registered),
        ]
    }

    /// A second factor protects the way in wherever it goes.
    private func confirming(_ own: PortalAccount?, _ clientID: UniqueID) -> [PortalEvent] {
        let replaced = own?.removingFactors(clientID) ?? []
        guard let factor else { return replaced }
        let confirmed = SecondFactorConfirmed(
            accountId: accountID,
            clientId: clientID,
            factorId: factor.id,
            step: factor.lastStep
        )
        return replaced + [.secondFactorConfirmed(confirmed)]
    }

    private func granting(
        _ own: PortalAccount?,
        _ clientID: UniqueID,
        in situation: Situation
    ) -> [PortalEvent] {
        guard own == nil, let profile = situation.client.profile, profile.control != .owner,
            profile.ownership != .rejected, let roleID = situation.organisation.patientRole
        else { return [] }
        let granted = PatientAccessGranted(
            profileId: profile.id,
            clientId: clientID,
            grantId: situation.ids[2],
            accountId: accountID,
            roleId: roleID
        )
        return [.patientAccessGranted(granted)]
    }
}
