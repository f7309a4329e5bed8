import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What is known of medical profiles.
    static let profileQueries = [
        Query("ProfileState", about: "profileId") { asked in
            let id = try asked.input.id("profileId")
            let (_, _, clientID) = try asked.profile(id)
            try asked.requireStaff(orViewerOf: id, clientID)
            let arguments: [String: JSONValue] = ["profile": .string("\(id)")]
            let rows = try asked.rows(
                about: clientID,
                "profiles",
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
            let (_, _, clientID) = try asked.profile(id)
            try asked.asNow.requireReading(id)
            let arguments: [String: JSONValue] = ["profile": .string("\(id)")]
            return .array(
                try asked.rows(about: clientID, "record-resources", "record-resources", arguments)
            )
        },
    ]
}

extension QueryCase {
    /// Lets those pass who may work on the profile: with a grant, as its owner, or staff with
    /// `workOnProfile` and the operator where the organisation controls it.
    func requireReading(_ id: UniqueID) throws {
        let (profile, situation, _) = try profile(id)
        try situation.requireReading(of: profile)
    }
}
