package import EventLine
package import PortalEvents

/// Merges two records of one person (I10). One account stays, which is the survivor's own from then
/// on, with its id, its accesses and its sessions; the other one is closed.
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
        let move = try AccountMove(keptAccountID, from: merged, in: situation)
        let kept = move?.account.id ?? situation.client.ownAccount?.id
        let closed = move == nil ? merged.ownAccount : situation.client.ownAccount
        let home = move == nil ? mergedID : survivorID
        let record =
            move?.record(of: mergedID, into: survivorID, closing: closed)
            ?? keeping(kept, closing: closed)
        return [.clientRecordsMerged(record)] + revokingInvitations(of: merged)
            + (move == nil ? [] : revokingInvitations(to: situation.client))
            + (closed.map { closing($0, of: home) } ?? [])
            + (move?.claiming(from: mergedID, for: survivorID) ?? [])
            + movingAccess(of: closed, to: kept, in: situation)
            + movingOwnership(from: closed, to: kept, in: situation)
            + (move?.entering(survivorID, from: mergedID, in: situation) ?? [])
            + openingProfile(of: merged, to: kept, isItsOwn: move != nil, in: situation)
            + [changingStatus(from: card.recordStatus)]
            + disabling(closed, of: home, card.recordStatus, in: situation)
    }

    /// The survivor's own account stays, if there is one: as the account of one more record.
    private func keeping(_ kept: UniqueID?, closing closed: PortalAccount?) -> ClientRecordsMerged {
        let former = closed?.formerClients.union([mergedID]) ?? [mergedID]
        let reached = closed?.reaches.subtracting([survivorID]) ?? []
        return ClientRecordsMerged(
            clientId: survivorID,
            merged: mergedID,
            keptAccountId: kept,
            closedAccountId: closed?.id,
            reachedClientIds: kept == nil ? nil : reached.sorted(),
            formerClientIds: kept == nil ? nil : former.sorted()
        )
    }

    /// Others who were given access to the merged record's profile keep it, and their way in.
    private func revokingInvitations(of merged: ClientState) -> [PortalEvent] {
        let dead = merged.invitations.filter {
            $0.kind != .familyPortal || $0.recipientKind == .patient
        }
        return revoking(dead, of: mergedID)
    }

    /// Whoever has the account that moved needs no other way in. To own the profile is not one.
    private func revokingInvitations(to survivor: ClientState) -> [PortalEvent] {
        let ways = survivor.invitations.filter {
            $0.kind != .ownership && $0.recipientKind == .patient
        }
        return revoking(ways, of: survivorID)
    }

    private func revoking(_ invitations: [Invitation], of client: UniqueID) -> [PortalEvent] {
        invitations.filter(\.isOpen).map { $0.revoked(for: client) }
    }

    /// The end of an account and of what could still become a way in to it.
    private func closing(_ account: PortalAccount, of home: UniqueID) -> [PortalEvent] {
        let ended = SessionsEnded(accountId: account.id, clientId: home, reason: .recordsMerged)
        return account.voidingUnusedCode(home) + releasingLogin(of: account, home)
            + account.removingFactors(home) + [.sessionsEnded(ended)]
    }

    private func releasingLogin(of account: PortalAccount, _ home: UniqueID) -> [PortalEvent] {
        guard let digest = account.loginDigest else { return [] }
        let released = LoginEmailReleased(
            accountId: account.id,
            clientId: home,
            emailDigest: digest
        )
        return [.loginEmailReleased(released)]
    }

    /// What the closed account could see of others the kept one sees from now on: it is the same
    /// person's. To a profile with an owner only the owner lets it (invariant 8).
    private func movingAccess(
        of closed: PortalAccount?,
        to kept: UniqueID?,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let closed else { return [] }
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
            // Those to the client of one of the two records are dead already.
            let isOneOfThem = clientID == mergedID || clientID == survivorID
            let waiting = client.invitations.filter { invitation in
                invitation.grantID == grant.id
                    && !(isOneOfThem && invitation.recipientKind == .patient)
            }
            events += revoking(waiting, of: clientID)
            guard clientID != mergedID, clientID != survivorID, let kept,
                profile.control != .owner,
                let roleID = grant.roleID, let holder = grant.portalHolder,
                profile.liveGrant(of: .account(kept)) == nil
            else { continue }
            let grantID = situation.ids[8 + events.count]
            let added = adding(
                grantID,
                to: profile.id,
                of: clientID,
                kept,
                roleID,
                as: (holder.kind, holder.id)
            )
            events.append(added)
            events += situation.suspending(grantID, on: profile, of: client, like: grant)
        }
        return events
    }

    /// What the closed account owned for others the kept one owns.
    private func movingOwnership(
        from closed: PortalAccount?,
        to kept: UniqueID?,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let closed, let kept else { return [] }
        return situation.others.sorted { $0.key < $1.key }.compactMap { id, client in
            guard id != mergedID, let profile = client.profile, profile.ownership == .owned,
                profile.ownerAccountID == closed.id
            else { return nil }
            let assumed = ProfileOwnershipAssumed(
                profileId: profile.id,
                clientId: id,
                ownerPersonId: survivorID,
                accountId: kept,
                capacity: .legalRepresentative
            )
            return .profileOwnershipAssumed(assumed)
        }
    }

    /// The kept account's access to the merged record's profile, unless somebody else owns it or
    /// the person has rejected it. What an account had of its own there it keeps, and no more.
    private func openingProfile(
        of merged: ClientState,
        to kept: UniqueID?,
        isItsOwn: Bool,
        in situation: Situation
    ) -> [PortalEvent] {
        guard let kept, let profile = merged.profile, profile.ownership != .rejected,
            let roleID = situation.organisation.patientRole,
            profile.ownership != .owned || profile.ownerPersonID == mergedID
        else { return [] }
        let assumed = ProfileOwnershipAssumed(
            profileId: profile.id,
            clientId: mergedID,
            ownerPersonId: survivorID,
            accountId: kept,
            capacity: .self
        )
        let added = adding(
            situation.ids[0],
            to: profile.id,
            of: mergedID,
            kept,
            roleID,
            as: (.client, survivorID)
        )
        let hasAccess = isItsOwn || profile.liveGrant(of: .account(kept)) != nil
        let suspended = situation.suspending(situation.ids[0], on: profile, of: merged, like: nil)
        return (profile.ownership == .owned ? [.profileOwnershipAssumed(assumed)] : [])
            + (hasAccess ? [] : [added] + suspended)
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

    /// The merged record's status shuts its account where that is the organisation's rule. The
    /// survivor's closed account is shut by nothing else, as the survivor's record stays.
    private func disabling(
        _ closed: PortalAccount?,
        of home: UniqueID,
        _ status: RecordStatus,
        in situation: Situation
    ) -> [PortalEvent] {
        let statuses = situation.organisation.disablingStatuses
        let isShut = home == mergedID && (!statuses.contains(.merged) || statuses.contains(status))
        guard let closed, !isShut else { return [] }
        let disabled = PatientAccountDisabledAutomatically(
            accountId: closed.id,
            clientId: home,
            cause: .recordStatus,
            recordStatus: .merged
        )
        return [.patientAccountDisabledAutomatically(disabled)]
    }
}
