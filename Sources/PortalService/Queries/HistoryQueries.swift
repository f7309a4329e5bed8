import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What has happened.
    static let historyQueries = [
        Query("ActivityLog", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            let period = try asked.sequences()
            let after = try asked.input.optionalNumber("afterSequence", in: 0...Int.max) ?? 0
            let limit = try asked.input.optionalNumber("limit", in: AuditTrailPage.limits)
            try asked.require(.viewActivityLog)
            _ = try asked.client(id)
            let arguments: [String: JSONValue] = [
                "client": .string("\(id)"),
                "first": .integer(max(period.lowerBound, Int64(after) + 1)),
                "last": .integer(period.upperBound),
                "limit": limit.map { .integer(Int64($0)) } ?? .null,
            ]
            let streams = [StreamName("client", id)]
            return .array(try asked.trailRows(of: streams, "activity-log", arguments))
        },
        Query("AuditTrail", about: "clientId", readsTrail: true) { asked in
            let page = try AuditTrailPage(&asked)
            try asked.require(.viewActivityLog)
            if let client = page.client { _ = try asked.client(client) }
            asked.concernedClient = page.client
            return .array(try page.rows(asked))
        },
        Query("History", about: "subject", readsTrail: true) { asked in
            let subject = try asked.input.text("subject")
            try asked.require(.viewActivityLog)
            try asked.requirePast()
            let lines = try asked.lines(about: subject)
            asked.concernedClient = lines.first?.envelope.client
            var memory = HistoryMemory(asked)
            let calendar = asked.shownCalendar
            return .array(lines.map { HistoryEntry($0, calendar, &memory).json })
        },
    ]
}

extension QueryCase {
    /// The stream that a subject names: `client/<id>` and the like, or the id alone of something
    /// that has a stream of its own.
    func stream(of subject: String) throws -> StreamName {
        guard let id = UniqueID(subject) else {
            guard let stream = StreamName(subject), subject.contains("/") else {
                throw Refusal.invalidInput(
                    "subject",
                    "must be a stream such as client/<id>, or an id"
                )
            }
            return stream
        }
        let streams = Self.subjects.map { StreamName($0, id) }
        let found = try streams.first {
            try !archive.lines(of: [$0], through: moment.sequence).isEmpty
        }
        if let found { return found }
        throw Refusal(.notFound, field: "subject", detail: "nothing had the id \(id) then")
    }

    /// What can be asked for by its id alone.
    private static let subjects: [StaticString] = [
        "client", "profile", "portalAccount", "grant", "invitation", "person", "contact",
        "representative", "staff", "role", "resource", "document", "letter", "encounter",
        "letterTemplate", "letterBase", "emailTemplate", "organisation",
    ]

    /// The events about a subject; there is at least one.
    func lines(about subject: String) throws -> [EventLine] {
        let stream = try stream(of: subject)
        let lines = try archive.lines(of: [stream], through: moment.sequence)
        guard lines.first?.envelope.organisation == organisation else {
            throw Refusal(.notFound, field: "subject", detail: "there was nothing of \(stream)")
        }
        return lines
    }
}

extension QueryCase {
    /// The fields `from` and `to`: times, or local dates, of which `to` is included.
    mutating func period() throws(Refusal) -> [String: JSONValue] {
        var arguments: [String: JSONValue] = [:]
        if let from = try bound("from", daysAfter: 0) { arguments["from"] = .string("\(from)") }
        if let to = try bound("to", daysAfter: 1) { arguments["to"] = .string("\(to)") }
        return arguments
    }

    /// A field that is a time or a local date, of which so many days later begins.
    mutating func bound(
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
