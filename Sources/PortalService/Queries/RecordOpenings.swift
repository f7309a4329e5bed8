import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Who has looked at a client's record.
    static let openingQueries = [
        Query("RecordOpenings", about: "profileId") { asked in
            let id = try asked.input.id("profileId")
            try asked.requireAuditor(orPatientOf: id)
            let (_, _, clientID) = try asked.profile(id)
            return .array(try openings(of: id, clientID, asked))
        }
    ]

    /// Those who opened or changed the record, and staff who read the audit trail about the
    /// client. They are read from the log: reading what is read here is not recorded in turn.
    private static func openings(
        of profile: UniqueID,
        _ client: UniqueID,
        _ asked: QueryCase
    ) throws -> [JSONValue] {
        let streams = [StreamName("profile", profile), StreamName("client", client)]
        return try asked.archive.events(in: streams, through: asked.moment.sequence).compactMap {
            switch $0.event {
            case .recordOpened(let event) where event.profileId == profile:
                row($0, "opened", purpose: event.purpose)
            case .recordResourceAdded(let event) where event.profileId == profile:
                row($0, "added", event.resourceId)
            case .recordResourceAmended(let event) where event.profileId == profile:
                row($0, "amended", event.resourceId)
            case .recordResourceRemoved(let event) where event.profileId == profile:
                row($0, "removed", event.resourceId)
            case .auditTrailRead: row($0, "auditTrailRead")
            default: nil
            }
        }
    }

    private static func row(
        _ recorded: RecordedEvent,
        _ act: String,
        _ resource: UniqueID? = nil,
        purpose: String? = nil
    ) -> JSONValue {
        .object([
            JSONMember("sequence", .integer(Int64(recorded.envelope.sequence))),
            JSONMember("time", .string("\(recorded.envelope.time)")),
            JSONMember("actor", .string(recorded.envelope.actor)),
            JSONMember("act", .string(act)), JSONMember("purpose", .text(purpose)),
            JSONMember("resourceId", .text(resource.map { "\($0)" })),
        ])
    }
}

extension QueryCase {
    /// Lets staff with `viewActivityLog` pass, the profile's owner, and the client whose record it
    /// is, as long as they can see it.
    fileprivate func requireAuditor(orPatientOf profileID: UniqueID) throws {
        guard case .portalUser(let id) = actor else { return try require(.viewActivityLog) }
        let (profile, situation, _) = try asNow.profile(profileID)
        if situation.isOwner(of: profile) { return }
        guard situation.client.ownAccount?.id == id,
            situation.access(of: id, to: profile).barrier == nil
        else { throw Refusal(.notPermitted) }
    }
}
