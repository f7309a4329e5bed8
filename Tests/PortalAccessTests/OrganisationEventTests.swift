import EventLine
import Foundation
import PortalAccess
import PortalEvents
import Testing

/// What is read of an organisation's stream is all that makes the organisation.
@Suite struct OrganisationEventTests {
    private let organisation = UniqueID(high: 5, low: 6)

    /// The samples of all event types that stand in an organisation's stream.
    private func events() throws -> [PortalEvent] {
        let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EventSchemas")
        return try EventShape.all.compactMap { shape in
            let file = schemas.appending(path: "\(shape.type).sample.json")
            let data = [UInt8](try Data(contentsOf: file)).dropLast()
            let event = try PortalEvent(type: shape.type, data: Array(data)) { _ in .unavailable }
            let streams = event.streams(organisation: organisation)
            return streams.contains { $0.category == "organisation" } ? event : nil
        }
    }

    @Test func `each is known to change the organisation, or to pass it by`() throws {
        let types = Set(try events().map(\.type))
        #expect(OrganisationState.eventTypes.isDisjoint(with: OrganisationState.passingTypes))
        #expect(
            types == OrganisationState.eventTypes.union(OrganisationState.passingTypes),
            "name the type in OrganisationEvents.swift"
        )
    }

    @Test func `those that pass it by leave it as it was`() throws {
        for event in try events() where OrganisationState.passingTypes.contains(event.type) {
            var state = OrganisationState()
            state.evolve(with: event)
            #expect(state == OrganisationState(), "\(event.type)")
        }
    }

    @Test func `those that change it stand in no client's stream`() throws {
        for event in try events() where OrganisationState.eventTypes.contains(event.type) {
            let streams = event.streams(organisation: organisation)
            #expect(!streams.contains { $0.category == "client" }, "\(event.type)")
        }
    }
}
