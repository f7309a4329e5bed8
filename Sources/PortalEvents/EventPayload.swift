import EventLine

/// What every generated event struct has, for `PortalEvent` to build on.
protocol EventPayload<Union>: MemberValue {
    /// The enum over all events: `PortalEvent`, or that of a test.
    associatedtype Union: Sendable

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

    /// Its personal fields, as canonical JSON where they are open; nil if it has none.
    var personalBytes: Sealed<[UInt8]>? { get }
    /// Replaces its personal fields.
    mutating func setPersonal(_ bytes: Sealed<[UInt8]>) throws(EventDecodingError)
    /// The event in its newest version.
    var portalEvent: Union { get }
}

extension EventPayload {
    static var hasTextInStreams: Bool { false }
    var envelopeClient: UniqueID? { nil }
    var sealingKey: String? { nil }
    var personalBytes: Sealed<[UInt8]>? { nil }

    mutating func setPersonal(_ bytes: Sealed<[UInt8]>) throws(EventDecodingError) {}

    /// Reads `data`; personal fields stay locked.
    static func decoded(from data: [UInt8]) throws(EventDecodingError) -> Self {
        let payload = try decoded(from: data, type: type, path: [])
        if hasTextInStreams { try payload.checkStreams() }
        return payload
    }

    /// Reads `data` and opens its personal fields.
    static func decoded<Failure: Error>(
        from data: [UInt8],
        open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) -> Self {
        var payload = try decoded(from: data)
        if let personal = payload.personalBytes {
            try payload.setPersonal(try personal.opened(in: type, by: open))
        }
        return payload
    }

    /// The canonical `data`, with personal fields sealed.
    func encoded<Failure: Error>(
        seal: (_ key: String, _ plaintext: [UInt8]) throws(Failure) -> String
    ) throws(Failure) -> [UInt8] {
        guard let key = sealingKey, let personal = personalBytes else {
            return MemberWriter.bytes(of: self)
        }
        var payload = self
        let locked = try personal.locked(under: key, by: seal)
        do { try payload.setPersonal(locked) } catch {
            preconditionFailure("What is locked is not read, so it cannot be wrong: \(error)")
        }
        return MemberWriter.bytes(of: payload)
    }

    /// The streams it belongs to, each once, the subject first.
    func streamNames(organisation: UniqueID) -> [StreamName] {
        var names: [StreamName] = []
        for text in streamTexts(organisation: organisation) {
            guard let name = StreamName(text) else {
                preconditionFailure("'\(text)' of \(Self.type) is no stream name.")
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Checked where it is read, so that `streams(organisation:)` never traps on what was read.
    private func checkStreams() throws(EventDecodingError) {
        for text in streamTexts(organisation: UniqueID(high: 0, low: 0))
        where StreamName(text) == nil {
            throw .invalidStream(type: Self.type, name: text)
        }
    }
}

/// The parts of a stream's name, one after the other.
@inline(never)  // Interpolations in generated code would take the optimiser half as long again.
func streamText(_ parts: [String]) -> String {
    var text = ""
    for part in parts { text += part }
    return text
}
