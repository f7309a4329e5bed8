// Generated from EventSchemas/ by SchemaCompiler; changes here are lost.
// swift-format-ignore-file

import EventLine
@testable import PortalEvents

/// Any event of the portal, in its newest version.
indirect enum PortalEvent: Hashable, Sendable {
    /// Written when nothing is said: it has no fields.
    case nothingSaid(NothingSaidV1)
    /// Written when a remark is made: a required field after optional ones, and optional
    /// personal fields.
    case remarkMade(RemarkMadeV1)
    /// Written when a thing is noted. It has a field of every kind, so that one sample shows
    /// whatever a schema can say and how it is written.
    case thingNoted(ThingNotedV2)
}

extension PortalEvent: EventUnion {
    /// The event's own struct.
    var payload: any EventPayload<PortalEvent> {
        switch self {
        case .nothingSaid(let event): event
        case .remarkMade(let event): event
        case .thingNoted(let event): event
        }
    }

    /// Every version of every event, in the order of their names.
    static let payloadTypes: [any EventPayload<PortalEvent>.Type] = [
        NothingSaidV1.self,
        RemarkMadeV1.self,
        ThingNotedV1.self,
        ThingNotedV2.self,
    ]

    /// The place of each type in `payloadTypes`.
    static let places: [String: Int] = placesByType()
}
