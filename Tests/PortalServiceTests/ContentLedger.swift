import EventLine
import EventLog
import PortalAccess
import PortalEvents

@testable import PortalService

/// What a client's events say when they are read one after the other, as replies show it: the
/// answer that the projections of content are held against.
struct ContentLedger {
    private let events: [RecordedEvent]

    init(_ store: Store, client: UniqueID, through sequence: UInt64 = .max) throws {
        events = try store.log.events(in: StreamName("client", client))
            .filter { $0.envelope.sequence <= sequence }
            .map { try RecordedEvent(line: $0, open: store.vault.opened) }
    }

    /// Every message with its thread, in order.
    var messages: [JSONValue] {
        var read: [UniqueID: Instant] = [:]
        for recorded in events {
            guard case .patientMessageRead(let event) = recorded.event else { continue }
            read[event.messageId] = read[event.messageId] ?? recorded.envelope.time
        }
        var order: [UniqueID] = []
        var threads: [UniqueID: [JSONValue]] = [:]
        for recorded in events {
            guard case .patientMessageSent(let event) = recorded.event else { continue }
            if threads[event.threadId] == nil { order.append(event.threadId) }
            threads[event.threadId, default: []].append(
                [
                    "messageId": .uuid(event.messageId),
                    "authorKind": .string(event.authorKind.rawValue),
                    "author": .string(recorded.envelope.actor),
                    "body": .text(event.personal.content?.body),
                    "sentAt": .string("\(recorded.envelope.time)"),
                    "readAt": .text(read[event.messageId].map { "\($0)" }),
                    "bulkId": .text(event.bulkId.map { "\($0)" }),
                ]
            )
        }
        return order.map { id in
            ["threadId": .uuid(id), "messages": .array(threads[id] ?? [])]
        }
    }

    var documents: [JSONValue] {
        var client = ClientState()
        for recorded in events { client.evolve(with: recorded.event) }
        return client.chart.documents.map { document in
            [
                "documentId": .uuid(document.id), "name": .text(document.name),
                "visible": .bool(document.isVisible), "fileName": .text(document.fileName),
                "mediaType": .text(document.mediaType),
            ]
        }
    }

    /// What a profile's record holds, as it is after its amendments.
    func resources(of profile: UniqueID) -> [JSONValue] {
        var resources: [(id: UniqueID, row: JSONValue)] = []
        for recorded in events {
            switch recorded.event {
            case .recordResourceAdded(let event) where event.profileId == profile:
                resources.append((event.resourceId, Self.row(of: event, recorded.envelope)))
            case .recordResourceAmended(let event):
                guard let place = resources.firstIndex(where: { $0.id == event.resourceId }) else {
                    continue
                }
                let content = event.personal.content?.content ?? .null
                let members = (resources[place].row.members ?? []).map { member in
                    member.name == "content" ? JSONMember("content", content) : member
                }
                resources[place].row = .object(members)
            case .recordResourceRemoved(let event):
                resources.removeAll { $0.id == event.resourceId }
            default: break
            }
        }
        return resources.map(\.row)
    }

    private static func row(of event: RecordResourceAdded, _ envelope: Envelope) -> JSONValue {
        [
            "resourceId": .uuid(event.resourceId), "kind": .string(event.kind),
            "content": event.personal.content?.content ?? .null,
            "structured": .bool(event.structured), "addedAt": .string("\(envelope.time)"),
            "addedBy": .string(envelope.actor),
        ]
    }

    /// Who opened a profile's record or changed it, as `sequence actor act resource`.
    func openings(of profile: UniqueID) -> [String] {
        events.compactMap { recorded in
            let head = "\(recorded.envelope.sequence) \(recorded.envelope.actor)"
            switch recorded.event {
            case .recordOpened(let event) where event.profileId == profile:
                return "\(head) opened -"
            case .recordResourceAdded(let event) where event.profileId == profile:
                return "\(head) added \(event.resourceId)"
            case .recordResourceAmended(let event) where event.profileId == profile:
                return "\(head) amended \(event.resourceId)"
            case .recordResourceRemoved(let event) where event.profileId == profile:
                return "\(head) removed \(event.resourceId)"
            default: return nil
            }
        }
    }
}
