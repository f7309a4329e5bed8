public import EventLine

/// An event that is to be appended: everything but its numbers.
public struct NewEvent: Hashable, LineContent, Sendable {
    /// The event's own id, a UUIDv7.
    public var id: UniqueID
    /// `/organisations/<organisation id>`.
    public var source: String
    /// Event name and version, such as `PatientAccountLocked.v1`.
    public var type: String
    /// Every stream that it belongs to, each once; the first is its subject.
    public var streams: [StreamName]
    /// When it was decided.
    public var time: Instant
    /// `staff/<id>`, `portalUser/<id>`, `system/<part>` or `anonymous`.
    public var actor: String
    /// The client whom it concerns.
    public var client: UniqueID?
    /// On whose behalf the actor acted.
    public var onBehalfOf: String?
    /// Ties together what one request caused.
    public var correlationID: String?
    /// The event or command that caused this one.
    public var causationID: String?
    /// W3C trace context.
    public var traceParent: String?
    /// The canonical JSON of its own fields, an object.
    public var data: [UInt8]

    /// An event of these parts.
    public init(
        id: UniqueID,
        source: String,
        type: String,
        streams: [StreamName],
        time: Instant,
        actor: String,
        client: UniqueID? = nil,
        onBehalfOf: String? = nil,
        correlationID: String? = nil,
        causationID: String? = nil,
        traceParent: String? = nil,
        data: [UInt8]
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.streams = streams
        self.time = time
        self.actor = actor
        self.client = client
        self.onBehalfOf = onBehalfOf
        self.correlationID = correlationID
        self.causationID = causationID
        self.traceParent = traceParent
        self.data = data
    }

    /// What would keep it from being read back as it is; nil if nothing.
    ///
    /// Only the outside of `data` is looked at: its encoder is trusted to write JSON.
    var invalidity: String? {
        if streams.isEmpty { return "it belongs to no stream" }
        if Set(streams).count != streams.count { return "it names a stream twice" }
        if data.first != UInt8(ascii: "{") || data.last != UInt8(ascii: "}") {
            return "its data is not a JSON object"
        }
        if data.contains(where: { $0 < 0x20 }) { return "its data has a control character" }
        return nil
    }

    /// The line that it becomes at a place. `streams` gives the version in each of its streams.
    func line(
        sequence: UInt64,
        streams: [StreamPosition],
        commitIndex: Int,
        commitCount: Int
    ) -> EventLine {
        EventLine(
            envelope: Envelope(
                sequence: sequence,
                id: id,
                source: source,
                type: type,
                subject: streams[0].stream,
                time: time,
                streams: streams,
                commitIndex: commitIndex,
                commitCount: commitCount,
                actor: actor,
                client: client,
                onBehalfOf: onBehalfOf,
                correlationID: correlationID,
                causationID: causationID,
                traceParent: traceParent
            ),
            data: data
        )
    }

    /// Whether a line is this event in its place. Times and traces may differ: a repeated command
    /// makes them anew.
    func isSame(as line: EventLine) -> Bool {
        line.envelope.id == id && line.envelope.type == type
            && line.envelope.streams.map(\.stream) == streams
    }
}

/// What a stream must be like for an append to be made.
public enum ExpectedVersion: Hashable, Sendable {
    /// It has no events.
    case none
    /// Its last event has this version; 0 means the same as `none`.
    case exactly(Int)
    /// It may be like anything.
    case any

    func isMet(by version: Int) -> Bool {
        switch self {
        case .none: version == 0
        case .exactly(let expected): version == expected
        case .any: true
        }
    }
}
