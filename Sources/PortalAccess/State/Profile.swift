package import EventLine
package import PortalEvents

/// A medical profile and who may see it (T2, T5).
package struct Profile: Hashable, Sendable {
    package let id: UniqueID
    package private(set) var control: ProfileControl
    package private(set) var ownership: Ownership
    /// What the ownership is until somebody assumes it. A profile that an invitation made goes
    /// with that invitation; one that the organisation had before it does not.
    private var unowned: Ownership
    /// Whether somebody owned it for a minor who has come of age.
    package private(set) var hasEndedOwnership = false
    package private(set) var ownerPersonID: UniqueID?
    package private(set) var ownerAccountID: UniqueID?
    package private(set) var grants: [AccessGrant] = []
    package private(set) var resources: Set<UniqueID> = []
    package private(set) var connections: Set<UniqueID> = []

    package enum Ownership: String, Hashable, Sendable {
        case none
        case provisional
        case owned
        case rejected
        case deleted
    }

    init(_ event: MedicalProfileCreated) {
        id = event.profileId
        control = event.control
        unowned = event.origin == .beforeAcceptance ? .provisional : .none
        ownership = unowned
    }

    package var isDeleted: Bool { ownership == .deleted }

    package func grant(_ id: UniqueID) -> AccessGrant? { grants.first { $0.id == id } }

    /// The access that somebody has or had suspended, as opposed to one that has ended.
    package func liveGrant(of holder: GrantHolder) -> AccessGrant? {
        grants.first { $0.holder == holder && $0.state != .removed }
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        evolveOwnership(with: event)
        evolveGrants(with: event)
        evolveRecord(with: event)
    }

    private mutating func evolveOwnership(with event: PortalEvent) {
        switch event {
        case .profileOwnershipAssumed(let event) where event.profileId == id:
            ownership = .owned
            control = .owner
            ownerPersonID = event.ownerPersonId
            ownerAccountID = event.accountId
            hasEndedOwnership = false
        case .profileOwnershipEnded(let event) where event.profileId == id:
            // A profile that was ever accepted goes with no invitation any more (invariant 6).
            unowned = .none
            ownership = .none
            control = .organisation
            ownerPersonID = nil
            ownerAccountID = nil
            hasEndedOwnership = true
        case .profileAccessRemoved(let event) where event.profileId == id:
            ownership = .rejected
            for grant in event.grantIds { change(grant) { $0.suspend(for: .rejection) } }
        case .profileAccessRestored(let event) where event.profileId == id:
            ownership = unowned
            for grant in event.grantIds { change(grant) { $0.reinstate(after: .rejection) } }
        case .medicalProfileDeleted(let event) where event.profileId == id:
            ownership = .deleted
            for place in grants.indices { grants[place].state = .removed }
            resources = []
            connections = []
        default: break
        }
    }

    private mutating func evolveGrants(with event: PortalEvent) {
        switch event {
        case .professionalAccessGranted(let event) where event.profileId == id:
            let holder = GrantHolder.professional(
                staff: event.staffId,
                organisation: event.toOrganisationId
            )
            grants.append(AccessGrant(id: event.grantId, holder: holder, roleID: nil))
        case .collaboratorAccessGranted(let event) where event.profileId == id:
            grants.append(AccessGrant(event))
        case .patientAccessGranted(let event)
        where event.profileId == id && grant(event.grantId) == nil:
            grants.append(
                AccessGrant(
                    id: event.grantId,
                    holder: .account(event.accountId),
                    roleID: event.roleId
                )
            )
        case .patientAccessGranted(let event) where event.profileId == id:
            change(event.grantId) { $0.use() }
        case .familyPortalAccessRemoved(let event) where event.profileId == id:
            change(event.grantId) { $0.state = .removed }
        case .familyPortalAccessAdded(let event) where event.profileId == id:
            grants.append(AccessGrant(event))
        case .accessRoleChanged(let event):
            change(event.grantId) { $0.change(role: event.to) }
        case .portalAccessSuspended(let event):
            change(event.grantId) { $0.suspend(for: event.reason) }
        case .portalAccessReinstated(let event):
            change(event.grantId) { $0.reinstate(after: event.reason) }
        case .signedIn(let event) where event.profileIds.contains(id):
            activateGrants(of: event.accountId)
        default: break
        }
    }

    private mutating func evolveRecord(with event: PortalEvent) {
        switch event {
        case .recordResourceAdded(let event) where event.profileId == id:
            resources.insert(event.resourceId)
        case .recordResourceRemoved(let event): resources.remove(event.resourceId)
        case .patientPortalConnected(let event) where event.profileId == id:
            connections.insert(event.connectionId)
        case .patientPortalDisconnected(let event): connections.remove(event.connectionId)
        default: break
        }
    }

    /// An access that was waiting for its holder is in use once they sign in (T5).
    private mutating func activateGrants(of account: UniqueID) {
        for place in grants.indices where grants[place].holder == .account(account) {
            grants[place].activate()
        }
    }

    /// An access is in use once the invitation to it was accepted.
    mutating func activate(_ grant: UniqueID) { change(grant) { $0.activate() } }

    /// Notes whose an account is whose client was merged into another.
    mutating func give(accessOf account: UniqueID, to holder: PortalHolder) {
        for place in grants.indices where grants[place].holder == .account(account) {
            grants[place].give(to: holder)
        }
    }

    private mutating func change(_ id: UniqueID, _ change: (inout AccessGrant) -> Void) {
        guard let place = grants.firstIndex(where: { $0.id == id }) else { return }
        change(&grants[place])
    }
}

/// Somebody's access to a profile.
package struct AccessGrant: Hashable, Sendable {
    package let id: UniqueID
    package let holder: GrantHolder
    /// What they may see; a professional works on the whole profile and has none.
    package private(set) var roleID: UniqueID?
    package var state = State.active
    /// What a suspended access was before.
    package private(set) var stateBefore = State.active
    /// Why it is suspended; it comes back when the last reason is gone.
    package private(set) var suspensions: Set<SuspensionReason> = []
    /// Whom a portal access was given to, and with which client the account was opened where
    /// that is another one.
    package private(set) var portalHolder: PortalHolder?

    init(id: UniqueID, holder: GrantHolder, roleID: UniqueID?) {
        self.id = id
        self.holder = holder
        self.roleID = roleID
    }

    init(_ event: FamilyPortalAccessAdded) {
        self.init(id: event.grantId, holder: .account(event.accountId), roleID: event.roleId)
        state = event.awaitsSignIn ? .invited : .active
        portalHolder = PortalHolder(
            kind: event.holderKind,
            id: event.holderId,
            personID: event.personId,
            homeClientID: event.accountClientId
        )
    }

    init(_ event: CollaboratorAccessGranted) {
        self.init(id: event.grantId, holder: .person(event.personId), roleID: event.roleId)
    }

    mutating func change(role: UniqueID) { roleID = role }

    mutating func give(to holder: PortalHolder) { portalHolder = holder }

    mutating func suspend(for reason: SuspensionReason) {
        guard state != .removed else { return }
        if suspensions.isEmpty { stateBefore = state }
        suspensions.insert(reason)
        state = .suspended
    }

    mutating func reinstate(after reason: SuspensionReason) {
        guard state == .suspended else { return }
        suspensions.remove(reason)
        if suspensions.isEmpty { state = stateBefore }
    }

    /// Whether its holder has never used it, be it suspended meanwhile or not.
    package var isWaiting: Bool {
        state == .invited || (state == .suspended && stateBefore == .invited)
    }

    mutating func use() {
        guard state != .removed else { return }
        state = .active
        stateBefore = .active
        suspensions = []
    }

    mutating func activate() {
        if state == .invited { state = .active }
    }

    package enum State: String, Hashable, Sendable {
        /// The holder has not signed in yet (T5).
        case invited
        case active
        case suspended
        case removed
    }
}

/// Whom a portal access was given to.
package struct PortalHolder: Hashable, Sendable {
    package let kind: PortalHolderKind
    package let id: UniqueID
    package let personID: UniqueID
    /// The client with whom the account was opened; nil where it is the profile's own client.
    package let homeClientID: UniqueID?
}

/// Whose access it is.
package enum GrantHolder: Hashable, Sendable {
    /// One member of an organisation's staff, or with nil all of them.
    case professional(staff: UniqueID?, organisation: UniqueID)
    /// A collaborator.
    case person(UniqueID)
    /// A sign-in account.
    case account(UniqueID)
}
