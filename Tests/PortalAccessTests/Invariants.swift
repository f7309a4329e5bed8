import EventLine
import PortalAccess
import PortalEvents

/// The invariants of `domain.md` §2.4, told from the events alone, without the folds that the
/// deciders rest on. Each breach is a sentence.
struct Invariants {
    private(set) var breaches: [String] = []
    private var pending: [UniqueID: Set<UniqueID>] = [:]
    private var live: [UniqueID: Set<UniqueID>] = [:]
    private var logins: [Login: UniqueID] = [:]
    private var grants: [UniqueID: Grant] = [:]
    private var roles: [UniqueID: UniqueID] = [:]
    private var owned: [UniqueID: UniqueID] = [:]
    private var everOwned: Set<UniqueID> = []
    private var deleted: Set<UniqueID> = []
    private var states: [UniqueID: Shown] = [:]
    private var disabling: Set<UniqueID> = []
    private var mailed: Set<UniqueID> = []
    private var endDates: [UniqueID: LocalDate] = [:]
    private var readOnly: Set<UniqueID> = []
    private var clientOfProfile: [UniqueID: UniqueID] = [:]
    /// The organisation whose events are observed next, and its date.
    private var organisation = Stage.nobody
    private var today = LocalDate.epoch
    /// Whose each stream is.
    private var owners: [StreamName: UniqueID] = [:]

    private struct Login: Hashable {
        let organisation: UniqueID
        let digest: String
    }

    private struct Grant {
        let profile: UniqueID
        let holder: String
        var isLive = true
    }

    /// What an account shows, from the events alone.
    struct Shown {
        var causes = 0
        var isLocked = false
        var isRegistered = false
        var isConfirmed = false
        var isClient = true
    }

    /// Goes where the next events are observed.
    mutating func go(to organisation: UniqueID, on today: LocalDate) {
        self.organisation = organisation
        self.today = today
    }

    /// Takes in an event by itself.
    mutating func observe(_ entry: World.Entry) {
        organisation = entry.organisation ?? organisation
        observe([entry.event], by: entry.actor)
    }

    /// Takes in the events of one commit, by whoever caused them.
    mutating func observe(_ events: [PortalEvent], by actor: Actor) {
        let wasOwned = owned
        for event in events {
            observeBorders(event)
            observeInvitations(event)
            observeCredentials(event)
            observeLogins(event)
            observeGrants(event, actor, wasOwned)
            observeProfiles(event)
            observeBarriers(event)
            observeState(event)
            observeEndDates(event)
        }
    }

    /// The state that an account should show (invariant 10).
    func shown(
        _ account: UniqueID,
        of client: UniqueID,
        on today: LocalDate
    ) -> UserState? {
        shown(account, of: client, isEndDated: endDates[client].map { $0 <= today } ?? false)
    }

    private func shown(
        _ account: UniqueID,
        of client: UniqueID,
        isEndDated: Bool
    ) -> UserState? {
        guard let state = states[account] else { return nil }
        let isShut = disabling.contains(client) || isEndDated
        if state.causes > 0 || (state.isClient && isShut) { return .disabled }
        if state.isLocked { return .locked }
        guard state.isRegistered else { return .pendingRegistration }
        return state.isConfirmed ? .active : .pendingEmailConfirmation
    }

    private mutating func expect(_ holds: Bool, _ sentence: String) {
        if !holds { breaches.append(sentence) }
    }
}

extension Invariants {
    /// The streams of the whole store; and a person may be known in several organisations.
    private static let shared: Set<Substring> = ["organisations", "erasures", "person"]

    /// Nothing crosses from one organisation to another: what is about something of one is written
    /// there.
    private mutating func observeBorders(_ event: PortalEvent) {
        for stream in event.streams(organisation: organisation)
        where !Self.shared.contains(stream.text.prefix { $0 != "/" }) {
            let owner = owners[stream, default: organisation]
            owners[stream] = owner
            expect(owner == organisation, "\(event.name) crosses to another organisation")
        }
    }

    /// 1. One pending invitation per client.
    private mutating func observeInvitations(_ event: PortalEvent) {
        switch event {
        case .clientInvited(let event): open(event.invitationId, of: event.clientId)
        case .clientReInvited(let event): open(event.invitationId, of: event.clientId)
        case .invitationAccepted(let event): pending[event.clientId]?.remove(event.invitationId)
        case .invitationRejected(let event): pending[event.clientId]?.remove(event.invitationId)
        case .invitationRevoked(let event): pending[event.clientId]?.remove(event.invitationId)
        default: break
        }
    }

    private mutating func open(_ invitation: UniqueID, of client: UniqueID) {
        pending[client, default: []].insert(invitation)
        expect(pending[client]?.count == 1, "1: two pending invitations of one client")
    }

    /// 2. One live issue of credentials per account.
    private mutating func observeCredentials(_ event: PortalEvent) {
        switch event {
        case .patientCredentialsCreated(let event):
            live[event.accountId, default: []].insert(event.credentialId)
            expect(live[event.accountId]?.count == 1, "2: two live issues of credentials")
        case .patientCredentialsSuperseded(let event): end(event.credentialId, of: event.accountId)
        case .patientCredentialsExpired(let event): end(event.credentialId, of: event.accountId)
        case .patientCredentialsVoided(let event): end(event.credentialId, of: event.accountId)
        case .patientCredentialsActivated(let event):
            let isLive = live[event.accountId]?.contains(event.credentialId) == true
            expect(isLive, "2: dead credentials were used")
        case .patientCredentialsDistributed(let event):
            let isLive = live[event.accountId]?.contains(event.credentialId) == true
            expect(isLive, "2: dead credentials were distributed")
        default: break
        }
    }

    private mutating func end(_ credential: UniqueID, of account: UniqueID) {
        let wasLive = live[account]?.remove(credential) != nil
        expect(wasLive, "2: credentials ended twice")
    }

    /// 3. One account per login address.
    private mutating func observeLogins(_ event: PortalEvent) {
        switch event {
        case .loginEmailClaimed(let event):
            let login = Login(organisation: organisation, digest: event.emailDigest)
            expect(logins[login] == nil, "3: a login address was claimed twice")
            expect(
                !logins.values.contains(event.accountId),
                "3: an account claimed a second address"
            )
            let email = event.personal.content?.email.asLogin ?? ""
            expect(Digest.of(.login, email) == event.emailDigest, "3: another address's digest")
            logins[login] = event.accountId
        case .loginEmailReleased(let event):
            let login = Login(organisation: organisation, digest: event.emailDigest)
            expect(
                logins[login] == event.accountId,
                "3: another's address was released"
            )
            logins[login] = nil
        default: break
        }
    }
}

extension Invariants {
    /// 4. One live grant per holder and profile. 5. Every role exists. 8. On an owned profile only
    /// the owner changes grants; staff may drop their own.
    private mutating func observeGrants(
        _ event: PortalEvent,
        _ actor: Actor,
        _ owned: [UniqueID: UniqueID]
    ) {
        switch event {
        case .portalRoleDefined(let event): roles[event.roleId] = organisation
        case .professionalAccessGranted(let event):
            let holder = event.staffId.map { "staff/\($0)" } ?? "everybody"
            give(event.grantId, event.profileId, to: holder)
            expect(isOwn(event.profileId, actor, owned), "8: \(actor) granted on an owned profile")
        case .collaboratorAccessGranted(let event):
            give(event.grantId, event.profileId, to: "person/\(event.personId)")
            expect(roles[event.roleId] == organisation, "5: a grant without a role that exists")
            expect(isOwn(event.profileId, actor, owned), "8: \(actor) granted on an owned profile")
        case .patientAccessGranted(let event):
            expect(roles[event.roleId] == organisation, "5: a grant without a role that exists")
            expect(
                owned[event.profileId] == nil || owned[event.profileId] == event.accountId,
                "8: a client got access to a profile that is another's"
            )
            guard grants[event.grantId]?.isLive != true else { return }
            give(event.grantId, event.profileId, to: "account/\(event.accountId)")
        case .familyPortalAccessAdded(let event):
            expect(roles[event.roleId] == organisation, "5: a grant without a role that exists")
            give(event.grantId, event.profileId, to: "account/\(event.accountId)")
            // Merged records keep their owner, who signs in with another account from then on.
            expect(
                self.owned[event.profileId] == event.accountId
                    || isOwn(event.profileId, actor, owned),
                "8: \(actor) granted on an owned profile"
            )
        case .accessRoleChanged(let event):
            expect(roles[event.to] == organisation, "5: a grant without a role that exists")
            expect(grants[event.grantId]?.isLive == true, "5: a dead grant got a role")
            expect(isOwn(event.profileId, actor, owned), "8: \(actor) changed an owned profile")
        case .familyPortalAccessRemoved(let event):
            let isDropped = grants[event.grantId]?.holder == "\(actor)"
            expect(
                isDropped || [.recordsMerged, .cameOfAge].contains(event.reason)
                    || isOwn(event.profileId, actor, owned),
                "8: \(actor) took access on an owned profile"
            )
            grants[event.grantId]?.isLive = false
        case .medicalProfileDeleted(let event):
            for (id, grant) in grants where grant.profile == event.profileId {
                grants[id]?.isLive = false
            }
        default: break
        }
    }

    private mutating func give(_ id: UniqueID, _ profile: UniqueID, to holder: String) {
        let others = grants.values.filter {
            $0.profile == profile && $0.holder == holder && $0.isLive
        }
        expect(others.isEmpty, "4: two live grants of \(holder) on one profile")
        expect(grants[id] == nil, "4: a grant's id was used twice")
        grants[id] = Grant(profile: profile, holder: holder)
    }

    private func isOwn(
        _ profile: UniqueID,
        _ actor: Actor,
        _ owned: [UniqueID: UniqueID]
    ) -> Bool {
        guard let owner = owned[profile] else {
            if case .portalUser = actor { return false }
            return true
        }
        return actor == .portalUser(owner)
    }

    /// 6. What was ever owned is never deleted. 7. Nothing medical after a deletion. 9. A
    /// connection only on an owned profile.
    private mutating func observeProfiles(_ event: PortalEvent) {
        switch event {
        case .profileOwnershipAssumed(let event):
            owned[event.profileId] = event.accountId
            everOwned.insert(event.profileId)
            expect(!deleted.contains(event.profileId), "7: a deleted profile got an owner")
        case .profileOwnershipEnded(let event): owned[event.profileId] = nil
        case .medicalProfileDeleted(let event):
            expect(!everOwned.contains(event.profileId), "6: an accepted profile was deleted")
            expect(!deleted.contains(event.profileId), "6: a profile was deleted twice")
            deleted.insert(event.profileId)
        case .recordResourceAdded(let event):
            expect(!deleted.contains(event.profileId), "7: medical content after a deletion")
        case .patientPortalConnected(let event):
            expect(owned[event.profileId] != nil, "9: a connection before acceptance")
        default: break
        }
    }
}

extension Invariants {
    /// 11. Whatever lets a client in, or mails a secret, passes the barriers first.
    private mutating func observeBarriers(_ event: PortalEvent) {
        let name = event.name
        switch event {
        case .signedIn(let event):
            let isMailed = mailed.contains(event.accountId)
            pass(event.accountId, event.clientId, isMailed ? nil : .active, name)
            states[event.accountId]?.isRegistered = true
            states[event.accountId]?.isConfirmed = true
        case .temporaryPasswordIssued(let event):
            pass(event.accountId, event.clientId, nil, name)
            mailed.insert(event.accountId)
        case .patientAccountDisabled(let event):
            pass(event.accountId, event.clientId, .active, name)
        case .passwordSet(let event):
            pass(event.accountId, event.clientId, nil, name)
            mailed.remove(event.accountId)
        case .confirmationEmailSent(let event): pass(event.accountId, event.clientId, nil, name)
        case .patientEmailConfirmed(let event):
            pass(event.accountId, event.clientId, .pendingEmailConfirmation, name)
        case .patientUserSuccessfullyRegistered(let event):
            pass(event.accountId, event.clientId, .pendingRegistration, name)
        default: break
        }
    }

    private mutating func pass(
        _ account: UniqueID,
        _ client: UniqueID,
        _ only: UserState?,
        _ name: String
    ) {
        // An end date shuts the client's own profile and not others' (A-37): see observeEndDates.
        let state = shown(account, of: client, isEndDated: false)
        let isShut = state == .disabled || state == .locked
        expect(!isShut, "11: \(name) while \(state?.rawValue ?? "")")
        expect(only == nil || state == only, "11: \(name) while \(state?.rawValue ?? "nothing")")
    }

    private mutating func observeState(_ event: PortalEvent) {
        switch event {
        case .clientRecordStatusChanged(let event):
            let isDisabling = event.to != .active
            if isDisabling { disabling.insert(event.clientId) }
            if !isDisabling { disabling.remove(event.clientId) }
        case .patientAccountOnboarded(let event): states[event.accountId] = Shown()
        case .contactAccountOnboarded(let event):
            states[event.accountId] = Shown(isClient: false)
        case .patientCredentialsCreated(let event):
            states[event.accountId]?.isRegistered = false
            states[event.accountId]?.isConfirmed = false
            mailed.remove(event.accountId)
        case .patientUserSuccessfullyRegistered(let event):
            states[event.accountId]?.isRegistered = true
            states[event.accountId]?.isConfirmed = event.route != .credentials
        case .patientEmailConfirmed(let event): states[event.accountId]?.isConfirmed = true
        default: observeShutting(event)
        }
    }

    private mutating func observeShutting(_ event: PortalEvent) {
        switch event {
        case .patientAccountLocked(let event): states[event.accountId]?.isLocked = true
        case .patientAccountUnlocked(let event): states[event.accountId]?.isLocked = false
        case .patientAccountDisabled(let event): states[event.accountId]?.causes += 1
        case .patientAccountDisabledAutomatically(let event) where event.cause == .recordStatus:
            states[event.accountId]?.causes += 1
        case .patientAccountEnabled(let event): states[event.accountId]?.causes = 0
        default: break
        }
    }
}

extension Invariants {
    private func isEndDated(_ client: UniqueID) -> Bool {
        endDates[client].map { $0 <= today } ?? false
    }

    /// The date itself shuts a client's profile and messages, whether or not a timer has run (T7);
    /// and what is noted of it is noted in turns.
    private mutating func observeEndDates(_ event: PortalEvent) {
        switch event {
        case .medicalProfileCreated(let event): clientOfProfile[event.profileId] = event.clientId
        case .clientEndDateSet(let event): endDates[event.clientId] = event.endDate
        case .clientEndDateChanged(let event): endDates[event.clientId] = event.endDate
        case .clientEndDateRemoved(let event): endDates[event.clientId] = nil
        case .signedIn(let event):
            let isOpen = event.profileIds.allSatisfy { profile in
                clientOfProfile[profile].map { !isEndDated($0) } ?? true
            }
            expect(isOpen, "T7: somebody signed in to the profile of an end-dated client")
        case .patientMessageSent(let event):
            expect(!isEndDated(event.clientId), "T7: a message after the end date")
        case .intakeFormSent(let event):
            expect(!isEndDated(event.clientId), "T7: a form after the end date")
        case .messageThreadsMadeReadOnly(let event):
            let isNew = readOnly.insert(event.clientId).inserted
            expect(isNew, "T7: messages were made read-only twice")
        case .messageThreadsReopened(let event): readOnly.remove(event.clientId)
        default: break
        }
    }
}
