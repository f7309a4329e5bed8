/// What a canonical line holds and where in its bytes: numbers and offsets only, made without
/// copying or allocating anything.
///
/// Whoever asks it for a part gives it the same bytes again. Ranges of text hold it as it stands
/// between its quotes, so still escaped.
public struct LineView: Sendable {
    /// Position in the log.
    public let sequence: UInt64
    /// The event's own id.
    public let id: UniqueID
    /// When it was decided.
    public let time: Instant
    /// Place in its atomic commit, from 1.
    public let commitIndex: Int
    /// How many events the commit has.
    public let commitCount: Int
    /// The checksum that the line says it has.
    public let checksum: UInt32
    /// How many bytes, from the first on, the checksum covers.
    public let coveredByteCount: Int

    let parts: Parts

    /// Where the parts are. An empty one at 0 is not there; a line has fewer than 2^16 bytes.
    struct Parts: Sendable {
        var source = Part()
        var type = Part()
        var subject = Part()
        var streams = Part()
        var actor = Part()
        var client = Part()
        var onBehalfOf = Part()
        var correlationID = Part()
        var causationID = Part()
        var traceParent = Part()
        var dataStart: UInt16 = 0
    }

    struct Part: Sendable {
        var start: UInt16 = 0
        var end: UInt16 = 0

        var range: Range<Int> { Int(start)..<Int(max(start, end)) }
        var presentRange: Range<Int>? { end == 0 ? nil : range }
    }

    /// `/organisations/<organisation id>`.
    public var source: Range<Int> { parts.source.range }
    /// Event name and version.
    public var type: Range<Int> { parts.type.range }
    /// The primary stream.
    public var subject: Range<Int> { parts.subject.range }
    /// Every stream with its version there: walk through them with ``StreamPlaces``.
    public var streams: Range<Int> { parts.streams.range }
    /// Who did it.
    public var actor: Range<Int> { parts.actor.range }
    /// The client whom the event concerns.
    public var client: Range<Int>? { parts.client.presentRange }
    /// On whose behalf the actor acted.
    public var onBehalfOf: Range<Int>? { parts.onBehalfOf.presentRange }
    /// What ties together what one request caused.
    public var correlationID: Range<Int>? { parts.correlationID.presentRange }
    /// What caused this one.
    public var causationID: Range<Int>? { parts.causationID.presentRange }
    /// W3C trace context.
    public var traceParent: Range<Int>? { parts.traceParent.presentRange }
    /// The event's own fields, an object.
    public var data: Range<Int> { Int(parts.dataStart)..<coveredByteCount }

    /// Whether the bytes are those that were written.
    public func isIntact(in bytes: Span<UInt8>) -> Bool {
        CRC32C.checksum(bytes.extracting(0..<coveredByteCount)) == checksum
    }
}

/// The streams of a line, one after the other.
public struct StreamPlaces: Sendable {
    private var offset: Int
    private let end: Int

    /// Where a stream's name stands, and the event's version there.
    public struct Place: Sendable {
        /// The name.
        public let name: Range<Int>
        /// The version, from 1.
        public let version: Int
    }

    /// Those of a line.
    public init(_ line: LineView) {
        offset = line.streams.lowerBound
        end = line.streams.upperBound
    }

    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next one; nil after the last, or where the bytes are not in the form.
    public mutating func next(in bytes: Span<UInt8>) -> Place? {
        guard offset < end, end <= bytes.count else { return nil }
        let start = offset
        guard let mark = bytes.first(UInt8(ascii: "@"), in: start..<end), mark > start else {
            return nil
        }
        var version = 0
        var place = mark &+ 1
        while place < end, place <= mark &+ 18 {
            let digit = bytes[place] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            version = version &* 10 &+ Int(digit)
            place &+= 1
        }
        guard version > 0 else { return nil }
        if place < end {
            // A space at the very end would promise a stream that does not come.
            guard bytes[place] == UInt8(ascii: " "), place &+ 1 < end else { return nil }
        }
        offset = min(place &+ 1, end)
        return Place(name: start..<mark, version: version)
    }

    /// Whether all have been given.
    public var isAtEnd: Bool { offset >= end }
}
