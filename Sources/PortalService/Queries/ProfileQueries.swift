import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What is known of medical profiles.
    static let profileQueries = [
        Query("ProfileState", about: "profileId") { asked in
            let id = try asked.input.id("profileId")
            let (_, _, clientID) = try asked.profile(id)
            try asked.requireStaff(orOwnerOf: id, clientID)
            let arguments: [String: JSONValue] = ["profile": .string("\(id)")]
            let rows = try asked.rows(
                about: clientID,
                "profile-states",
                "profile-state",
                arguments
            )
            guard let row = rows.first else { throw Refusal(.notFound) }
            return row
        },
        Query("AccessGrants", about: "profileId") { asked in
            let id = try asked.input.id("profileId")
            let (_, _, clientID) = try asked.profile(id)
            try asked.requireStaff(orOwnerOf: id, clientID)
            let arguments: [String: JSONValue] = ["profile": .string("\(id)")]
            return .array(
                try asked.rows(about: clientID, "access-grants", "by-profile", arguments)
            )
        },
        Query("RecordResources", about: "profileId") { asked in
            let id = try asked.input.id("profileId")
            _ = try asked.profile(id)
            try asked.asNow.requireReading(id)
            return .array(try resources(of: id, asked))
        },
    ]

    /// Their content is not in any projection: it is opened from the log, for whoever may read it.
    private static func resources(of profile: UniqueID, _ asked: QueryCase) throws -> [JSONValue] {
        let stream = StreamName("profile", profile)
        var order: [UniqueID] = []
        var rows: [UniqueID: [JSONMember]] = [:]
        for recorded in try asked.archive.events(in: [stream], through: asked.moment.sequence) {
            switch recorded.event {
            case .recordResourceAdded(let event):
                order.append(event.resourceId)
                rows[event.resourceId] = row(event, recorded.envelope)
            case .recordResourceAmended(let event):
                rows[event.resourceId] = rows[event.resourceId]?.map {
                    $0.name == "content" ? content(event.personal.content?.content) : $0
                }
            case .recordResourceRemoved(let event): rows[event.resourceId] = nil
            default: break
            }
        }
        return order.compactMap { rows[$0].map { .object($0) } }
    }

    private static func row(_ event: RecordResourceAdded, _ envelope: Envelope) -> [JSONMember] {
        [
            JSONMember("resourceId", .string("\(event.resourceId)")),
            JSONMember("kind", .string(event.kind)), content(event.personal.content?.content),
            JSONMember("structured", .bool(event.structured)),
            JSONMember("addedAt", .string("\(envelope.time)")),
            JSONMember("addedBy", .string(envelope.actor)),
        ]
    }

    private static func content(_ content: JSONValue?) -> JSONMember {
        JSONMember("content", content ?? .null)
    }
}

extension QueryCase {
    /// Lets those pass who may work on the profile: with a grant, as its owner, or staff with
    /// `workOnProfile` and the operator where the organisation controls it.
    fileprivate func requireReading(_ id: UniqueID) throws {
        let (profile, situation, _) = try profile(id)
        switch actor {
        case .anonymous: throw Refusal(.notPermitted)
        case .staff(let id):
            try requireStaff()
            let isOrganisations = profile.control == .organisation
            if isOrganisations, !settings.staff(id, has: .workOnProfile),
                profile.liveGrant(of: .professional(staff: id, organisation: organisation)) == nil
            {
                throw Refusal(
                    .notPermitted,
                    detail: "needs workOnProfile or an access of their own"
                )
            }
            try situation.requireWorkingAccess(to: profile)
        case .portalUser(let id):
            let access = situation.access(of: id, to: profile)
            if let barrier = access.barrier { throw Refusal(barrier) }
        case .system: try situation.requireWorkingAccess(to: profile)
        }
    }
}
