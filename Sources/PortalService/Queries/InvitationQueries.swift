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
            return enrolment(id, try asked.client(id))
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

    private static func enrolment(_ id: UniqueID, _ situation: Situation) -> JSONValue {
        let client = situation.client
        let status = client.enrolment(on: situation.today, at: situation.now)
        return .object([
            JSONMember("clientId", .string("\(id)")),
            JSONMember("status", .string(status.rawValue)),
            JSONMember("autoSend", .bool(client.card?.isAutoSendOn ?? true)),
        ])
    }

    private static func setting(_ row: JSONValue) -> JSONMember? {
        guard let name = row["setting"]?.string, let value = row["enabled"] else { return nil }
        return JSONMember(name, value)
    }
}
