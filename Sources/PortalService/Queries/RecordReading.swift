import EventLine
import PortalAccess
import PortalEvents

/// Something in a profile's record, as it is after its amendments.
struct RecordResource {
    let id: UniqueID
    let kind: String
    let isStructured: Bool
    /// Null once its key is gone.
    var content: JSONValue
    private let addedAt: Instant
    private let addedBy: String

    init(_ event: RecordResourceAdded, _ envelope: Envelope) {
        id = event.resourceId
        kind = event.kind
        isStructured = event.structured
        content = event.personal.content?.content ?? .null
        addedAt = envelope.time
        addedBy = envelope.actor
    }

    var json: JSONValue {
        .object([
            JSONMember("resourceId", .string("\(id)")), JSONMember("kind", .string(kind)),
            JSONMember("content", content), JSONMember("structured", .bool(isStructured)),
            JSONMember("addedAt", .string("\(addedAt)")), JSONMember("addedBy", .string(addedBy)),
        ])
    }
}

extension QueryCase {
    /// What is in a profile's record. Its content is not in any projection: it is opened from the
    /// log, for whoever may read it.
    func resources(of profile: UniqueID) throws -> [RecordResource] {
        let stream = StreamName("profile", profile)
        var resources: [RecordResource] = []
        for recorded in try archive.events(in: [stream], through: moment.sequence) {
            switch recorded.event {
            case .recordResourceAdded(let event):
                resources.append(RecordResource(event, recorded.envelope))
            case .recordResourceAmended(let event):
                guard let place = resources.firstIndex(where: { $0.id == event.resourceId }) else {
                    continue
                }
                resources[place].content = event.personal.content?.content ?? .null
            case .recordResourceRemoved(let event):
                resources.removeAll { $0.id == event.resourceId }
            default: break
            }
        }
        return resources
    }
}
