package import EventLine
package import PortalEvents

/// Merges two records of one person (I10). The merged record's account is closed. Where it is the
/// one to keep, its way in moves: address, password and second factor are the survivor's account's
/// from then on, which is opened if need be.
///
/// The merged record's profile stays where it is: who entered what about whom must not change
/// afterwards. The kept account sees it beside its own.
package struct MergeClientRecords: CallableCommand {
    package static var replyIDs: [String] { ["keptAccountId", "closedAccountId"] }
    private let survivorID: UniqueID
    private let mergedID: UniqueID
    private let keptAccountID: UniqueID?

    package init(_ input: inout CommandInput) throws(Refusal) {
        survivorID = try input.id("survivor")
        mergedID = try input.id("merged")
        keptAccountID = try input.optionalID("keepAccountId")
    }

    package var audience: Audience { .staff(.editClientCard) }
    package var target: Target { .client(survivorID) }
    package func otherClients(given client: ClientState) -> Set<UniqueID> { [mergedID] }
    package func people(given client: ClientState) -> Set<UniqueID> { [survivorID, mergedID] }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard survivorID != mergedID else {
            throw .invalidInput("merged", "must be another record than the survivor")
        }
        guard let merged = situation.others[mergedID], let card = merged.card else {
            throw Refusal(.notFound, field: "merged")
        }
        for (status, field) in [
            (situation.client.card?.recordStatus, "survivor"), (card.recordStatus, "merged"),
        ] where status == .merged {
            throw Refusal(.alreadyMerged, field: field)
        }
        let move = try LoginMove(keptAccountID, from: merged, in: situation)
        let kept = situation.client.ownAccount?.id ?? move?.accountID
        let record = ClientRecordsMerged(
            clientId: survivorID,
            merged: mergedID,
            keptAccountId: kept,
            closedAccountId: merged.ownAccount?.id
        )
        return [.clientRecordsMerged(record)] + closing(merged, keepingFactors: move != nil)
            + (move?.events(survivorID, in: situation) ?? [])
            + movingAccess(of: merged, to: kept, in: situation)
            + openingProfile(of: merged, to: kept, in: situation)
            + [changingStatus(from: card.recordStatus)]
            + disabling(merged, in: situation)
    }

    /// The end of the merged record's account and of what could still become one.
    private func closing(_ merged: ClientState, keepingFactors: Bool) -> [PortalEvent] {
        let revoked = merged.invitations.filter { [.pending, .expired].contains($0.state) }.map {
            PortalEvent.invitationRevoked(
                .init(invitationId: $0.id, clientId: mergedID, profileDeleted: false)
            )
        }
        guard let account = merged.ownAccount else { return revoked }
        return revoked + voidingCredentials(of: account) + releasingLogin(of: account)
            + (keepingFactors ? [] : account.removingFactors(mergedID))
            + [
                .sessionsEnded(
                    .init(accountId: account.id, clientId: mergedID, reason: .recordsMerged)
                )
            ]
    }

    private func voidingCredentials(of account: PortalAccount) -> [PortalEvent] {
        guard let credential = account.currentCredential, credential.isUnused else { return [] }
        let voided = PatientCredentialsVoided(
            accountId: account.id,
            clientId: mergedID,
            credentialId: credential.id,
            reason: .recordsMerged
        )
        return [.patientCredentialsVoided(voided)]
    }

    private func releasingLogin(of account: PortalAccount) -> [PortalEvent] {
        guard let digest = account.loginDigest else { return [] }
        let released = LoginEmailReleased(
            accountId: account.id,
            clientId: mergedID,
            emailDigest: digest
        )
        return [.loginEmailReleased(released)]
    }

    /// What the closed account could see of others the kept one sees from now on: it is the same
    /// person's. To a profile with an owner only the owner lets it (invariant 8).
    private func movingAccess(
        of merged: ClientState,
        to kept: UniqueID?,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let closed = merged.ownAccount else { return [] }
        let clients =
            [situation.client]
            + situation.others.values.sorted { left, right in
                (left.id ?? mergedID) < (right.id ?? mergedID)
            }
        var events: [PortalEvent] = []
        for client in clients {
            guard let clientID = client.id, let profile = client.profile,
                let grant = profile.liveGrant(of: .account(closed.id))
            else { continue }
            let removed = FamilyPortalAccessRemoved(
                profileId: profile.id,
                clientId: clientID,
                grantId: grant.id,
                reason: .recordsMerged
            )
            events.append(.familyPortalAccessRemoved(removed))
            guard clientID != mergedID, clientID != survivorID, let kept,
                profile.control != .owner,
                let roleID = grant.roleID, let holder = grant.portalHolder,
                profile.liveGrant(of: .account(kept)) == nil
            else { continue }
            let added = adding(
                situation.ids[8 + events.count],
                to: profile.id,
                of: clientID,
                kept,
                roleID,
                as: (holder.kind, holder.id)
            )
            events.append(added)
        }
        return events
    }

    /// The kept account's access to the merged record's profile, unless somebody else owns it or
    /// the person has rejected it.
    private func openingProfile(
        of merged: ClientState,
        to kept: UniqueID?,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let kept, let profile = merged.profile, profile.ownership != .rejected,
            let roleID = situation.organisation.patientRole,
            profile.liveGrant(of: .account(kept)) == nil,
            profile.ownership != .owned || profile.ownerPersonID == mergedID
        else { return [] }
        let added = adding(
            situation.ids[0],
            to: profile.id,
            of: mergedID,
            kept,
            roleID,
            as: (.client, survivorID)
        )
        guard profile.ownership == .owned else { return [added] }
        let assumed = ProfileOwnershipAssumed(
            profileId: profile.id,
            clientId: mergedID,
            ownerPersonId: survivorID,
            accountId: kept,
            capacity: .self
        )
        return [.profileOwnershipAssumed(assumed), added]
    }

    private func adding(
        _ grantID: UniqueID,
        to profileID: UniqueID,
        of clientID: UniqueID,
        _ kept: UniqueID,
        _ roleID: UniqueID,
        as holder: (kind: PortalHolderKind, id: UniqueID)
    ) -> PortalEvent {
        .familyPortalAccessAdded(
            .init(
                profileId: profileID,
                clientId: clientID,
                grantId: grantID,
                accountId: kept,
                accountClientId: survivorID,
                roleId: roleID,
                holderKind: holder.kind,
                holderId: holder.id,
                personId: survivorID,
                // What the kept account itself waits for keeps it out by itself.
                awaitsSignIn: false
            )
        )
    }

    private func changingStatus(from status: RecordStatus) -> PortalEvent {
        .clientRecordStatusChanged(.init(clientId: mergedID, from: status, to: .merged))
    }

    private func disabling(_ merged: ClientState, in situation: Situation) -> [PortalEvent] {
        guard let account = merged.ownAccount,
            situation.organisation.disablingStatuses.contains(.merged),
            let status = merged.card?.recordStatus,
            !situation.organisation.disablingStatuses.contains(status)
        else { return [] }
        let disabled = PatientAccountDisabledAutomatically(
            accountId: account.id,
            clientId: mergedID,
            cause: .recordStatus,
            recordStatus: .merged
        )
        return [.patientAccountDisabledAutomatically(disabled)]
    }
}
