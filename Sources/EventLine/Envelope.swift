/// What every event says about itself, apart from its own `data`: a CloudEvents 1.0 event
/// without the payload.
public struct Envelope: Hashable, Sendable {
    /// Position in the log: the first is 1, no gaps.
    public var sequence: UInt64
    /// The event's own id, a UUIDv7.
    public var id: UniqueID
    /// `/organisations/<organisation id>`.
    public var source: String
    /// Event name and version, such as `PatientAccountLocked.v1`.
    public var type: String
    /// The primary stream, which is also the first of `streams`.
    public var subject: StreamName
    /// When it was decided.
    public var time: Instant
    /// Every stream the event belongs to, with its version there.
    public var streams: [StreamPosition]
    /// Place in its atomic commit, from 1.
    public var commitIndex: Int
    /// How many events the commit has.
    public var commitCount: Int
    /// `staff/<id>`, `portalUser/<id>`, `system/<part>` or `anonymous`.
    public var actor: String
    /// The client whom the event concerns.
    public var client: UniqueID?
    /// On whose behalf the actor acted.
    public var onBehalfOf: String?
    /// Ties together what one request caused.
    public var correlationID: String?
    /// The event or command that caused this one.
    public var causationID: String?
    /// W3C trace context.
    public var traceParent: String?

    /// An envelope of these members.
    public init(
        sequence: UInt64,
        id: UniqueID,
        source: String,
        type: String,
        subject: StreamName,
        time: Instant,
        streams: [StreamPosition],
        commitIndex: Int = 1,
        commitCount: Int = 1,
        actor: String,
        client: UniqueID? = nil,
        onBehalfOf: String? = nil,
        correlationID: String? = nil,
        causationID: String? = nil,
        traceParent: String? = nil
    ) {
        self.sequence = sequence
        self.id = id
        self.source = source
        self.type = type
        self.subject = subject
        self.time = time
        self.streams = streams
        self.commitIndex = commitIndex
        self.commitCount = commitCount
        self.actor = actor
        self.client = client
        self.onBehalfOf = onBehalfOf
        self.correlationID = correlationID
        self.causationID = causationID
        self.traceParent = traceParent
    }

    /// The organisation named by `source`, if it names one.
    public var organisation: UniqueID? {
        let prefix = "/organisations/"
        return source.hasPrefix(prefix) ? UniqueID(source.dropFirst(prefix.count)) : nil
    }
}
