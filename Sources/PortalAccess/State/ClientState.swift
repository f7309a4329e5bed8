package import EventLine
package import PortalEvents

/// A client with everything that concerns them, folded from the one stream `client/<id>`, to
/// which every event about a client belongs.
package struct ClientState: Hashable, Sendable {
    package private(set) var card: ClientCard?
    package private(set) var invitations: [Invitation] = []
    package private(set) var profiles: [Profile] = []
    package private(set) var accounts: [PortalAccount] = []
    package private(set) var letters: [AccessLetter] = []
    package private(set) var contacts: [Contact] = []
    /// The record of the same person that this one was merged into.
    package private(set) var mergedInto: UniqueID?
    /// Mails other than invitations that could not be delivered.
    package private(set) var failedMails: Set<UniqueID> = []
    package private(set) var chart = Chart()
    package private(set) var encounters: [Encounter] = []
    package private(set) var autoInvite = AutoInvite()

    package init() {}

    package var id: UniqueID? { card?.id }

    /// The latest invitation to own the profile.
    package var ownershipInvitation: Invitation? { invitations.last { $0.kind == .ownership } }

    /// The profile that exists now.
    package var profile: Profile? { profiles.last { !$0.isDeleted } }

    /// The client's own account, as opposed to those of people who act for them. Where records
    /// were merged, one that was closed may stand before it.
    package var ownAccount: PortalAccount? { accounts.last { $0.holder == .client } }

    package func account(_ id: UniqueID) -> PortalAccount? { accounts.first { $0.id == id } }
    package func invitation(_ id: UniqueID) -> Invitation? { invitations.first { $0.id == id } }
    /// The invitation that a link was handed out for, dead links included.
    package func invitation(by tokenHash: String) -> Invitation? {
        invitations.first { $0.hasHandedOut(tokenHash) }
    }
    package func contact(_ id: UniqueID) -> Contact? { contacts.first { $0.id == id } }

    package func encounter(_ id: UniqueID) -> Encounter? { encounters.first { $0.id == id } }

    package func letter(_ id: UniqueID) -> AccessLetter? { letters.first { $0.id == id } }

    /// Where the client stands with the organisation's invitation (T2). An expired invitation
    /// is still pending: expiry is a property of the link.
    package var status: ClientStatus {
        switch ownershipInvitation?.state {
        case nil, .revoked: .notInvited
        case .pending, .expired: .pendingAcceptance
        // Who accepted for a minor owns the profile no longer: the client can be asked now.
        case .accepted: profile?.hasEndedOwnership == true ? .notInvited : .accepted
        case .rejected: .rejected
        }
    }

    /// The one function that says which state an account shows (invariant 10); nil before there
    /// is an account. First match wins (T3).
    package func userState(
        in organisation: OrganisationState,
        on today: LocalDate
    ) -> UserState? {
        ownAccount.map { userState(of: $0, in: organisation, on: today) }
    }

    /// The state that one of the client's accounts shows.
    package func userState(
        of account: PortalAccount,
        in organisation: OrganisationState,
        on today: LocalDate
    ) -> UserState {
        let recordIsDisabling =
            account.holder == .client && isRecordDisabling(in: organisation, on: today)
        if account.isDisabled || recordIsDisabling { return .disabled }
        if account.isLocked { return .locked }
        if !account.isRegistered { return .pendingRegistration }
        return account.isEmailConfirmed ? .active : .pendingEmailConfirmation
    }

    /// Whether the record's status is one of those that disable an account, or the client's end
    /// date is in effect.
    package func isRecordDisabling(
        in organisation: OrganisationState,
        on today: LocalDate
    ) -> Bool {
        guard let card else { return false }
        return organisation.disablingStatuses.contains(card.recordStatus)
            || card.isEndDateInEffect(on: today)
    }

    /// The state after an event.
    package mutating func evolve(with event: PortalEvent) {
        evolveCard(with: event)
        evolveInvitations(with: event)
        evolveProfiles(with: event)
        evolveAccounts(with: event)
        evolveLetters(with: event)
        evolveContacts(with: event)
        chart.evolve(with: event)
        evolveEncounters(with: event)
    }

    private mutating func evolveCard(with event: PortalEvent) {
        if case .clientRegistered(let event) = event { card = ClientCard(event) }
        if case .clientRecordsMerged(let event) = event, event.merged == id {
            mergedInto = event.clientId
        }
        // A record that was merged by mistake can be taken up again.
        if case .clientRecordsMerged(let event) = event, event.clientId == id { mergedInto = nil }
        card?.evolve(with: event)
    }

    private mutating func evolveInvitations(with event: PortalEvent) {
        switch event {
        case .clientInvited(let event): invitations.append(Invitation(event))
        case .clientReInvited(let event): invitations.append(Invitation(again: event))
        case .portalInvitationSent(let event) where event.clientId == id:
            invitations.append(Invitation(portal: event))
        default:
            for place in invitations.indices { invitations[place].evolve(with: event) }
        }
    }

    private mutating func evolveProfiles(with event: PortalEvent) {
        if case .familyPortalAccessRemoved(let event) = event, event.reason != .recordsMerged {
            noteLoss(of: event.grantId)
        }
        if case .medicalProfileCreated(let event) = event { profiles.append(Profile(event)) }
        for place in profiles.indices { profiles[place].evolve(with: event) }
        if case .clientRecordsMerged(let event) = event, let kept = event.movedAccountID {
            let holder = PortalHolder(
                kind: .client,
                id: event.clientId,
                personID: event.clientId,
                homeClientID: event.clientId == id ? nil : event.clientId
            )
            for place in profiles.indices { profiles[place].give(accessOf: kept, to: holder) }
        }
        if case .invitationAccepted(let event) = event,
            let grant = invitation(event.invitationId)?.grantID
        {
            for place in profiles.indices { profiles[place].activate(grant) }
        }
    }

    private mutating func noteLoss(of grant: UniqueID) {
        let holder = profiles.lazy.compactMap { $0.grant(grant) }.first?.holder
        for place in accounts.indices where holder == .account(accounts[place].id) {
            accounts[place].loseAccess()
        }
    }

    private mutating func evolveAccounts(with event: PortalEvent) {
        switch event {
        case .patientAccountOnboarded(let event):
            accounts.append(PortalAccount(id: event.accountId, holder: .client))
        case .contactAccountOnboarded(let event):
            accounts.append(PortalAccount(id: event.accountId, holder: .person(event.personId)))
        case .clientRecordsMerged(let event):
            for place in accounts.indices where accounts[place].id == event.closedAccountId {
                accounts[place].close()
            }
            guard let kept = event.keptAccountId else { return }
            if event.movedAccountID == nil {
                for place in accounts.indices where accounts[place].id == kept {
                    accounts[place].takeOver(event)
                }
            } else if event.clientId == id {
                accounts.append(PortalAccount(id: kept, movedBy: event))
            } else if event.merged == id {
                accounts.removeAll { $0.id == kept }
            }
        default:
            for place in accounts.indices { accounts[place].evolve(with: event) }
        }
    }

    private mutating func evolveContacts(with event: PortalEvent) {
        if case .contactAdded(let event) = event, event.clientId == id {
            contacts.append(Contact(event))
        }
        for place in contacts.indices { contacts[place].evolve(with: event) }
    }

    private mutating func evolveEncounters(with event: PortalEvent) {
        if case .encounterRecorded(let event) = event { encounters.append(Encounter(event)) }
        for place in encounters.indices { encounters[place].evolve(with: event) }
        autoInvite.evolve(with: event)
    }

    private mutating func evolveLetters(with event: PortalEvent) {
        switch event {
        case .mailFailed(let event): failedMails.insert(event.mailId)
        case .patientAccessLetterGenerated(let event): letters.append(AccessLetter(event))
        case .patientAccessLetterSent(let event):
            guard let place = letters.firstIndex(where: { $0.id == event.letterId }) else { return }
            letters[place].isSent = true
        default: break
        }
    }
}

/// Where a client stands with the organisation's invitation.
package enum ClientStatus: String, Sendable {
    case notInvited
    case pendingAcceptance
    case accepted
    case rejected
}

/// The state of a patient user, in the words that staff see (S1-38).
package enum UserState: String, Sendable, CaseIterable {
    case disabled = "Disabled"
    case locked = "Locked"
    case pendingRegistration = "Pending registration"
    case pendingEmailConfirmation = "Pending email confirmation"
    case active = "Active"
}

/// A letter that carries parts of the credentials.
package struct AccessLetter: Hashable, Sendable {
    package let id: UniqueID
    package let credentialID: UniqueID
    package let parts: [LetterPart]
    package var isSent = false

    init(_ event: PatientAccessLetterGenerated) {
        id = event.letterId
        credentialID = event.credentialId
        parts = event.parts
    }
}
