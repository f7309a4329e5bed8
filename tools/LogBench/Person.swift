internal import EventLine
internal import EventLog

/// Somebody whom events are about: a client and a portal account, each with a stream of its own.
struct Person: Sendable {
    let client: StreamName
    let account: StreamName
    /// How many events the streams have.
    var version = 0

    /// Somebody new, who appears at a moment.
    init(at instant: Instant, using random: inout SplitMix) {
        client = StreamName("client", UniqueID(at: instant, random: &random))
        account = StreamName("portalAccount", UniqueID(at: instant, random: &random))
    }

    /// The next event of this person: a line of about 450 bytes.
    func event(at instant: Instant, using random: inout SplitMix) -> NewEvent {
        NewEvent(
            id: UniqueID(at: instant, random: &random),
            source: Self.organisation,
            type: "SignedIn.v1",
            streams: [client, account],
            time: instant,
            actor: "anonymous",
            data: Self.data
        )
    }

    private static let organisation = "/organisations/01934a5e-7c10-7002-8a3b-0242ac12002c"
    private static let data = Array("{\"first\":false}".utf8)
}

extension UniqueID {
    /// A new UUIDv7.
    init(at instant: Instant, random: inout SplitMix) {
        self.init(at: instant, random: (random.next(), random.next()))
    }
}
