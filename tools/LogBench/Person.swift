internal import EventLine
internal import EventLog

/// Somebody whom events are about: a client and a portal account, each with a stream of its own.
struct Person: Sendable {
    let client: StreamName
    let account: StreamName
    /// How many events the streams have.
    var version = 0

    /// About how many bytes the line of an event has.
    static let lineBytes = 465

    private static let source = "/organisations/01934a5e-7c10-7002-8a3b-0242ac12002c"
    private static let type = "SignedIn.v1"
    private static let actor = "anonymous"
    private static let data = Array("{\"first\":false}".utf8)

    /// Somebody new, who appears at a moment.
    init(at instant: Instant, using random: inout SplitMix) {
        client = StreamName("client", UniqueID(at: instant, random: &random))
        account = StreamName("portalAccount", UniqueID(at: instant, random: &random))
    }

    /// The next event of this person.
    func event(at instant: Instant, using random: inout SplitMix) -> NewEvent {
        NewEvent(
            id: UniqueID(at: instant, random: &random),
            source: Self.source,
            type: Self.type,
            streams: [client, account],
            time: instant,
            actor: Self.actor,
            data: Self.data
        )
    }

    /// The last event of this person, as it stands in a log.
    func line(
        sequence: UInt64,
        at instant: Instant,
        using random: inout SplitMix
    ) -> EventLine {
        let envelope = Envelope(
            sequence: sequence,
            id: UniqueID(at: instant, random: &random),
            source: Self.source,
            type: Self.type,
            subject: client,
            time: instant,
            streams: [client, account].map { StreamPosition(stream: $0, version: version) },
            actor: Self.actor
        )
        return EventLine(envelope: envelope, data: Self.data)
    }
}

extension UniqueID {
    /// A new UUIDv7.
    init(at instant: Instant, random: inout SplitMix) {
        self.init(at: instant, random: (random.next(), random.next()))
    }
}
