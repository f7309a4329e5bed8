/// The enum over all events, which the schema compiler writes.
protocol EventUnion: Hashable, Sendable {
    /// Every version of every event, in the order of their names.
    static var payloadTypes: [any EventPayload<Self>.Type] { get }
    /// The place of each type in `payloadTypes`.
    static var places: [String: Int] { get }
    /// The event's own struct.
    var payload: any EventPayload<Self> { get }
}

extension EventUnion {
    /// Reads an event's `data`, opens what is sealed in it, and brings it to its newest version.
    static func read<Failure: Error>(
        type: String,
        data: [UInt8],
        open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) -> Self {
        guard let place = places[type] else { throw .unknown(type, in: payloadTypes) }
        return try payloadTypes[place].decoded(from: data, open: open).portalEvent
    }

    /// What `places` is to be.
    static func placesByType() -> [String: Int] {
        var places: [String: Int] = [:]
        for (place, payload) in payloadTypes.enumerated() { places[payload.type] = place }
        return places
    }
}
