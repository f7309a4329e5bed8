import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What staff see of clients.
    static let clientQueries = [
        Query("ClientList") { asked in
            try asked.requireStaff()
            let today: [String: JSONValue] = ["today": .string("\(asked.today)")]
            let rows = try asked.rows("profile-states", "client-list", today)
            let clients = try asked.clients()
            return .array(rows.map { withActions($0, clients, asked) })
        },
        Query("ClientCard", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            return card(id, try asked.client(id).client)
        },
        Query("AvailableActions", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            let staffID = try asked.input.optionalID("staffId")
            try asked.requireStaff()
            var situation = try asked.client(id)
            if let staffID {
                guard asked.settings.staff[staffID] != nil else {
                    throw Refusal(.notFound, field: "staffId")
                }
                situation.actor = .staff(staffID)
            }
            return .array(actions(situation))
        },
        Query("Letters", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            _ = try asked.client(id)
            let arguments: [String: JSONValue] = ["client": .string("\(id)")]
            return .array(try asked.rows(about: id, "letters", "letters", arguments))
        },
    ]

    private static func withActions(
        _ row: JSONValue,
        _ clients: [UniqueID: ClientState],
        _ asked: QueryCase
    ) -> JSONValue {
        guard let client = row.id("clientId").flatMap({ clients[$0] }), let members = row.members
        else { return row }
        return .object(
            members + [JSONMember("actions", .array(actions(asked.situation(of: client))))]
        )
    }

    private static func actions(_ situation: Situation) -> [JSONValue] {
        situation.availableActions.map { ["label": .string($0.rawValue)] }
    }

    private static func card(_ id: UniqueID, _ client: ClientState) -> JSONValue {
        let card = client.card
        let names = [card?.givenName, card?.familyName].compactMap { $0 }
        return .object([
            JSONMember("clientId", .string("\(id)")),
            JSONMember("patientIdNumber", .text(card?.patientIDNumber)),
            JSONMember("name", names.isEmpty ? .null : .string(names.joined(separator: " "))),
            JSONMember("dateOfBirth", .text(card?.dateOfBirth?.description)),
            JSONMember("email", .text(card?.email)), JSONMember("phone", .text(card?.phone)),
            JSONMember("recordStatus", .text(card?.recordStatus.rawValue)),
            JSONMember("clientStatus", .string(client.status.rawValue)),
            JSONMember("endDate", .text(card?.endDate?.description)),
            JSONMember("autoSend", .bool(card?.isAutoSendOn ?? true)),
        ])
    }
}

extension JSONValue {
    /// A string, or null where there is none.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
