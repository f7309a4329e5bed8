public import EventLine

extension PortalEvent {
    /// Reads an event's `data`, opens what is sealed in it, and brings it to its newest version.
    ///
    /// Canonical `data` is compared in place; any other JSON with the members of the schema is
    /// accepted too, in any order and spacing.
    public init<Failure: Error>(
        type: String,
        data: [UInt8],
        open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) {
        self = try Self.read(type: type, data: data, open: open)
    }

    /// The event's name and newest version, such as `LetterShown.v1`.
    public var type: String { shape.type }

    /// What its schema says.
    public var shape: EventShape { Swift.type(of: payload).shape }

    /// The activity log's wording, where it has one.
    public var label: String? { shape.label }

    /// The client whom it concerns, for the envelope.
    public var client: UniqueID? { payload.envelopeClient }

    /// The name of the key under which its personal fields are sealed, such as `client/0193…`;
    /// nil if it has none.
    public var personalKey: String? { payload.sealingKey }

    /// The streams it belongs to, each once, the subject first.
    ///
    /// A string field that does not fit a stream name is a programmer error; events that were
    /// read from a line have been checked.
    public func streams(organisation: UniqueID) -> [StreamName] {
        payload.streamNames(organisation: organisation)
    }

    /// The canonical JSON of `data`, with open personal fields sealed by `seal`; locked ones are
    /// written as they are. Erased ones are a programmer error.
    public func encodedData<Failure: Error>(
        seal: (_ key: String, _ plaintext: [UInt8]) throws(Failure) -> String
    ) throws(Failure) -> [UInt8] {
        try payload.encoded(seal: seal)
    }
}
