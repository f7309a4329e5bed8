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
            let settings = try asked.settingRows("patient-communications", "settings")
            let rights = try asked.settingRows("patient-communications", "staff-invitation-rights")
            return [
                "settings": .object(settings.compactMap(setting)),
                "staffInvitationRights": .array(rights),
            ]
        },
        Query("InvitationStatistics") { asked in
            let arguments = try asked.period()
            try asked.requireStaff()
            let rows = try asked.rows("invitation-statistics", "invitation-statistics", arguments)
            return rows.first ?? .object([])
        },
    ]

    private static func setting(_ row: JSONValue) -> JSONMember? {
        guard let name = row["setting"]?.string, let value = row["enabled"] else { return nil }
        return JSONMember(name, value)
    }
}
