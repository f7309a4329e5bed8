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
            _ = try asked.client(id)
            guard let card = try asked.rows("client-cards", "client-card", ofClient: id).first
            else { throw Refusal(.notFound) }
            return card
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
            return .array(try asked.rows("letters", "letters", ofClient: id))
        },
    ]
}

extension JSONValue {
    /// A string, or null where there is none.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
