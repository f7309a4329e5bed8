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
            let homes = Self.homes(of: clients)
            return .array(rows.map { withActions($0, clients, homes, asked) })
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
            var situation = try asked.clientWithContacts(id)
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
            return .array(try asked.rows("letters", "letters", ofClient: id))
        },
    ]

    private static func withActions(
        _ row: JSONValue,
        _ clients: [UniqueID: ClientState],
        _ homes: [UniqueID: UniqueID],
        _ asked: QueryCase
    ) -> JSONValue {
        guard let client = row.id("clientId").flatMap({ clients[$0] }), let members = row.members
        else { return row }
        var situation = asked.situation(of: client)
        for person in client.contacts.map(\.personID) {
            guard let home = clients[person] == nil ? homes[person] : person, home != client.id
            else { continue }
            situation.others[home] = clients[home]
        }
        return .object(members + [JSONMember("actions", .array(actions(situation)))])
    }

    /// The client with whom each person's account was opened who is no client.
    private static func homes(of clients: [UniqueID: ClientState]) -> [UniqueID: UniqueID] {
        var homes: [UniqueID: UniqueID] = [:]
        for (id, client) in clients {
            for account in client.accounts {
                if case .person(let person) = account.holder { homes[person] = id }
            }
        }
        return homes
    }

    private static func actions(_ situation: Situation) -> [JSONValue] {
        situation.availableActions.map { action in
            let label = JSONMember("label", .string(action.label.rawValue))
            let contact = action.contactID.map { JSONMember("contactId", .string("\($0)")) }
            return .object([label] + (contact.map { [$0] } ?? []))
        }
    }
}

extension JSONValue {
    /// A string, or null where there is none.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
