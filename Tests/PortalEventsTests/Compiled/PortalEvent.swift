// Generated from EventSchemas/ by SchemaCompiler; changes here are lost.
// swift-format-ignore-file

import EventLine
@testable import PortalEvents

/// Any event of the portal, in its newest version.
enum PortalEvent: Hashable, Sendable {
    /// Written when nothing is said: it has no fields.
    case nothingSaid(NothingSaidV1)
    /// Written when a remark is made: a required field after optional ones, and optional
    /// personal fields.
    case remarkMade(RemarkMadeV1)
    /// Written when a thing is noted. It has a field of every kind, so that one sample shows
    /// whatever a schema can say and how it is written.
    case thingNoted(ThingNotedV2)
}

extension PortalEvent {
    /// The event's own struct.
    var payload: any EventPayload {
        switch self {
        case .nothingSaid(let event): event
        case .remarkMade(let event): event
        case .thingNoted(let event): event
        }
    }

    /// Every version of every event, in the order of their names.
    static let payloadTypes: [any EventPayload.Type] = [
        NothingSaidV1.self,
        RemarkMadeV1.self,
        ThingNotedV1.self,
        ThingNotedV2.self,
    ]

    /// The place of each type in `payloadTypes`.
    static let places: [String: Int] = placesByType(payloadTypes)

    /// Reads an event's `data`, opens what is sealed in it, and brings it to its newest
    /// version.
    init<Failure: Error>(
        type: String, data: [UInt8],
        open: (_ jwe: String) throws(Failure) -> OpenedPersonal
    ) throws(EventDecodingError) {
        switch Self.places[type] {
        case 0:
            let event: NothingSaidV1 = try NothingSaidV1.decoded(from: data)
            self = .nothingSaid(event)
        case 1:
            var event: RemarkMadeV1 = try RemarkMadeV1.decoded(from: data)
            try event.openPersonal(open)
            self = .remarkMade(event)
        case 2:
            var event: ThingNotedV1 = try ThingNotedV1.decoded(from: data)
            try event.openPersonal(open)
            let event2: ThingNotedV2 = upcast(event, by: ThingNotedV1ToV2.self)
            self = .thingNoted(event2)
        case 3:
            var event: ThingNotedV2 = try ThingNotedV2.decoded(from: data)
            try event.openPersonal(open)
            self = .thingNoted(event)
        default: throw EventDecodingError.unknown(type, in: Self.payloadTypes)
        }
    }
}
