import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What has happened.
    static let historyQueries = [
        Query("ActivityLog", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            var arguments = try asked.period()
            try asked.require(.viewActivityLog)
            _ = try asked.client(id)
            arguments["client"] = .string("\(id)")
            return .array(try asked.rows(about: id, "audit-trail", "activity-log", arguments))
        },
        Query("AuditTrail", about: "clientId") { asked in
            var arguments = try asked.period()
            let client = try asked.input.optionalID("clientId")
            arguments["client"] = client.map { .string("\($0)") }
            arguments["actor"] = try asked.input.optionalText("actor").map { .string($0) }
            arguments["type"] = try asked.input.optionalText("type").map { .string($0) }
            arguments["correlation"] = try asked.input.optionalText("correlationId").map {
                .string($0)
            }
            try asked.require(.viewActivityLog)
            if let client { _ = try asked.client(client) }
            return .array(try asked.rows("audit-trail", "audit-trail", arguments))
        },
    ]
}

extension QueryCase {
    /// The fields `from` and `to`: times, or local dates, of which `to` is included.
    mutating func period() throws(Refusal) -> [String: JSONValue] {
        var arguments: [String: JSONValue] = [:]
        if let from = try bound("from", daysAfter: 0) { arguments["from"] = .string("\(from)") }
        if let to = try bound("to", daysAfter: 1) { arguments["to"] = .string("\(to)") }
        return arguments
    }

    private mutating func bound(
        _ name: String,
        daysAfter days: Int
    ) throws(Refusal) -> Instant? {
        guard let text = try input.optionalText(name) else { return nil }
        if let time = Instant(rfc3339: text) { return time }
        guard let date = LocalDate(text) else {
            throw .invalidInput(name, "must be a time (RFC 3339) or a date as YYYY-MM-DD")
        }
        let calendar = LocalCalendar(zone: settings.timeZone) ?? .universal
        return calendar.start(of: date.adding(days: days))
    }
}
