import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Who has looked at a client's record or changed it, and staff who read the audit trail about
    /// the client. Reading what is read here is not recorded in turn.
    static let openingQueries = [
        Query("RecordOpenings", about: "profileId") { asked in
            let id = try asked.input.id("profileId")
            try asked.requireAuditor(orPatientOf: id)
            let (_, _, clientID) = try asked.profile(id)
            let arguments: [String: JSONValue] = [
                "organisation": .string("\(asked.organisation)"), "profile": .string("\(id)"),
            ]
            return .array(
                try asked.rows(
                    "record-openings",
                    "record-openings",
                    ofClient: clientID,
                    arguments
                )
            )
        }
    ]
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
