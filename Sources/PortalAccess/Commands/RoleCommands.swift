package import EventLine
package import PortalEvents

/// Defines a role that portal accesses can have (S3-16).
package struct DefinePortalRole: CallableCommand {
    package static var replyIDs: [String] { ["roleId"] }
    private let roleName: String
    private let permissions: [PortalPermission]

    package init(_ input: inout CommandInput) throws(Refusal) {
        roleName = try input.requiredName()
        permissions = try input.choices("permissions")
    }

    package var audience: Audience { .staff(.definePortalRoles) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let role = PortalRoleDefined(
            roleId: situation.ids[0],
            name: roleName,
            permissions: permissions
        )
        return [.portalRoleDefined(role)]
    }
}

/// Changes a role; every access with it follows.
package struct ChangePortalRole: CallableCommand {
    package static var replyIDs: [String] { ["roleId"] }
    private let roleID: UniqueID
    private let roleName: String?
    private let permissions: [PortalPermission]?

    package init(_ input: inout CommandInput) throws(Refusal) {
        roleID = try input.id("roleId")
        roleName = try input.changedName()
        permissions =
            input.value("permissions") == nil ? nil : try input.choices("permissions")
    }

    package var audience: Audience { .staff(.definePortalRoles) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let role = situation.organisation.roles[roleID] else {
            throw Refusal(.unknownRole, detail: "choose one of the organisation's portal roles")
        }
        let changed = PortalRoleChanged(
            roleId: roleID,
            name: roleName ?? role.name,
            permissions: permissions ?? role.permissions
        )
        return [.portalRoleChanged(changed)]
    }
}

/// Takes a role out of use that nobody has; it can no longer be given.
package struct RetirePortalRole: CallableCommand {
    package static var replyIDs: [String] { ["roleId"] }
    private let roleID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        roleID = try input.id("roleId")
    }

    package var audience: Audience { .staff(.definePortalRoles) }
    package var target: Target { .organisation }
    package var otherStreams: [StreamName] { [StreamName("role", roleID)] }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        try situation.organisation.requireChoosable(role: roleID)
        let isInUse = situation.others.values.contains { client in
            client.profiles.flatMap(\.grants).contains {
                $0.roleID == roleID && $0.state != .removed
            }
        }
        // The routes that choose no role give this one (contract 7).
        guard !isInUse, roleID != situation.organisation.patientRole else {
            throw Refusal(.roleInUse, field: "roleId", detail: "give its holders another first")
        }
        return [.portalRoleRetired(.init(roleId: roleID))]
    }
}

extension CommandInput {
    /// The field `name`, whose absence has a reason of its own.
    mutating func requiredName() throws(Refusal) -> String {
        guard let name = try changedName() else { throw .nameRequired }
        return name
    }

    /// The field `name` where leaving it out changes nothing.
    mutating func changedName() throws(Refusal) -> String? {
        guard let name = try optionalText("name") else { return nil }
        guard name.contains(where: { !$0.isWhitespace }) else { throw .nameRequired }
        return name
    }
}

extension Refusal {
    fileprivate static let nameRequired = Refusal(
        .nameRequired,
        field: "name",
        detail: "give it a name"
    )
}
