import EventLine

/// What every generated event struct has, for `PortalEvent` to build on.
protocol EventPayload: MemberValue {
    /// The event's name and version, such as `LetterShown.v1`.
    static var type: String { get }
    /// What its schema says.
    static var shape: EventShape { get }
    /// Whether a stream name has a string field in it, which could be any text.
    static var hasTextInStreams: Bool { get }

    /// The names of its streams, the subject first; those with an absent field are left out.
    func streamTexts(organisation: UniqueID) -> [String]
    /// The client whom it concerns.
    var envelopeClient: UniqueID? { get }
    /// The name of the key for its personal fields; nil if it has none.
    var sealingKey: String? { get }

    /// Replaces open personal fields by what `seal` makes of their canonical JSON.
    mutating func sealPersonal<Failure: Error>(
        _ seal: (_ key: String, _ plaintext: [UInt8]) throws(Failure) -> String
    ) throws(Failure)
    /// Replaces locked personal fields by what `open` finds in them.
    mutating func openPersonal<Failure: Error>(
        _ open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError)
}

extension EventPayload {
    static var hasTextInStreams: Bool { false }
    var envelopeClient: UniqueID? { nil }
    var sealingKey: String? { nil }

    mutating func sealPersonal<Failure: Error>(
        _ seal: (_ key: String, _ plaintext: [UInt8]) throws(Failure) -> String
    ) throws(Failure) {}

    mutating func openPersonal<Failure: Error>(
        _ open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) {}

    /// Reads `data`; personal fields stay locked.
    static func decoded(from data: [UInt8]) throws(EventDecodingError) -> Self {
        let payload = try decoded(from: data, type: type, path: [])
        if hasTextInStreams { try payload.checkStreams() }
        return payload
    }

    /// The canonical `data`, with personal fields sealed.
    func encoded<Failure: Error>(
        seal: (_ key: String, _ plaintext: [UInt8]) throws(Failure) -> String
    ) throws(Failure) -> [UInt8] {
        var payload = self
        try payload.sealPersonal(seal)
        return MemberWriter.bytes(of: payload)
    }

    /// Checked where it is read, so that `streams(organisation:)` never traps on what was read.
    private func checkStreams() throws(EventDecodingError) {
        for text in streamTexts(organisation: UniqueID(high: 0, low: 0))
        where StreamName(text) == nil {
            throw .invalidStream(type: Self.type, name: text)
        }
    }
}

/// The place of each type in a list of payload types.
func placesByType(_ types: [any EventPayload.Type]) -> [String: Int] {
    var places: [String: Int] = [:]
    for (place, payload) in types.enumerated() { places[payload.type] = place }
    return places
}
