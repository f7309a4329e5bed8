package import EventLine
package import PortalEvents

/// A medical profile and who may see it (T2, T5).
package struct Profile: Hashable, Sendable {
    package let id: UniqueID
    package private(set) var control: ProfileControl
    package private(set) var ownership: Ownership
    /// What the ownership is until somebody assumes it. A profile that an invitation made goes
    /// with that invitation; one that the organisation had before it does not.
    private let unowned: Ownership
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
        case .profileAccessRemoved(let event) where event.profileId == id:
            ownership = .rejected
            for grant in event.grantIds { setState(.suspended, of: grant) }
        case .profileAccessRestored(let event) where event.profileId == id:
            ownership = unowned
            for grant in event.grantIds { setState(.active, of: grant) }
        case .medicalProfileDeleted(let event) where event.profileId == id:
            ownership = .deleted
            for grant in grants { setState(.removed, of: grant.id) }
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
            grants.append(
                AccessGrant(
                    id: event.grantId,
                    holder: .person(event.personId),
                    roleID: event.roleId
                )
            )
        case .patientAccessGranted(let event)
        where event.profileId == id && grant(event.grantId) == nil:
            grants.append(
                AccessGrant(
                    id: event.grantId,
                    holder: .account(event.accountId),
                    roleID: event.roleId
                )
            )
        case .familyPortalAccessRemoved(let event) where event.profileId == id:
            setState(.removed, of: event.grantId)
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

    private mutating func setState(_ state: AccessGrant.State, of grant: UniqueID) {
        guard let place = grants.firstIndex(where: { $0.id == grant }) else { return }
        grants[place].state = state
    }
}

/// Somebody's access to a profile.
package struct AccessGrant: Hashable, Sendable {
    package let id: UniqueID
    package let holder: GrantHolder
    /// What they may see; a professional works on the whole profile and has none.
    package let roleID: UniqueID?
    package var state = State.active

    package enum State: String, Hashable, Sendable {
        case active
        case suspended
        case removed
    }
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
