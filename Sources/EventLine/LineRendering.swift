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

    /// A place.
    public init(sequence: UInt64, commitIndex: Int, commitCount: Int) {
        self.sequence = sequence
        self.commitIndex = commitIndex
        self.commitCount = commitCount
    }
}

extension [UInt8] {
    /// Appends the canonical line of an event at its place, with its line feed. Makes nothing in
    /// between.
    ///
    /// - Precondition: there is a version for each of the event's streams, and at least one.
    public mutating func appendLine(
        _ content: some LineContent,
        at place: LinePlace,
        versions: [Int]
    ) {
        let streams = content.streams
        precondition(
            !streams.isEmpty && streams.count == versions.count,
            "An event has a version in each of its streams."
        )
        let start = count
        appendStart(place.sequence, content.id, content.source, content.type)
        appendMoment(subject: streams[0], content.time)
        for number in streams.indices {
            append(streams[number], at: versions[number], isFirst: number == 0)
        }
        appendCommit(place.commitIndex, place.commitCount, actor: content.actor)
        append(",\"client\":\"", content.client)
        append(",\"onbehalfof\":", content.onBehalfOf)
        append(",\"correlationid\":", content.correlationID)
        append(",\"causationid\":", content.causationID)
        append(",\"traceparent\":", content.traceParent)
        appendEnd(content.data, from: start)
    }

    mutating func append(_ line: EventLine) {
        let envelope = line.envelope
        let start = count
        appendStart(envelope.sequence, envelope.id, envelope.source, envelope.type)
        appendMoment(subject: envelope.subject, envelope.time)
        for (number, position) in envelope.streams.enumerated() {
            append(position.stream, at: position.version, isFirst: number == 0)
        }
        appendCommit(envelope.commitIndex, envelope.commitCount, actor: envelope.actor)
        append(",\"client\":\"", envelope.client)
        append(",\"onbehalfof\":", envelope.onBehalfOf)
        append(",\"correlationid\":", envelope.correlationID)
        append(",\"causationid\":", envelope.causationID)
        append(",\"traceparent\":", envelope.traceParent)
        appendEnd(line.data, from: start)
    }

    private mutating func appendStart(
        _ sequence: UInt64,
        _ id: UniqueID,
        _ source: String,
        _ type: String
    ) {
        append("{\"specversion\":\"1.0\",\"sequence\":\"")
        append(word: UInt64(decimal: sequence / 10_000_000_000_000_000) >> 32, count: 4)
        append(word: UInt64(decimal: sequence / 100_000_000))
        append(word: UInt64(decimal: sequence))
        append("\",\"id\":\"")
        append(id)
        append("\",\"source\":")
        appendString(source)
        append(",\"type\":")
        appendString(type)
    }

    private mutating func appendMoment(subject: StreamName, _ time: Instant) {
        append(",\"subject\":\"")
        append(subject.text.utf8.span)
        append("\",\"time\":\"")
        append(time)
        append("\",\"streams\":\"")
    }

    private mutating func append(_ stream: StreamName, at version: Int, isFirst: Bool) {
        if !isFirst { append(UInt8(ascii: " ")) }
        append(stream.text.utf8.span)
        append(UInt8(ascii: "@"))
        append(decimal: version)
    }

    private mutating func appendCommit(_ index: Int, _ commitCount: Int, actor: String) {
        append("\",\"commit\":\"")
        append(decimal: index)
        append(UInt8(ascii: "/"))
        append(decimal: commitCount)
        append("\",\"actor\":")
        appendString(actor)
    }

    private mutating func append(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        append(name)
        appendString(text)
    }

    private mutating func append(_ name: StaticString, _ id: UniqueID?) {
        guard let id else { return }
        append(name)
        append(id)
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEnd(_ data: [UInt8], from start: Int) {
        append(",\"data\":")
        append(contentsOf: data)
        let checksum = CRC32C.checksum(span.extracting(start..<count))
        append(",\"crc32c\":\"")
        append(word: UInt64(hexadecimal: checksum))
        append("\"}\n")
    }
}
