import EventLine
package import PortalEvents

/// Makes a profile that the organisation controls (S1 to S4).
package struct CreateMedicalProfile: CallableCommand {
    package static var replyIDs: [String] { ["profileId"] }
    private let clientID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
    }

    package var audience: Audience { .staff(.workOnProfile) }
    package var target: Target { .client(clientID) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.client.profile == nil else {
            throw .invalidInput("clientId", "this client has a profile already")
        }
        return [.organisationProfile(situation.ids[0], of: clientID)]
    }
}

/// A profile by its own id or by its client's, as commands name it.
package struct ProfileReference: Hashable, Sendable {
    private let profileID: UniqueID?
    private let clientID: UniqueID?
    package let target: Target

    init(_ input: inout CommandInput) throws(Refusal) {
        profileID = try input.optionalID("profileId")
        clientID = try input.optionalID("clientId")
        if let profileID {
            target = .stream(StreamName("profile", profileID))
        } else if let clientID {
            target = .client(clientID)
        } else {
            throw .invalidInput("profileId", "give profileId or clientId")
        }
    }

    /// The profile, if it exists and is the client's.
    func profile(in situation: Situation) throws(Refusal) -> (profile: Profile, client: UniqueID) {
        guard let client = situation.client.id, clientID == nil || clientID == client else {
            throw Refusal(.notFound)
        }
        guard let profile = situation.client.profile, profileID == nil || profile.id == profileID
        else { throw Refusal(.profileDoesNotExist) }
        return (profile, client)
    }
}

/// Adds something to a profile's record: a medication, a condition, a visit … (S0-19).
package struct AddRecordResource: CallableCommand {
    package static var replyIDs: [String] { ["resourceId"] }
    private let reference: ProfileReference
    private let kind: String
    private let content: JSONValue
    private let isStructured: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        reference = try .init(&input)
        kind = try input.text("kind")
        content = try input.object("content")
        isStructured = try input.optionalFlag("structured") ?? true
    }

    package var audience: Audience { .staffOrOwner(.workOnProfile) }
    package var target: Target { reference.target }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (profile, clientID) = try reference.profile(in: situation)
        try situation.requireWorkingAccess(to: profile)
        let added = RecordResourceAdded(
            profileId: profile.id,
            clientId: clientID,
            resourceId: situation.ids[0],
            kind: kind,
            structured: isStructured,
            personal: .open(.init(content: content))
        )
        return [.recordResourceAdded(added)]
    }
}

/// Puts something in a profile's record right.
package struct AmendRecordResource: CallableCommand {
    package static var replyIDs: [String] { ["resourceId"] }
    private let resourceID: UniqueID
    private let content: JSONValue

    package init(_ input: inout CommandInput) throws(Refusal) {
        resourceID = try input.id("resourceId")
        content = try input.object("content")
    }

    package var audience: Audience { .staffOrOwner(.workOnProfile) }
    package var target: Target { .stream(StreamName("resource", resourceID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (profile, clientID) = try situation.profile(holding: resourceID)
        let amended = RecordResourceAmended(
            profileId: profile.id,
            clientId: clientID,
            resourceId: resourceID,
            personal: .open(.init(content: content))
        )
        return [.recordResourceAmended(amended)]
    }
}

/// Takes something out of a profile's record.
package struct RemoveRecordResource: CallableCommand {
    package static var replyIDs: [String] { ["resourceId"] }
    private let resourceID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        resourceID = try input.id("resourceId")
    }

    package var audience: Audience { .staffOrOwner(.workOnProfile) }
    package var target: Target { .stream(StreamName("resource", resourceID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (profile, clientID) = try situation.profile(holding: resourceID)
        let removed = RecordResourceRemoved(
            profileId: profile.id,
            clientId: clientID,
            resourceId: resourceID
        )
        return [.recordResourceRemoved(removed)]
    }
}

/// Connects a profile to another patient portal, which only an accepted invitation allows
/// (S0-20, invariant 9).
package struct ConnectPatientPortal: CallableCommand {
    package static var replyIDs: [String] { ["connectionId"] }
    private let reference: ProfileReference
    private let portal: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        reference = try .init(&input)
        portal = try input.text("portal")
    }

    package var audience: Audience { .staffOrOwner(.workOnProfile) }
    package var target: Target { reference.target }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (profile, clientID) = try reference.profile(in: situation)
        guard profile.ownership != .rejected else { throw Refusal(.accessRemovedByRejection) }
        guard profile.ownership == .owned else { throw Refusal(.invitationNotAccepted) }
        try situation.requireWorkingAccess(to: profile)
        let connected = PatientPortalConnected(
            profileId: profile.id,
            clientId: clientID,
            connectionId: situation.ids[0],
            portalName: portal
        )
        return [.patientPortalConnected(connected)]
    }
}

/// Ends the connection to another patient portal.
package struct DisconnectPatientPortal: CallableCommand {
    package static var replyIDs: [String] { ["connectionId"] }
    private let connectionID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        connectionID = try input.id("connectionId")
    }

    package var audience: Audience { .staffOrOwner(.workOnProfile) }
    package var target: Target { .stream(StreamName("connection", connectionID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let profile = situation.client.profile, let clientID = situation.client.id,
            profile.connections.contains(connectionID)
        else { throw Refusal(.notFound, field: "connectionId") }
        try situation.requireWorkingAccess(to: profile)
        let disconnected = PatientPortalDisconnected(
            profileId: profile.id,
            clientId: clientID,
            connectionId: connectionID
        )
        return [.patientPortalDisconnected(disconnected)]
    }
}

extension PortalEvent {
    /// The event that makes a profile which the organisation controls.
    static func organisationProfile(_ id: UniqueID, of client: UniqueID) -> PortalEvent {
        .medicalProfileCreated(
            .init(
                profileId: id,
                clientId: client,
                origin: .organisation,
                control: .organisation
            )
        )
    }
}

extension Situation {
    /// Checks that the actor may read and write a profile now (T2).
    package func requireWorkingAccess(to profile: Profile) throws(Refusal) {
        switch profile.ownership {
        case .deleted: throw Refusal(.profileDoesNotExist)
        case .rejected: throw Refusal(.accessRemovedByRejection)
        case .none, .provisional:
            if case .portalUser = actor { throw Refusal(.accessNotGranted) }
        case .owned:
            guard isOwner(of: profile) || hasProfessionalGrant(on: profile) else {
                throw Refusal(.accessNotGranted, detail: "the owner decides who has access")
            }
        }
    }

    /// Whether the actor is the person who owns the profile.
    package func isOwner(of profile: Profile) -> Bool {
        guard case .portalUser(let id) = actor, let account = actingAccount else { return false }
        // An account that is shut out of signing in decides nothing either (invariant 11).
        guard userState(of: account) == .active, !isOwnershipEndedByAge(profile, of: client) else {
            return false
        }
        return profile.ownerAccountID == id
    }

    private func hasProfessionalGrant(on profile: Profile) -> Bool {
        profile.grants.contains { grant in
            guard grant.state == .active,
                case .professional(let staffID, organisation.id) = grant.holder
            else { return false }
            // Access of the whole organisation is its staff's and the shell's, and nobody else's.
            switch actor {
            case .staff(let id): return staffID == nil || staffID == id
            case .system: return staffID == nil
            case .portalUser, .anonymous: return false
            }
        }
    }

    fileprivate func profile(
        holding resource: UniqueID
    ) throws(Refusal) -> (Profile, client: UniqueID) {
        guard let profile = client.profile else { throw Refusal(.profileDoesNotExist) }
        try requireWorkingAccess(to: profile)
        guard let clientID = client.id, profile.resources.contains(resource) else {
            throw Refusal(.notFound, field: "resourceId")
        }
        return (profile, clientID)
    }
}
