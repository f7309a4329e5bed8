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
            let (_, situation, clientID) = try asked.profile(id)
            try asked.requireStaff(orOwnerOf: id, clientID)
            let arguments: [String: JSONValue] = ["profile": .string("\(id)")]
            let rows = try asked.rows(about: clientID, "access-grants", "by-profile", arguments)
            return .array(rows.map { withAccount($0, situation) })
        },
        Query("RecordResources", about: "profileId") { asked in
            let id = try asked.input.id("profileId")
            let (_, _, clientID) = try asked.profile(id)
            let shown = try asked.asNow.readableKinds(of: id)
            let arguments: [String: JSONValue] = ["profile": .string("\(id)")]
            let rows = try asked.rows(
                about: clientID,
                "record-resources",
                "record-resources",
                arguments
            )
            return .array(rows.filter { shown.includes($0) })
        },
    ]
}

extension QueryCatalogue {
    /// Who was given access before they had an account has it by the one that came since.
    private static func withAccount(_ row: JSONValue, _ situation: Situation) -> JSONValue {
        guard row["accountId"] == .null, let holder = row["holder"]?.string,
            holder.hasPrefix("person/"), let person = UniqueID(holder.dropFirst(7)),
            let account = situation.account(ofPerson: person)?.account.id
        else { return row }
        return .object(
            (row.members ?? []).map {
                $0.name == "accountId" ? JSONMember("accountId", .string("\(account)")) : $0
            }
        )
    }
}

extension QueryCase {
    /// Lets those pass who may work on the profile: with a grant, as its owner, or staff with
    /// `workOnProfile` and the operator where the organisation controls it.
    func requireReading(_ id: UniqueID) throws {
        let (profile, situation, _) = try profile(id)
        try situation.requireReading(of: profile)
    }

    /// What of the record whoever asks may read: all of it who works on it or owns it, others what
    /// their role shows in the portal.
    fileprivate func readableKinds(of id: UniqueID) throws -> ReadableKinds {
        let (profile, situation, _) = try profile(id)
        try situation.requireReading(of: profile)
        guard case .portalUser(let account) = actor, profile.ownerAccountID != account else {
            return .all
        }
        return .portal(situation.access(of: account, to: profile).permissions)
    }
}

/// What of a record somebody may read.
private enum ReadableKinds {
    case all
    /// Structured information only (S2-24), of the kinds that the role shows (S3-17).
    case portal([PortalPermission])

    func includes(_ row: JSONValue) -> Bool {
        switch self {
        case .all: true
        case .portal(let permissions):
            row["structured"] == true
                && permissions.contains(Self.part(ofKind: row["kind"]?.string ?? ""))
        }
    }

    /// The part of the portal that shows a kind of resource, as in PatientPortalContent.
    private static func part(ofKind kind: String) -> PortalPermission {
        switch kind {
        case "appointment": .appointments
        case "referral": .referrals
        case "medication": .medications
        case "condition": .conditions
        case "visit": .visits
        default: .profile
        }
    }
}
