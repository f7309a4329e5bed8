import EventLine
import PortalEvents

/// A merged record's account that becomes the survivor's own: its id, its accesses and its sessions
/// stay, and so does the way in.
struct AccountMove {
    let account: PortalAccount
    private let email: String
    private let digest: String

    /// Nil where the survivor's own account stays, or the other one is in use by nobody. Of two
    /// that are, one has to be chosen; one that is shut out opens nothing here either.
    init?(
        _ chosen: UniqueID?,
        from merged: ClientState,
        in situation: Situation
    ) throws(Refusal) {
        let own = situation.client.ownAccount
        if let chosen, chosen != own?.id, chosen != merged.ownAccount?.id {
            throw Refusal(.notFound, field: "keepAccountId")
        }
        guard let account = merged.ownAccount, chosen == nil || chosen == account.id else {
            return nil
        }
        guard own == nil || chosen != nil else {
            throw Refusal(
                .accountChoiceRequired,
                field: "keepAccountId",
                detail: "both records have an account; name the one to sign in with from now on"
            )
        }
        if let barrier = situation.barrier(of: account) {
            guard chosen == nil else { throw .barred(barrier) }
            return nil
        }
        guard let email = account.loginEmail, let digest = account.loginDigest,
            account.passwordHash != nil, !account.mustSetPassword
        else {
            guard chosen == nil else { throw Refusal(.notRegistered, field: "keepAccountId") }
            return nil
        }
        self.account = account
        self.email = email
        self.digest = digest
    }

    /// What is written of the merging, with what the survivor has to know of the account.
    func record(
        of mergedID: UniqueID,
        into clientID: UniqueID,
        closing closed: PortalAccount?
    ) -> ClientRecordsMerged {
        let factor = account.security.factor
        let former = account.formerClients.union(closed?.formerClients ?? []).union([mergedID])
        let reached = account.reaches.union(closed?.reaches ?? []).union([mergedID])
        return ClientRecordsMerged(
            clientId: clientID,
            merged: mergedID,
            keptAccountId: account.id,
            closedAccountId: closed?.id,
            passwordHash: account.passwordHash,
            factorId: factor?.id,
            factorStep: factor?.lastStep,
            hasSignedIn: account.hasSignedIn,
            isSignedOut: account.isSignedOut ? true : nil,
            reachedClientIds: reached.subtracting([clientID]).sorted(),
            formerClientIds: former.sorted()
        )
    }

    /// The address goes over to the survivor, under whose key it is kept from then on.
    func claiming(from mergedID: UniqueID, for clientID: UniqueID) -> [PortalEvent] {
        let released = LoginEmailReleased(
            accountId: account.id,
            clientId: mergedID,
            emailDigest: digest
        )
        let claimed = LoginEmailClaimed(
            accountId: account.id,
            clientId: clientID,
            emailDigest: digest,
            personal: .open(.init(email: email))
        )
        return account.voidingUnusedCode(mergedID)
            + [.loginEmailReleased(released), .loginEmailClaimed(claimed)]
    }

    /// The access to the survivor's profile that the survivor's account had, or would have been
    /// given. Where somebody else owns the profile, only they give it (invariant 8).
    func entering(
        _ clientID: UniqueID,
        from mergedID: UniqueID,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let profile = situation.client.profile, profile.ownership != .rejected else {
            return []
        }
        let isOwn = profile.ownerPersonID == clientID || profile.ownerPersonID == mergedID
        guard profile.control != .owner || isOwn else { return [] }
        return (isOwn ? assuming(profile, clientID) : [])
            + granting(profile, clientID, in: situation)
    }

    private func assuming(_ profile: Profile, _ clientID: UniqueID) -> [PortalEvent] {
        let assumed = ProfileOwnershipAssumed(
            profileId: profile.id,
            clientId: clientID,
            ownerPersonId: clientID,
            accountId: account.id,
            capacity: .self
        )
        return [.profileOwnershipAssumed(assumed)]
    }

    /// In the role that the closed account had; none where it had lost its access. One that was
    /// only invited has lost nothing, and would have been given the role `patient`.
    private func granting(
        _ profile: Profile,
        _ clientID: UniqueID,
        in situation: Situation
    ) -> [PortalEvent] {
        guard profile.liveGrant(of: .account(account.id)) == nil else { return [] }
        let own = situation.client.ownAccount
        let given = profile.grants.filter { grant in
            own.map { grant.holder == .account($0.id) } ?? false
        }
        let held = given.first { $0.state != .removed }
        guard given.isEmpty || held != nil,
            let roleID = held?.roleID ?? situation.organisation.patientRole
        else { return [] }
        let granted = PatientAccessGranted(
            profileId: profile.id,
            clientId: clientID,
            grantId: situation.ids[2],
            accountId: account.id,
            roleId: roleID
        )
        return [.patientAccessGranted(granted)]
            + situation.suspending(granted.grantId, on: profile, of: situation.client, like: held)
    }
}

extension Situation {
    /// What shut an access before records were merged, or shuts the profile now, shuts the one
    /// that comes in its place.
    func suspending(
        _ grant: UniqueID,
        on profile: Profile,
        of client: ClientState,
        like former: AccessGrant?
    ) -> [PortalEvent] {
        guard let clientID = client.id else { return [] }
        let byDate: Set<SuspensionReason> =
            client.card?.isEndDateInEffect(on: today) == true ? [.endDate] : []
        let reasons = byDate.union(former?.suspensions ?? [])
        return reasons.sorted { $0.rawValue < $1.rawValue }.map { reason in
            .portalAccessSuspended(
                .init(
                    profileId: profile.id,
                    clientId: clientID,
                    grantId: grant,
                    reason: reason
                )
            )
        }
    }
}

extension PortalAccount {
    /// When records are merged, a code that was never used is no way in any more.
    func voidingUnusedCode(_ clientID: UniqueID) -> [PortalEvent] {
        guard let credential = currentCredential, credential.isUnused else { return [] }
        let voided = PatientCredentialsVoided(
            accountId: id,
            clientId: clientID,
            credentialId: credential.id,
            reason: .recordsMerged
        )
        return [.patientCredentialsVoided(voided)]
    }
}

extension ClientRecordsMerged {
    /// The account that went from the merged record to the survivor; nil where the survivor's own
    /// stayed. Only of one that moved it is said how it was used.
    var movedAccountID: UniqueID? { hasSignedIn == nil ? nil : keptAccountId }
}
