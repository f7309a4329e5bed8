import EventLine
import PortalAccess
import PortalEvents

/// Why a mail with a secret is not handed over after all (invariant 12).
enum MailBarrier: String {
    /// The link is dead: it was used, replaced, taken back or has expired.
    case linkIsDead
    case locked
    case disabled
    case endDated
    case accessRemoved
}

extension MailDraft {
    /// What keeps the recipient out now, whatever was true when the mail was promised; nil if
    /// nothing does.
    func barrier(
        in organisation: OrganisationState,
        at now: Instant,
        _ loader: inout StateLoader
    ) throws(ServiceError) -> MailBarrier? {
        let today = (LocalCalendar(zone: organisation.timeZone) ?? .universal).date(of: now)
        guard let id = organisation.id, let client = try loader.client(clientID, in: id)?.state
        else { return .accessRemoved }
        if let expiresAt, now >= expiresAt { return .linkIsDead }
        if let invitationID {
            guard let invitation = client.invitation(invitationID),
                invitation.state(at: now) == .pending, invitation.tokenHash == tokenHash
            else { return .linkIsDead }
            if try isShutByDate(client, id, today, &loader) { return .endDated }
            if let barrier = client.barrier(to: invitation, organisation, today) { return barrier }
        }
        guard let (account, home) = try account(in: client, id, &loader) else { return nil }
        switch purpose {
        case .emailConfirmation where account.confirmation?.tokenHash != tokenHash,
            .passwordReset where account.security.reset?.tokenHash != tokenHash:
            return .linkIsDead
        default: break
        }
        if let barrier = home.barrier(to: account, organisation, today) { return barrier }
        guard purpose == .passwordReset else { return nil }
        let opens = try canOpen(account, of: home, organisation, now, &loader)
        return opens ? nil : .accessRemoved
    }

    /// Whether there is a profile that an account could open.
    private func canOpen(
        _ account: PortalAccount,
        of home: ClientState,
        _ organisation: OrganisationState,
        _ now: Instant,
        _ loader: inout StateLoader
    ) throws(ServiceError) -> Bool {
        guard let id = organisation.id else { return false }
        let calendar = LocalCalendar(zone: organisation.timeZone) ?? .universal
        var source = OrganisationClients(loader: loader, organisation: id)
        var situation = Situation(
            organisation: organisation,
            client: home,
            actor: .anonymous,
            now: now,
            today: calendar.date(of: now),
            ids: FreshIDs(at: now, random: (0, 0)),
            secrets: FreshSecrets(tokenHashes: [], activationCodeHash: "")
        )
        situation.startOfDay = { calendar.start(of: $0) }
        situation.others = try source.linked(to: home, LinkQuestion(account: account.id))
        loader = source.loader
        return !situation.openings(for: account).isEmpty
    }

    /// Whether the client's end date has come, or that of a record which this one was merged into.
    private func isShutByDate(
        _ client: ClientState,
        _ organisation: UniqueID,
        _ today: LocalDate,
        _ loader: inout StateLoader
    ) throws(ServiceError) -> Bool {
        if client.card?.isEndDateInEffect(on: today) == true { return true }
        guard let survivor = client.mergedInto,
            let next = try loader.client(survivor, in: organisation)?.state
        else { return false }
        return try isShutByDate(next, organisation, today, &loader)
    }

    /// The account that the mail lets in, with the client with whom it was opened. Whoever is
    /// invited may have one that the invitation does not name.
    private func account(
        in client: ClientState,
        _ organisation: UniqueID,
        _ loader: inout StateLoader
    ) throws(ServiceError) -> (PortalAccount, home: ClientState)? {
        let isForPatient = invitationID.flatMap(client.invitation)?.recipientKind == .patient
        if accountID == nil, isForPatient { return client.ownAccount.map { ($0, client) } }
        var holder = accountID
        if holder == nil {
            holder = try loader.account(signingInWith: recipient, in: organisation)
        }
        guard let accountID = holder else { return nil }
        if let account = client.account(accountID) { return (account, client) }
        guard let homeID = try loader.home(ofAccount: accountID, in: organisation),
            let home = try loader.client(homeID, in: organisation)?.state,
            let account = home.account(accountID)
        else { return nil }
        return (account, home)
    }
}

extension ClientState {
    fileprivate func barrier(
        to invitation: Invitation,
        _ organisation: OrganisationState,
        _ today: LocalDate
    ) -> MailBarrier? {
        // A profile that was rejected is opened by nothing but another invitation to own it.
        if invitation.kind != .ownership, profile?.ownership == .rejected {
            return .accessRemoved
        }
        let isShutOut =
            invitation.recipientKind == .patient && isRecordDisabling(in: organisation, on: today)
        if isShutOut { return .disabled }
        guard let grantID = invitation.grantID else { return nil }
        let grant = profiles.lazy.compactMap { $0.grant(grantID) }.first
        switch grant?.state {
        case .invited, .active: return nil
        case .suspended, .removed, nil: return .accessRemoved
        }
    }

    fileprivate func barrier(
        to account: PortalAccount,
        _ organisation: OrganisationState,
        _ today: LocalDate
    ) -> MailBarrier? {
        switch userState(of: account, in: organisation, on: today) {
        case .disabled: .disabled
        case .locked: .locked
        case .pendingRegistration, .pendingEmailConfirmation, .active: nil
        }
    }
}
