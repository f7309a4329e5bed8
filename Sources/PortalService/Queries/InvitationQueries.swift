import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Who is invited to the portal, by whom, and with what success.
    static let invitationQueries = [
        Query("AutoInviteQueue") { asked in
            try asked.requireStaff()
            return .array(try asked.rows("auto-invites", "auto-invite-queue"))
        },
        Query("EnrolmentStatus", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            let arguments: [String: JSONValue] = [
                "today": .string("\(asked.today)"), "now": .string("\(asked.moment.time)"),
            ]
            return try asked.accessRow(about: id, "enrolment-status", arguments)
        },
        Query("PatientCommunicationSettings") { asked in
            try asked.requireStaff()
            return settings(asked.settings)
        },
        Query("InvitationStatistics") { asked in
            let arguments = try asked.period()
            try asked.requireStaff()
            let rows = try asked.rows("invitation-statistics", "invitation-statistics", arguments)
            return rows.first ?? .object([])
        },
    ]

    private static func settings(_ organisation: OrganisationState) -> JSONValue {
        let communications = organisation.communications
        let others = communications.settings.sorted { $0.key < $1.key }
            .map { JSONMember($0.key, .bool($0.value)) }
        let rights = organisation.staff.keys.sorted().map { id -> JSONValue in
            [
                "staffId": .string("\(id)"), "mayInvite": .bool(organisation.mayInvite(id)),
            ]
        }
        return .object([
            JSONMember(
                "settings",
                .object(
                    [JSONMember("autoInvite", .bool(communications.isAutoInviteOn))] + others
                )
            ),
            JSONMember("staffInvitationRights", .array(rights)),
        ])
    }
}
