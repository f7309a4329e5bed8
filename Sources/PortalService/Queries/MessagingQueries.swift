import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Messages between staff and patients.
    static let messagingQueries = [
        Query("MessageThreads", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            if case .anonymous = asked.actor { throw Refusal(.notPermitted) }
            _ = try asked.client(id)
            try asked.require(.messagePatients, orPortal: .messages, of: id)
            return try asked.messageThreads(of: id)
        },
        Query("BulkMessages") { asked in
            try asked.require(.messagePatients)
            return .array(try asked.rows("bulk-messages", "bulk-messages"))
        },
        Query("PatientMessagingTab", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            let arguments: [String: JSONValue] = ["today": .string("\(asked.today)")]
            let survivors = try asked.survivors(of: id)
            return try asked.accessRow(about: id, and: survivors, "messaging-tab", arguments)
        },
    ]
}
