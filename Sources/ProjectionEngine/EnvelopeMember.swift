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

    private static let sourceStart = Array("/organisations/".utf8)

    /// Where the text of a member stands in a canonical line; nil if it is null, or no text of
    /// the line.
    func range(in line: LineView, _ bytes: Span<UInt8>) -> Range<Int>? {
        switch self {
        case .sequence, .microseconds, .label: nil
        case .id: 61..<97
        case .source: line.source
        case .organisation: Self.organisation(line.source, bytes)
        case .type: line.type
        case .subject: line.subject
        case .time: Self.time(in: line)
        case .actor: line.actor
        case .client: line.client
        case .onBehalfOf: line.onBehalfOf
        case .correlationID: line.correlationID
        case .causationID: line.causationID
        case .commit: Self.commit(in: line)
        }
    }

    /// Between the subject and the time stands `","time":"`.
    private static func time(in line: LineView) -> Range<Int> {
        let start = line.subject.upperBound + 10
        return start..<start + 27
    }

    /// Between the streams and the commit stands `","commit":"`, behind it `","actor":"`.
    private static func commit(in line: LineView) -> Range<Int> {
        line.streams.upperBound + 12..<line.actor.lowerBound - 11
    }

    private static func organisation(
        _ source: Range<Int>,
        _ bytes: Span<UInt8>
    ) -> Range<Int>? {
        guard source.count == sourceStart.count + 36,
            bytes.holds(sourceStart, at: source.lowerBound)
        else { return nil }
        let id = source.lowerBound + sourceStart.count..<source.upperBound
        return UniqueID(lowerCase: bytes.extracting(id)) == nil ? nil : id
    }
}
