package import EventLine
package import PortalEvents

/// Lets a professional work on a profile: by its owner's will (S0-14), or before it has an owner by
/// that of the organisation (S0-06).
///
/// A professional works on the whole profile. A role that is named has to be one that could be
/// given, and narrows nothing.
package struct GrantProfessionalAccess: CallableCommand {
    package static var replyIDs: [String] { ["grantId"] }
    private let profileID: UniqueID
    private let subject: AccessSubject
    private let roleID: UniqueID?

    package init(_ input: inout CommandInput) throws(Refusal) {
        profileID = try input.id("profileId")
        subject = try .init(&input)
        roleID = try input.optionalID("roleId")
        guard case .staff = subject else {
            throw .invalidInput("subject", "must be staff/<id>")
        }
    }

    package var audience: Audience { .staffOrOwner(.manageFamilyPortalAccess) }
    package var target: Target { .stream(StreamName("profile", profileID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (profile, clientID) = try situation.controlledProfile(profileID)
        guard case .staff(let staffID) = subject, let organisation = situation.organisation.id,
            situation.organisation.staff[staffID] != nil
        else {
            throw Refusal(.notFound, field: "subject", detail: "nobody on the staff has this id")
        }
        if let roleID { try situation.organisation.requireChoosable(role: roleID) }
        let holder = GrantHolder.professional(staff: staffID, organisation: organisation)
        guard profile.liveGrant(of: holder) == nil else { throw Refusal(.alreadyHasAccess) }
        let granted = ProfessionalAccessGranted(
            profileId: profileID,
            clientId: clientID,
            grantId: situation.ids[0],
            staffId: staffID,
            toOrganisationId: organisation,
            basis: situation.isOwner(of: profile) ? .byOwner : .beforeAcceptance
        )
        return [.professionalAccessGranted(granted)]
    }
}

/// Lets a collaborator see a profile in a role, by its owner's will (S0-14).
package struct GrantCollaboratorAccess: CallableCommand {
    package static var replyIDs: [String] { ["grantId"] }
    package static var neededLater: Set<String> { ["roleId"] }
    private let profileID: UniqueID
    private let subject: AccessSubject
    private let roleID: UniqueID?

    package init(_ input: inout CommandInput) throws(Refusal) {
        profileID = try input.id("profileId")
        subject = try .init(&input)
        roleID = try input.optionalID("roleId")
        guard case .person = subject else {
            throw .invalidInput("subject", "must be person/<id>")
        }
    }

    package var audience: Audience { .staffOrOwner(.manageFamilyPortalAccess) }
    package var target: Target { .stream(StreamName("profile", profileID)) }
    package func people(given client: ClientState) -> Set<UniqueID> { subject.people }
    package var otherStreams: [StreamName] {
        subject.people.flatMap { StreamName.streams(ofPerson: $0) }
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (_, clientID) = try situation.controlledProfile(profileID)
        guard case .person(let personID) = subject else { throw Refusal(.notFound) }
        guard let roleID else { throw Refusal(.roleRequired, field: "roleId") }
        try situation.organisation.requireChoosable(role: roleID)
        guard situation.knows(person: personID) else {
            throw Refusal(
                .notFound,
                field: "subject",
                detail: "nobody whom the organisation knows has this id"
            )
        }
        guard !situation.isSamePerson(personID, clientID) else {
            throw .invalidInput("subject", "is the client, whose access comes with registering")
        }
        guard !situation.isShutByDate(situation.client) else { throw Refusal(.clientEndDated) }
        guard situation.liveGrant(ofPerson: personID) == nil else {
            throw Refusal(.alreadyHasAccess)
        }
        let found = situation.account(ofPerson: personID)
        let granted = CollaboratorAccessGranted(
            profileId: profileID,
            clientId: clientID,
            grantId: situation.ids[0],
            personId: personID,
            roleId: roleID,
            accountId: found?.account.id,
            accountClientId: found?.home.id == clientID ? nil : found?.home.id
        )
        return [.collaboratorAccessGranted(granted)]
    }
}

/// Ends somebody's access: by the owner, or by a professional who drops their own.
package struct RevokeAccess: CallableCommand {
    package static var replyIDs: [String] { ["grantId"] }
    private let profileID: UniqueID
    private let subject: AccessSubject

    package init(_ input: inout CommandInput) throws(Refusal) {
        profileID = try input.id("profileId")
        subject = try .init(&input)
    }

    package var audience: Audience {
        switch subject {
        case .staff(let id): .staffThemselfOrOwner(.manageFamilyPortalAccess, id)
        case .person: .staffOrOwner(.manageFamilyPortalAccess)
        }
    }
    package var target: Target { .stream(StreamName("profile", profileID)) }
    package func people(given client: ClientState) -> Set<UniqueID> { subject.people }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let isOwn = subject.isSame(as: situation.actor)
        let (profile, clientID) =
            isOwn
            ? try situation.existingProfile(profileID) : try situation.controlledProfile(profileID)
        guard let organisation = situation.organisation.id,
            case let grants = subject.grants(on: profile, in: situation, organisation),
            !grants.isEmpty
        else { throw Refusal(.accessNotGranted, detail: "they have no access to this profile") }
        let reason: GrantRemovalReason =
            isOwn
            ? .professionalWithdrew : situation.isOwner(of: profile) ? .ownerRevoked : .staffRemoved
        return situation.ending(grants, on: profileID, of: clientID, reason)
    }
}

/// Whose access a command is about.
private enum AccessSubject: Hashable, Sendable {
    case staff(UniqueID)
    case person(UniqueID)

    init(_ input: inout CommandInput) throws(Refusal) {
        let text = try input.text("subject")
        if text.hasPrefix("staff/"), let id = UniqueID(text.dropFirst(6)) {
            self = .staff(id)
        } else if text.hasPrefix("person/"), let id = UniqueID(text.dropFirst(7)) {
            self = .person(id)
        } else {
            throw .invalidInput("subject", "must be staff/<id> or person/<id>")
        }
    }

    /// The accesses to end, all of the person's; nobody takes the owner's own away.
    func grants(
        on profile: Profile,
        in situation: Situation,
        _ organisation: UniqueID
    ) -> [AccessGrant] {
        switch self {
        case .staff(let id):
            let holder = GrantHolder.professional(staff: id, organisation: organisation)
            return profile.liveGrant(of: holder).map { [$0] } ?? []
        case .person(let id):
            let grants = situation.liveGrants(ofPerson: id)
            let isOwners = grants.contains { grant in
                if case .account(profile.ownerAccountID) = grant.holder { true } else { false }
            }
            return isOwners ? [] : grants
        }
    }

    var people: Set<UniqueID> {
        switch self {
        case .staff: []
        case .person(let id): [id]
        }
    }

    func isSame(as actor: Actor) -> Bool {
        guard case .staff(let id) = self else { return false }
        return actor == .staff(id)
    }
}

extension Situation {
    fileprivate func existingProfile(
        _ id: UniqueID
    ) throws(Refusal) -> (Profile, client: UniqueID) {
        guard let clientID = client.id, let profile = client.profile, profile.id == id else {
            throw Refusal(.profileDoesNotExist)
        }
        return (profile, clientID)
    }

    /// A profile over whose accesses the actor has control: its owner, or staff where the
    /// organisation controls it (invariant 8).
    fileprivate func controlledProfile(
        _ id: UniqueID
    ) throws(Refusal) -> (Profile, client: UniqueID) {
        let (profile, clientID) = try existingProfile(id)
        guard profile.ownership != .rejected else { throw Refusal(.accessRemovedByRejection) }
        var isPortalUser = false
        if case .portalUser = actor { isPortalUser = true }
        guard isOwner(of: profile) || (profile.control == .organisation && !isPortalUser) else {
            throw Refusal(.onlyOwnerControlsAccess)
        }
        return (profile, clientID)
    }
}
