import EventLine
import PersonalData
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What became different in between.
    static let differenceQueries = [
        Query("SubjectDifference", about: "subject", readsTrail: true) { asked in
            let subject = try asked.input.text("subject")
            let fields = (from: asked.input.value("from"), to: asked.input.value("to"))
            guard let from = fields.from else {
                throw Refusal.invalidInput("from", "is required")
            }
            try asked.require(.viewActivityLog)
            let end = try fields.to.map { try asked.pastMoment("to", $0) }
            let start = try asked.pastMoment("from", from)
            let then = try asked.asking([:], as: start)
            let now = try asked.asking([:], as: end ?? asked.moment)
            guard then.moment.sequence <= now.moment.sequence else {
                throw Refusal.invalidInput("to", "must not be before from")
            }
            let difference = try SubjectDifference(of: subject, from: then, to: now)
            asked.concernedClient = difference.client
            return difference.json
        }
    ]
}

extension QueryCase {
    /// The moment that a field names, which must have come: a time or a sequence.
    fileprivate func pastMoment(_ name: String, _ value: JSONValue) throws -> Moment {
        guard let moment = try archive.moment(value) else {
            throw Refusal.invalidInput(name, "must be a time (RFC 3339) or a sequence")
        }
        guard !moment.isAhead else {
            throw Refusal.invalidInput(
                name,
                "lies ahead of now; the log ends with event \(moment.sequence)"
            )
        }
        return moment
    }

    /// Another question by the same caller, as of another moment.
    func asking(_ input: JSONValue, as moment: Moment) throws -> QueryCase {
        let archive = try archive
        let vault = archive.vault
        return QueryCase(
            input: try CommandInput(input) { vault.keyedDigest($0.rawValue, $1) },
            actor: actor,
            organisation: organisation,
            settings: try archive.settings(of: organisation, through: moment.sequence),
            present: present,
            moment: moment,
            archive: archive
        )
    }
}

/// What the read models about somebody or something say at one moment and did not at another.
private struct SubjectDifference {
    let client: UniqueID?
    private let stream: StreamName
    private let from: QueryCase
    private let to: QueryCase
    private var differences: [JSONValue] = []
    private var events: [JSONValue] = []

    init(of subject: String, from: QueryCase, to: QueryCase) throws {
        self.from = from
        self.to = to
        stream = try to.stream(of: subject)
        let lines = try to.lines(about: subject)
        client = lines.first?.envelope.client
        var memory = HistoryMemory(to)
        let calendar = to.shownCalendar
        let entries = lines.map { ($0.envelope.sequence, HistoryEntry($0, calendar, &memory)) }
        events = entries.filter { $0.0 > from.moment.sequence }.map(\.1.json)
        for question in try questions() {
            differences += Self.compared(
                question.query.name,
                question.about,
                try Self.answer(question, from),
                try Self.answer(question, to)
            )
        }
    }

    var json: JSONValue {
        .object([
            JSONMember("subject", .string("\(stream)")),
            JSONMember("from", Self.text(of: from)), JSONMember("to", Self.text(of: to)),
            JSONMember("differences", .array(differences)), JSONMember("events", .array(events)),
        ])
    }

    private static func text(of asked: QueryCase) -> JSONValue {
        [
            "sequence": .integer(Int64(asked.moment.sequence)),
            "time": .string("\(asked.moment.time)"),
            "localTime": .string(asked.shownCalendar.text(of: asked.moment.time)),
        ]
    }
}

extension SubjectDifference {
    fileprivate struct Question {
        let query: Query
        let about: String
        let input: JSONValue
    }

    /// What can be asked about the subject. A client's profiles and accounts belong to them.
    private func questions() throws -> [Question] {
        guard let id = stream.id else { return [] }
        switch stream.category {
        case "client":
            let state = try to.client(id).client
            let profiles = state.profiles.map(\.id)
            return Self.questions("clientId", id)
                + profiles.flatMap { Self.questions("profileId", $0) }
                + state.accounts.flatMap { Self.questions("accountId", $0.id, on: profiles) }
        case "profile": return Self.questions("profileId", id)
        case "portalAccount":
            let profiles = try client.map { try to.client($0).client.profiles.map(\.id) } ?? []
            return Self.questions("accountId", id, on: profiles)
        default:
            throw Refusal.invalidInput(
                "subject",
                "must be client/<id>, profile/<id> or portalAccount/<id>"
            )
        }
    }

    /// Lists of events are no read models that could differ: events only come to them.
    private static let lists: Set = ["ActivityLog", "RecordOpenings"]

    private static func questions(
        _ field: String,
        _ id: UniqueID,
        on profiles: [UniqueID] = []
    ) -> [Question] {
        let about = JSONMember(field, .string("\(id)"))
        return QueryCatalogue.all.filter { query in
            query.subject == field && !query.readsTrail && !lists.contains(query.name)
        }.flatMap { query -> [Question] in
            let fields = QueryDescription.fieldNames(of: query.name)
            guard field == "accountId", fields.contains("profileId") else {
                return [Question(query: query, about: "\(id)", input: .object([about]))]
            }
            return profiles.map { profile in
                let both = [about, JSONMember("profileId", .string("\(profile)"))]
                return Question(query: query, about: "\(id) \(profile)", input: .object(both))
            }
        }
    }

    /// Nil where there was nothing to answer with, or the caller may not see it.
    private static func answer(_ question: Question, _ asked: QueryCase) throws -> JSONValue? {
        do {
            var asked = try asked.asking(question.input, as: asked.moment)
            return try question.query.read(&asked)
        } catch is Refusal {
            return nil
        }
    }

    private static func compared(
        _ readModel: String,
        _ about: String,
        _ before: JSONValue?,
        _ after: JSONValue?
    ) -> [JSONValue] {
        let old = rows(of: before, about)
        let new = rows(of: after, about)
        let names = Set(old.keys).union(new.keys).sorted()
        return names.compactMap { name in
            let fields = changes(old[name], new[name])
            guard !fields.isEmpty else { return nil }
            let change = old[name] == nil ? "added" : new[name] == nil ? "removed" : "changed"
            return [
                "readModel": .string(readModel), "row": .string(name), "change": .string(change),
                "fields": .array(fields),
            ]
        }
    }

    /// The rows of an answer by what they are about: their first id or field, or else all of them.
    private static func rows(of answer: JSONValue?, _ about: String) -> [String: JSONValue] {
        guard let answer else { return [:] }
        guard let rows = answer.array else { return [about: answer] }
        var named: [String: JSONValue] = [:]
        for row in rows {
            let id = row.members?.first { $0.name.hasSuffix("Id") } ?? row.members?.first
            let name = id?.value.string ?? row.canonicalText
            named[named[name] == nil ? name : row.canonicalText] = row
        }
        return named
    }

    private static func changes(_ before: JSONValue?, _ after: JSONValue?) -> [JSONValue] {
        let names = ((before?.members ?? []) + (after?.members ?? [])).map(\.name)
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }.compactMap { name in
            let (old, new) = (before?[name] ?? .null, after?[name] ?? .null)
            return old == new ? nil : ["field": .string(name), "from": old, "to": new]
        }
    }
}
