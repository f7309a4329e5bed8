import EventLine
package import PortalEvents

/// Takes somebody onto the staff, at first without any permission.
package struct AddStaffMember: CallableCommand {
    package static var replyIDs: [String] { ["staffId"] }
    private let memberName: String
    private let email: String?

    package init(_ input: inout CommandInput) throws(Refusal) {
        memberName = try input.text("name")
        email = try input.optionalEmail("email")
    }

    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let personal = StaffMemberAdded.Personal(name: memberName, email: email)
        return [.staffMemberAdded(.init(staffId: situation.ids[0], personal: .open(personal)))]
    }
}

/// Ends somebody's work for the organisation, and every permission with it.
package struct RemoveStaffMember: CallableCommand {
    package static var replyIDs: [String] { ["staffId"] }
    private let staffID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) { staffID = try input.id("staffId") }

    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        _ = try situation.organisation.permissions(of: staffID)
        return [.staffMemberRemoved(.init(staffId: staffID))]
    }
}

/// Gives a member of staff a permission.
package struct GrantStaffPermission: CallableCommand {
    private let staffID: UniqueID
    private let permission: Permission

    package init(_ input: inout CommandInput) throws(Refusal) {
        staffID = try input.id("staffId")
        permission = try input.choice("permission")
    }

    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        _ = try situation.organisation.permissions(of: staffID)
        return [.staffPermissionGranted(.init(staffId: staffID, permission: permission))]
    }
}

/// Takes a permission from a member of staff.
package struct WithdrawStaffPermission: CallableCommand {
    private let staffID: UniqueID
    private let permission: Permission

    package init(_ input: inout CommandInput) throws(Refusal) {
        staffID = try input.id("staffId")
        permission = try input.choice("permission")
    }

    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        _ = try situation.organisation.permissions(of: staffID)
        return [.staffPermissionWithdrawn(.init(staffId: staffID, permission: permission))]
    }
}

extension OrganisationState {
    fileprivate func permissions(of staffID: UniqueID) throws(Refusal) -> Set<Permission> {
        guard let permissions = staff[staffID] else {
            throw Refusal(.notFound, field: "staffId", detail: "nobody on the staff has this id")
        }
        return permissions
    }
}
