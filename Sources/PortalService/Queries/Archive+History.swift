package import EventLine
package import PortalAccess
import PortalEvents

/// One line of a history.
package struct HistoryEntry: Sendable {
    package let sequence: UInt64
    package let time: Instant
    /// The organisation's local time with offset.
    package let localTime: String
    package let type: String
    package let label: String?
    package let actor: String
    /// The event's own fields, apart from ids that the line names already and sealed ones.
    package let detail: String
    private let data: JSONValue

    init(_ line: EventLine, _ calendar: LocalCalendar) {
        let envelope = line.envelope
        sequence = envelope.sequence
        time = envelope.time
        localTime = calendar.text(of: envelope.time)
        type = envelope.type
        label = EventShape.named(envelope.type)?.label
        actor = envelope.actor
        data = (try? JSONValue(parsing: line.data)) ?? .null
        detail = Self.detail(of: data)
    }

    private static func detail(of data: JSONValue) -> String {
        (data.members ?? []).filter { member in
            let isID = member.value.string.flatMap { UniqueID($0) } != nil
            let isLeftOut =
                ["personal", "tokenHash", "activationCodeHash", "passwordHash", "at"]
                .contains(member.name) || member.name.hasSuffix("Digest")
            return !isID && !isLeftOut && !member.name.hasSuffix("Ids")
        }.map { member in
            "\(member.name) \(member.value.string ?? member.value.canonicalText)"
        }.joined(separator: ", ")
    }

    /// The entry as other programs read it.
    package var json: JSONValue {
        .object([
            JSONMember("sequence", .integer(Int64(sequence))),
            JSONMember("time", .string("\(time)")), JSONMember("type", .string(type)),
            JSONMember("label", label.map { .string($0) } ?? .null),
            JSONMember("actor", .string(actor)), JSONMember("data", data),
        ])
    }
}

extension Archive {
    /// The history of a stream, in order; nil if there is none, or whoever asks may not see it.
    package func history(
        of stream: StreamName,
        asked actor: Actor,
        organisation named: UniqueID?,
        at: String?
    ) throws(ServiceError) -> [HistoryEntry]? {
        let asOf = try at.map { text throws(ServiceError) in
            JSONValue.string(try self.moment(named: text))
        }
        guard let moment = try moment(asOf) else {
            throw ServiceError("--at must be a time (RFC 3339), a local date or a sequence")
        }
        let lines = try lines(of: [stream], through: moment.sequence)
        guard let organisation = lines.first?.envelope.organisation,
            named == nil || named == organisation
        else { return nil }
        let settings = try self.settings(of: organisation, through: .max)
        switch actor {
        case .system: break
        case .staff(let id) where settings.staff(id, has: .viewActivityLog): break
        case .staff, .portalUser, .anonymous: return nil
        }
        let calendar = LocalCalendar(zone: settings.timeZone) ?? .universal
        return lines.map { HistoryEntry($0, calendar) }
    }

    /// What `--at` names as queries take it: a sequence and a time stay; a local date becomes the
    /// last moment of that day in the first organisation's zone.
    package func moment(named text: String) throws(ServiceError) -> String {
        guard let date = LocalDate(text) else { return text }
        let calendar = try calendar(of: nil)
        return "\(calendar.start(of: date.adding(days: 1)).adding(microseconds: -1))"
    }

    /// The calendar of an organisation, or where none is named of the first.
    package func calendar(of named: UniqueID?) throws(ServiceError) -> LocalCalendar {
        guard let stream = StreamName("organisations/registered") else { return .universal }
        let first = try lines(of: [stream], through: .max).first?.envelope.organisation
        guard let id = named ?? first else { return .universal }
        return LocalCalendar(zone: try settings(of: id, through: .max).timeZone) ?? .universal
    }
}
