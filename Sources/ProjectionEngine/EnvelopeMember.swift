import EventLine

/// What `@name` can stand for.
enum EnvelopeMember: String, CaseIterable, Sendable {
    case sequence
    case id
    case source
    /// The organisation's id, out of `source`.
    case organisation
    case type
    case subject
    case time
    /// `time` as microseconds since the beginning of 1970.
    case microseconds
    case actor
    case client
    case onBehalfOf = "onbehalfof"
    case correlationID = "correlationid"
    case causationID = "causationid"
    /// Place in its atomic commit, such as `2/3`.
    case commit
    /// The activity log's wording for the event's type, or null.
    case label

    /// Its place among the texts of an event.
    var slot: Int {
        switch self {
        case .sequence: 0
        case .id: 1
        case .source: 2
        case .organisation: 3
        case .type: 4
        case .subject: 5
        case .time: 6
        case .actor: 7
        case .client: 8
        case .onBehalfOf: 9
        case .correlationID: 10
        case .causationID: 11
        case .commit: 12
        case .label: 13
        case .microseconds: 14
        }
    }
}

/// The texts of an event's envelope, one after the other in one array.
struct EnvelopeTexts: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Start and end of each member; an end of -1 is null.
    private var places = [15 of (start: Int32, end: Int32)](repeating: (0, -1))

    /// No texts.
    init() {}

    /// The texts of these members.
    init(_ members: [EnvelopeMember], of envelope: Envelope, label: String?) {
        guard !members.isEmpty else { return }
        bytes.reserveCapacity(320)
        for member in members {
            guard let text = Self.text(member, of: envelope, label: label) else { continue }
            let start = Int32(bytes.count)
            bytes.append(contentsOf: text.utf8)
            places[member.slot] = (start, Int32(bytes.count))
        }
    }

    /// Where a member stands; nil if it is null.
    func range(of member: EnvelopeMember) -> Range<Int>? {
        let place = places[member.slot]
        return place.end < 0 ? nil : Int(place.start)..<Int(place.end)
    }

    private static func text(
        _ member: EnvelopeMember,
        of envelope: Envelope,
        label: String?
    ) -> String? {
        switch member {
        case .sequence, .microseconds: nil
        case .id: envelope.id.description
        case .source: envelope.source
        case .organisation: envelope.organisation?.description
        case .type: envelope.type
        case .subject: envelope.subject.text
        case .time: envelope.time.description
        case .actor: envelope.actor
        case .client: envelope.client?.description
        case .onBehalfOf: envelope.onBehalfOf
        case .correlationID: envelope.correlationID
        case .causationID: envelope.causationID
        case .commit: "\(envelope.commitIndex)/\(envelope.commitCount)"
        case .label: label
        }
    }
}
