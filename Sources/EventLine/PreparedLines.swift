/// Everything of an event that a line shows, but its numbers.
public protocol LineContent {
    /// The event's own id.
    var id: UniqueID { get }
    /// `/organisations/<organisation id>`.
    var source: String { get }
    /// Event name and version.
    var type: String { get }
    /// Every stream that it belongs to; the first is its subject.
    var streams: [StreamName] { get }
    /// When it was decided.
    var time: Instant { get }
    /// Who did it.
    var actor: String { get }
    /// The client whom it concerns.
    var client: UniqueID? { get }
    /// On whose behalf the actor acted.
    var onBehalfOf: String? { get }
    /// Ties together what one request caused.
    var correlationID: String? { get }
    /// What caused this one.
    var causationID: String? { get }
    /// W3C trace context.
    var traceParent: String? { get }
    /// The canonical JSON of its own fields, an object.
    var data: [UInt8] { get }
}

/// The numbers that an event gets with its place in the log.
public struct LinePlace: Hashable, Sendable {
    /// Position in the log.
    public var sequence: UInt64
    /// Place in its atomic commit, from 1.
    public var commitIndex: Int
    /// How many events the commit has.
    public var commitCount: Int
    /// The version in each of its streams.
    public var versions: [Int]

    /// A place.
    public init(sequence: UInt64, commitIndex: Int, commitCount: Int, versions: [Int]) {
        self.sequence = sequence
        self.commitIndex = commitIndex
        self.commitCount = commitCount
        self.versions = versions
    }
}

/// The lines of some events, but for what only their places in the log decide: so that little is
/// left to do while places are given out.
public struct PreparedLines: Sendable {
    @usableFromInline var bytes: [UInt8] = []
    /// For each event, where in the bytes its streams and its commit belong, and its end.
    @usableFromInline var marks: [Mark] = []

    @usableFromInline
    struct Mark: Sendable {
        @usableFromInline let gap: Int
        @usableFromInline let end: Int

        @usableFromInline
        init(gap: Int, end: Int) {
            self.gap = gap
            self.end = end
        }
    }

    /// The lines of these events.
    ///
    /// - Precondition: each belongs to a stream.
    @inlinable
    public init(_ events: [some LineContent]) {
        marks.reserveCapacity(events.count)
        bytes.reserveCapacity(events.count * 384)
        for event in events { append(event) }
    }

    @inlinable
    mutating func append(_ event: some LineContent) {
        bytes.appendIdentity(event.id, event.source, event.type)
        bytes.appendMoment(subject: event.streams[0], event.time)
        let gap = bytes.count
        bytes.appendActor(event.actor)
        bytes.append(",\"client\":\"", event.client)
        bytes.append(",\"onbehalfof\":", event.onBehalfOf)
        bytes.append(",\"correlationid\":", event.correlationID)
        bytes.append(",\"causationid\":", event.causationID)
        bytes.append(",\"traceparent\":", event.traceParent)
        bytes.appendData(event.data)
        marks.append(Mark(gap: gap, end: bytes.count))
    }
}

extension [UInt8] {
    /// Appends one of the prepared lines at its place, with its line feed. Takes about 100 ns.
    ///
    /// - Precondition: there is a version for each of the event's streams.
    public mutating func append(
        _ lines: PreparedLines,
        _ index: Int,
        at place: LinePlace,
        in streams: [StreamName]
    ) {
        precondition(
            streams.count == place.versions.count,
            "An event has a version in each of its streams."
        )
        let start = count
        let mark = lines.marks[index]
        appendStart(place.sequence)
        append(contentsOf: lines.bytes[(index > 0 ? lines.marks[index - 1].end : 0)..<mark.gap])
        for number in streams.indices {
            append(streams[number], at: place.versions[number], isFirst: number == 0)
        }
        appendCommit(place.commitIndex, place.commitCount)
        append(contentsOf: lines.bytes[mark.gap..<mark.end])
        appendChecksum(from: start)
    }
}
