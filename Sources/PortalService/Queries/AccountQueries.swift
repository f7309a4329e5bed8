import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Where sign-in accounts stand, and what they may see.
    static let accountQueries = [
        Query("PatientUserState", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            try asked.requireStaff()
            _ = try asked.client(id)
            let arguments: [String: JSONValue] = [
                "client": .string("\(id)"), "today": .string("\(asked.today)"),
                "now": .string("\(asked.moment.time)"),
            ]
            let rows = try asked.rows(
                about: id,
                "profile-states",
                "patient-user-state",
                arguments
            )
            guard let row = rows.first else { throw Refusal(.notFound) }
            return row
        },
        Query("EffectiveAccess", about: "accountId") { asked in
            let accountID = try asked.input.id("accountId")
            let profileID = try asked.input.id("profileId")
            let row = try asked.effectiveAccess(of: accountID, to: profileID)
            try asked.requireStaff(orOwnerOf: profileID, orAccount: accountID, row.client)
            return row.access
        },
        Query("CredentialsDueToExpire") { asked in
            let days = try asked.input.optionalNumber("days", in: 0...3650) ?? 14
            try asked.requireStaff()
            let arguments: [String: JSONValue] = [
                "today": .string("\(asked.today)"),
                "until": .string("\(asked.today.adding(days: days))"),
            ]
            return .array(
                try asked.rows("profile-states", "credentials-due-to-expire", arguments)
            )
        },
        Query("UndistributedCredentials") { asked in
            _ = try asked.input.optionalNumber("days", in: 0...3650)
            try asked.requireStaff()
            let arguments: [String: JSONValue] = ["today": .string("\(asked.today)")]
            return .array(
                try asked.rows("profile-states", "undistributed-credentials", arguments)
            )
        },
    ]
}

extension QueryCase {
    /// Lets staff pass, the profile's owner, and whoever sees the profile through the portal now.
    func requireStaff(orViewerOf profile: UniqueID, _ client: UniqueID) throws {
        guard case .portalUser(let id) = actor else { return try requireStaff() }
        let now = try asNow.client(client, LinkQuestion(actor: actor))
        guard let found = now.client.profile, found.id == profile else {
            throw Refusal(.notPermitted)
        }
        if now.isOwner(of: found) { return }
        switch now.access(of: id, to: found).barrier {
        case nil: return
        case .accessNotGranted, .noProfileAccess: throw Refusal(.notPermitted)
        case .some(let barrier): throw Refusal(barrier)
        }
    }

    /// Lets staff pass, the profile's owner, and the holder of an account about that account.
    func requireStaff(
        orOwnerOf profile: UniqueID,
        orAccount account: UniqueID? = nil,
        _ client: UniqueID
    ) throws {
        guard case .portalUser(let id) = actor else { return try requireStaff() }
        let now = try asNow.client(client, LinkQuestion(actor: actor))
        let isOwner = now.client.profile.map { $0.id == profile && now.isOwner(of: $0) } ?? false
        guard isOwner || id == account else { throw Refusal(.notPermitted) }
    }
}
