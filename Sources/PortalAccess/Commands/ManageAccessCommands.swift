package import EventLine
package import PortalEvents

/// Gives an access another role; a suspended one has it once it comes back (S3-26, T5).
package struct ChangeAccessRole: CallableCommand {
    package static var replyIDs: [String] { ["grantId"] }
    private let grantID: UniqueID
    private let roleID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        grantID = try input.id("grantId")
        roleID = try input.id("roleId")
    }

    package var audience: Audience { .staff(.manageFamilyPortalAccess) }
    package var target: Target { .stream(StreamName("grant", grantID)) }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (grant, profile, clientID) = try situation.managedGrant(grantID)
        guard let from = grant.roleID else { throw Refusal(.notFound, field: "grantId") }
        try situation.organisation.requireChoosable(role: roleID)
        let changed = AccessRoleChanged(
            profileId: profile.id,
            clientId: clientID,
            grantId: grantID,
            from: from,
            to: roleID
        )
        return [.accessRoleChanged(changed)]
    }
}

/// Ends somebody's access to a profile for good (S3-27).
package struct RemoveFamilyPortalAccess: CallableCommand {
    package static var replyIDs: [String] { ["grantId"] }
    private let grantID: UniqueID
    private let isConfirmed: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        grantID = try input.id("grantId")
        isConfirmed = try input.optionalFlag("confirmed") ?? false
    }

    package var audience: Audience { .staff(.manageFamilyPortalAccess) }
    package var target: Target { .stream(StreamName("grant", grantID)) }
    package func people(given client: ClientState) -> Set<UniqueID> {
        let grant = client.profiles.lazy.compactMap { $0.grant(grantID) }.first
        switch grant?.holder {
        case .person(let person): return [person]
        case .account: return Set([grant?.portalHolder?.personID ?? client.id].compactMap { $0 })
        case .professional, nil: return []
        }
    }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let (grant, profile, clientID) = try situation.managedGrant(grantID)
        guard isConfirmed else { throw .confirmationRequired("ends the access") }
        return situation.ending([grant], on: profile.id, of: clientID, .staffRemoved)
    }
}

/// Gives an account another login address (S3-38). A client's card follows: the address they sign
/// in with is the one in their demographics (S3-24).
package struct ChangeLoginEmail: CallableCommand {
    package static var replyIDs: [String] { ["accountId"] }
    private let accountID: UniqueID
    private let new: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        accountID = try input.id("accountId")
        new = try input.email("new")
    }

    package var audience: Audience { .staff(.manageFamilyPortalAccess) }
    package var target: Target { .stream(StreamName("portalAccount", accountID)) }
    package func loginAddress(given client: ClientState) -> String? { new }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let clientID = situation.client.id, let digest = situation.loginDigest,
            let account = situation.client.account(accountID)
        else { throw Refusal(.notFound, field: "accountId") }
        guard account.loginDigest != nil else {
            throw Refusal(.notRegistered, detail: "this account has no login address yet")
        }
        guard [nil, accountID].contains(situation.login.accountID) else { throw .loginEmailInUse }
        guard account.loginDigest != digest else {
            throw .invalidInput("new", "is the address they sign in with")
        }
        let changes = account.changingLogin(
            to: new,
            digest: digest,
            for: clientID,
            .manageAccess
        )
        guard account.holder == .client else { return changes }
        let personal = ClientEmailChanged.Personal(old: situation.client.card?.email, new: new)
        let changed = ClientEmailChanged(clientId: clientID, personal: .open(personal))
        return [.clientEmailChanged(changed)] + changes
    }
}

extension Situation {
    /// A person's access that staff may change: it has not ended, and the organisation controls
    /// the profile (invariant 8).
    fileprivate func managedGrant(
        _ id: UniqueID
    ) throws(Refusal) -> (grant: AccessGrant, profile: Profile, client: UniqueID) {
        guard let clientID = client.id,
            let profile = client.profiles.first(where: { $0.grant(id) != nil }),
            let grant = profile.grant(id), grant.isPortalAccess
        else { throw Refusal(.notFound, field: "grantId") }
        guard grant.state != .removed else { throw Refusal(.accessRemoved) }
        guard profile.control == .organisation else { throw Refusal(.onlyOwnerControlsAccess) }
        return (grant, profile, clientID)
    }

    /// Whether staff are shown that they can manage the access of a person (S3-23, S3-38).
    func mayManageAccess(_ personID: UniqueID) -> Bool {
        liveGrant(ofPerson: personID) != nil && client.profile?.control == .organisation
    }
}
