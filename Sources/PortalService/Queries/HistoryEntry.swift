import EventLine
import PortalAccess
import PortalEvents

/// One event of a history, as people and programs read it.
struct HistoryEntry {
    private let envelope: Envelope
    private let localTime: String
    /// The event's own fields, without what is secret or personal.
    private let data: [JSONMember]
    private let notes: [HistoryNote]

    init(_ line: EventLine, _ calendar: LocalCalendar, _ memory: inout HistoryMemory) {
        envelope = line.envelope
        localTime = calendar.text(of: envelope.time)
        let hidden = Set(
            EventShape.named(envelope.type)?.fields.filter(\.isSecret).map(\.name) ?? []
        ).union(["personal"])
        let members = (try? JSONValue(parsing: line.data))?.members ?? []
        data = members.filter { !hidden.contains($0.name) }
        notes = memory.notes(on: data, of: envelope)
    }

    var json: JSONValue {
        let changes = notes.filter(\.isChange).map { note -> JSONValue in
            ["what": .string(note.what), "from": .text(note.from), "to": .text(note.to)]
        }
        return .object([
            JSONMember("sequence", .integer(Int64(envelope.sequence))),
            JSONMember("time", .string("\(envelope.time)")),
            JSONMember("localTime", .string(localTime)),
            JSONMember("type", .string(envelope.type)),
            JSONMember("label", .text(EventShape.named(envelope.type)?.label)),
            JSONMember("what", .string(EventTitle.text(of: envelope.type))),
            JSONMember("actor", .string(envelope.actor)),
            JSONMember("subject", .string("\(envelope.subject)")),
            JSONMember("clientId", .text(envelope.client.map { "\($0)" })),
            JSONMember("detail", .string(notes.map(\.text).joined(separator: "; "))),
            JSONMember("changes", .array(changes)), JSONMember("data", .object(data)),
        ])
    }
}

/// Something that an event says: a value, and what it was before where that is known.
struct HistoryNote {
    let what: String
    let from: String?
    let to: String?
    /// Whether it was something else before.
    let isChange: Bool

    var text: String {
        isChange ? "\(what) \(from ?? "–") → \(to ?? "–")" : "\(what) \(to ?? "–")"
    }
}

/// What the events of a stream have said so far, so that a later one can be read as a change.
struct HistoryMemory {
    private var known: [String: String] = [:]
    private let roles: [UniqueID: PortalRole]
    private let calendar: LocalCalendar

    /// Shows roles by their names and times by the organisation's clock.
    init(_ asked: QueryCase) {
        roles = asked.settings.roles
        calendar = asked.shownCalendar
    }

    /// What an event is about, the narrowest first: its other fields are about that.
    private static let entities = [
        "resourceId", "documentId", "letterId", "credentialId", "invitationId", "grantId",
        "contactId", "representativeId", "threadId", "formId", "encounterId", "templateId",
        "baseId", "supportId", "staffId", "accountId", "profileId", "clientId",
    ]
    /// What tells apart settings of one thing.
    private static let qualifiers = [
        "setting", "kind", "permission", "organisationType", "purpose",
    ]
    /// What an event says about itself, which replaces nothing that was said before.
    private static let circumstances: Set = [
        "reason", "reasonCode", "reasons", "cause", "route", "basis", "origin", "channel",
        "channels", "trigger", "method", "attempt", "first", "step", "at", "command", "query",
        "filter", "capacity", "distribution", "secondFactorStep", "setting", "kind", "permission",
        "purpose", "recordStatus",
    ]

    mutating func notes(on data: [JSONMember], of envelope: Envelope) -> [HistoryNote] {
        let fields = Dictionary(data.map { ($0.name, $0.value) }) { first, _ in first }
        if let change = Self.change(fields, envelope, text) {
            remember(change, fields, envelope)
            return [change]
        }
        return data.compactMap { note(on: $0, fields, envelope) }
    }

    /// Events that say themselves what was before.
    private static func change(
        _ fields: [String: JSONValue],
        _ envelope: Envelope,
        _ text: (JSONValue) -> String?
    ) -> HistoryNote? {
        if let from = fields["from"], let to = fields["to"] {
            var what = EventTitle.words(of: envelope.type).lowercased()
            if what.hasSuffix(" changed") { what.removeLast(8) }
            return HistoryNote(what: what, from: text(from), to: text(to), isChange: true)
        }
        guard let previous = fields["previous"] else { return nil }
        return HistoryNote(
            what: "end date",
            from: text(previous),
            to: fields["endDate"].flatMap(text),
            isChange: true
        )
    }

    private mutating func remember(
        _ change: HistoryNote,
        _ fields: [String: JSONValue],
        _ envelope: Envelope
    ) {
        let field = fields["previous"] == nil ? "roleId" : "endDate"
        known[key(of: field, fields, envelope)] = change.to
    }

    private mutating func note(
        on member: JSONMember,
        _ fields: [String: JSONValue],
        _ envelope: Envelope
    ) -> HistoryNote? {
        guard let text = text(member.value) else { return nil }
        let what = EventTitle.words(of: member.name == "roleId" ? "role" : member.name)
            .lowercased()
        guard !Self.circumstances.contains(member.name) else {
            return HistoryNote(what: what, from: nil, to: text, isChange: false)
        }
        let key = key(of: member.name, fields, envelope)
        let before = known.updateValue(text, forKey: key)
        return HistoryNote(
            what: what,
            from: before,
            to: text,
            isChange: before != nil && before != text
        )
    }

    private func key(
        of field: String,
        _ fields: [String: JSONValue],
        _ envelope: Envelope
    ) -> String {
        let entity = Self.entities.first { $0 != field && fields[$0] != nil }
        let id = entity.flatMap { fields[$0]?.string } ?? "\(envelope.subject)"
        let kinds = Self.qualifiers.compactMap { fields[$0]?.string }
        return ([id] + kinds + [field]).joined(separator: " ")
    }

    /// A value as people read it; nil for an id, which the line names elsewhere if it matters.
    private func text(_ value: JSONValue) -> String? {
        switch value {
        case .null: return nil
        case .string(let text):
            if let id = UniqueID(text) { return roles[id]?.name }
            return Instant(rfc3339: text).map { calendar.text(of: $0) } ?? text
        case .array(let elements):
            let texts = elements.compactMap(text)
            return texts.isEmpty ? nil : texts.joined(separator: ", ")
        case .bool(let truth): return truth ? "yes" : "no"
        case .integer, .decimal, .object: return value.canonicalText
        }
    }
}
