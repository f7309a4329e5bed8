package import EventLine
package import PortalEvents

/// Sets or moves the day from which a client has no access any more (T7). It begins at 00:00 of
/// that day, organisation time; a day that has come takes effect at once.
package struct SetClientEndDate: CallableCommand {
    private let clientID: UniqueID
    private let endDate: LocalDate

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        endDate = try input.date("endDate")
    }

    package var audience: Audience { .staff(.editClientCard) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let card = situation.client.card else { throw Refusal(.notFound) }
        let isInEffect = card.isEndDateInEffect(on: situation.today)
        let isToCome = endDate > situation.today
        let following: [PortalEvent] =
            switch (isInEffect, isToCome) {
            case (false, false): situation.takingEffect(of: endDate)
            case (true, true): situation.lifting(setting(after: card.endDate))
            case (false, true), (true, false): []
            }
        return [setting(after: card.endDate)] + following
    }

    private func setting(after previous: LocalDate?) -> PortalEvent {
        guard let previous else {
            return .clientEndDateSet(.init(clientId: clientID, endDate: endDate))
        }
        return .clientEndDateChanged(
            .init(clientId: clientID, endDate: endDate, previous: previous)
        )
    }
}

/// Takes a client's end date away; what it took comes back.
package struct RemoveClientEndDate: CallableCommand {
    private let clientID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
    }

    package var audience: Audience { .staff(.editClientCard) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let card = situation.client.card, let endDate = card.endDate else {
            throw Refusal(.noEndDate)
        }
        let removed = PortalEvent.clientEndDateRemoved(
            .init(clientId: clientID, previous: endDate)
        )
        guard card.isEndDateInEffect(on: situation.today) else { return [removed] }
        return [removed] + situation.lifting(removed)
    }
}

/// Notes at the start of its day that a client's end date has come, and takes what it takes.
package struct ApplyEndDate: Command {
    private let clientID: UniqueID

    package init(clientID: UniqueID) { self.clientID = clientID }

    package var audience: Audience { .system }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let card = situation.client.card, let endDate = card.endDate,
            card.isEndDated(on: situation.today), !card.hasEndDateTakenEffect
        else { throw Refusal(.notDueYet) }
        return situation.takingEffect(of: endDate)
    }
}

extension Situation {
    /// What happens when a client's end date comes: whoever sees the profile in the portal does
    /// so no longer, and messages can only be read.
    fileprivate func takingEffect(of endDate: LocalDate) -> [PortalEvent] {
        guard let clientID = client.id else { return [] }
        let took = ClientEndDateTookEffect(clientId: clientID, endDate: endDate)
        let readOnly = MessageThreadsMadeReadOnly(clientId: clientID)
        return [.clientEndDateTookEffect(took)] + suspendingAccess(clientID)
            + disabling(clientID, endDate) + [.messageThreadsMadeReadOnly(readOnly)]
            + endingSessions(clientID)
    }

    /// What comes back when an end date that was in effect is moved or removed by an event. An
    /// access that comes back in use is said so for the client's own.
    fileprivate func lifting(_ event: PortalEvent) -> [PortalEvent] {
        guard let clientID = client.id, let endDate = client.card?.endDate else { return [] }
        let lifted = ClientEndDateLifted(clientId: clientID, endDate: endDate)
        let events = [.clientEndDateLifted(lifted)] + reinstatingAccess(clientID)
        var restored = client
        for event in [event] + events { restored.evolve(with: event) }
        return events + regranting(clientID, before: client, in: restored)
            + [.messageThreadsReopened(.init(clientId: clientID))]
    }

    private func suspendingAccess(_ clientID: UniqueID) -> [PortalEvent] {
        guard let profile = client.profile else { return [] }
        return profile.grants.filter { $0.isPortalAccess && $0.state != .removed }.map { grant in
            .portalAccessSuspended(
                .init(
                    profileId: profile.id,
                    clientId: clientID,
                    grantId: grant.id,
                    reason: .endDate
                )
            )
        }
    }

    private func reinstatingAccess(_ clientID: UniqueID) -> [PortalEvent] {
        guard let profile = client.profile else { return [] }
        let suspended = profile.grants.filter {
            $0.state == .suspended && $0.suspensions.contains(.endDate)
        }
        return suspended.map { grant in
            .portalAccessReinstated(
                .init(
                    profileId: profile.id,
                    clientId: clientID,
                    grantId: grant.id,
                    reason: .endDate
                )
            )
        }
    }

    private func disabling(_ clientID: UniqueID, _ endDate: LocalDate) -> [PortalEvent] {
        guard let account = client.ownAccount else { return [] }
        let disabled = PatientAccountDisabledAutomatically(
            accountId: account.id,
            clientId: clientID,
            cause: .endDate,
            endDate: endDate
        )
        return [.patientAccountDisabledAutomatically(disabled)]
    }

    /// Whether somebody is signed in is not known; nobody can be who never could sign in.
    private func endingSessions(_ clientID: UniqueID) -> [PortalEvent] {
        guard let account = client.ownAccount, account.canHoldSessions else { return [] }
        let ended = SessionsEnded(accountId: account.id, clientId: clientID, reason: .endDate)
        return [.sessionsEnded(ended)]
    }

    private func regranting(
        _ clientID: UniqueID,
        before: ClientState,
        in restored: ClientState
    ) -> [PortalEvent] {
        guard let account = restored.ownAccount, let profile = restored.profile,
            restored.userState(in: organisation, on: today) == .active,
            let grant = profile.liveGrant(of: .account(account.id)), grant.state == .active,
            before.profile?.grant(grant.id)?.state == .suspended, let roleID = grant.roleID
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

extension AccessGrant {
    /// Whether it is access through the portal, as opposed to that of the organisation's staff.
    var isPortalAccess: Bool {
        switch holder {
        case .account, .person: true
        case .professional: false
        }
    }
}

extension PortalAccount {
    /// Whether somebody may be signed in to it: it is registered, confirmed, and nothing that
    /// stays bars it.
    var canHoldSessions: Bool { isRegistered && isEmailConfirmed && !isLocked && !isDisabled }
}
