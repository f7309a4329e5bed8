import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What staff see of clients.
    static let clientQueries = [
        Query("ClientList") { asked in
            let limit = try asked.input.optionalNumber("limit", in: 1...1_000_000)
            let after = try asked.input.optionalID("after")
            try asked.requireStaff()
            return .array(try asked.listedClients(limit: limit, after: after))
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
            if let staffID, asked.settings.staff[staffID] == nil {
                throw Refusal(.notFound, field: "staffId")
            }
            let row = try asked.listedClient(id, for: staffID.map(Actor.staff) ?? asked.actor)
            return row["actions"] ?? .array([])
        },
        Query("Letters", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            _ = try asked.client(id)
            let arguments: [String: JSONValue] = ["client": .string("\(id)")]
            return .array(try asked.rows(about: id, "letters", "letters", arguments))
        },
    ]

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
