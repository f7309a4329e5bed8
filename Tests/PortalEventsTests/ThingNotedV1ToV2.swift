@testable import PortalEvents

enum ThingNotedV1ToV2: Upcaster {
    static func upcast(_ old: ThingNotedV1) -> ThingNotedV2 {
        ThingNotedV2(
            thingId: old.thingId,
            name: old.name,
            mood: .`self`,
            default: false,
            ids: [],
            place: Place(name: "unknown", tags: []),
            personal: old.personal.map { .init(owner: $0.owner) }
        )
    }
}
