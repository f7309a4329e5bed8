import EventLine
import PortalAccess
import PortalEvents
import ProjectionEngine

/// The read models of `portal-access.sql`, asked about one client or the whole organisation.
extension QueryCase {
    /// A client's row of the list of clients, with the actions that somebody is shown.
    func listedClient(_ id: UniqueID, for actor: Actor) throws -> JSONValue {
        let linked = try isLive ? [] : Set(clientWithContacts(id).others.keys)
        let arguments: [String: JSONValue] = [
            "staff": staffArgument(actor), "today": .string("\(today)"),
            "now": .string("\(moment.time)"),
        ]
        return try accessRow(about: id, and: linked, "client-list", arguments)
    }

    /// The organisation's clients by name: so many of them behind one, or all.
    func listedClients(limit: Int?, after: UniqueID?) throws -> [JSONValue] {
        if let after, try firstEnvelope(of: StreamName("client", after)) == nil {
            throw Refusal(.notFound, field: "after")
        }
        return try rows(
            "portal-access",
            "client-list",
            [
                "staff": staffArgument(actor), "today": .string("\(today)"),
                "now": .string("\(moment.time)"), "after": .text(after.map { "\($0)" }),
                "limit": limit.map { .integer(Int64($0)) } ?? .null,
            ]
        )
    }

    /// The row about one client; refused where the organisation has no such client.
    func accessRow(
        about client: UniqueID,
        and others: Set<UniqueID> = [],
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws -> JSONValue {
        let own: [String: JSONValue] = [
            "organisation": .string("\(organisation)"), "client": .string("\(client)"),
        ]
        let all = own.merging(arguments) { own, _ in own }
        guard let row = try rows(about: client, and: others, "portal-access", query, all).first
        else { throw Refusal(.notFound, detail: "the organisation has nothing of this id") }
        return row
    }

    /// Whether the live rows answer, so that no streams need be found to fold: they do now, once
    /// they have come so far.
    var isLive: Bool {
        get throws {
            guard moment.isNow else { return false }
            let archive = try archive
            let position = try serviceError { () throws(ProjectionError) in
                try archive.projections.position(of: "portal-access")
            }
            return position >= moment.sequence
        }
    }

    /// Whose permissions count: null for the operator, who may do everything. Other parts of the
    /// program are no members of staff, and are shown nothing.
    private func staffArgument(_ actor: Actor) -> JSONValue {
        switch actor {
        case .staff(let id): .string("\(id)")
        case .systemOperator: .null
        case .system, .portalUser, .anonymous: .string("")
        }
    }
}

extension QueryCase {
    /// What an account may see of a profile, with the profile's client.
    func effectiveAccess(
        of account: UniqueID,
        to profile: UniqueID
    ) throws -> (access: JSONValue, client: UniqueID) {
        guard let client = try firstEnvelope(of: StreamName("profile", profile))?.client else {
            throw Refusal(.notFound, detail: "the organisation has nothing of this id")
        }
        guard try asNow.home(ofAccount: account) != nil else {
            throw Refusal(.notFound, field: "accountId")
        }
        let others = Set([try home(ofAccount: account)].compactMap { $0 })
            .union(try survivors(of: client))
        let arguments: [String: JSONValue] = [
            "client": .string("\(client)"), "account": .string("\(account)"),
            "profile": .string("\(profile)"), "today": .string("\(today)"),
            "adults": try adults(client, account, others),
        ]
        let rows = try rows(
            about: client,
            and: others,
            "portal-access",
            "effective-access",
            arguments
        )
        guard let row = rows.first else {
            throw Refusal(.notFound, detail: "the profile was deleted")
        }
        return (row, client)
    }

    /// The address with which a person signs in, and their access to this and other profiles
    /// (S3-23 to S3-26, S3-42).
    func manageAccess(
        of holder: HolderReference,
        to profile: UniqueID,
        _ situation: Situation
    ) throws -> JSONValue {
        let account = try account(of: holder, situation)
        return .object([
            JSONMember("profileId", .string("\(profile)")),
            JSONMember("holder", .string("\(holder.kind.rawValue)/\(holder.id)")),
            JSONMember("accountId", account["accountId"] ?? .null),
            JSONMember("loginEmail", .text(account["loginEmail"]?.string?.asLogin)),
            JSONMember("editable", account["editable"] ?? false),
            JSONMember("grants", account["grants"] ?? .array([])),
        ])
    }

    /// What the form for adding access starts with. The address is the one that the person signs
    /// in with, and fixed, while they have access somewhere; else what the card says (S3-10..14).
    func addAccessForm(for holder: HolderReference, _ situation: Situation) throws -> JSONValue {
        let person = try situation.portalPerson(holder)
        let account = try account(of: holder, situation)
        let login = account["grants"]?.array?.isEmpty == false ? account["loginEmail"] : nil
        let form = try accessRow(
            about: situation,
            "add-access-form",
            [
                "organisation": .string("\(organisation)"), "kind": .string(person.kind.rawValue),
                "holder": .string("\(person.id)"),
            ]
        )
        let email = login?.string.map { JSONValue.string($0.asLogin) }
        return .object([
            JSONMember("email", email ?? form?["email"] ?? .null),
            JSONMember("locked", .bool(email != nil)),
            JSONMember("roles", form?["roles"] ?? .array([])),
        ])
    }
}

extension QueryCase {
    /// The account that a holder signs in with, with what it reaches; an empty row where there is
    /// none.
    private func account(of holder: HolderReference, _ situation: Situation) throws -> JSONValue {
        guard let client = situation.client.id else { return [:] }
        let person = holder.personID(given: situation.client)
        let found = try accessRow(
            about: situation,
            "account-of-person",
            [
                "organisation": .string("\(organisation)"), "client": .string("\(client)"),
                "person": .string("\(person)"),
            ]
        )
        guard let account = found?.id("accountId") else { return [:] }
        let others = Set(situation.others.keys)
        let arguments: [String: JSONValue] = [
            "account": .string("\(account)"), "adults": try adults(client, account, others),
        ]
        return try accessRow(about: situation, "manage-access", arguments) ?? [:]
    }

    private func accessRow(
        about situation: Situation,
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws -> JSONValue? {
        guard let client = situation.client.id else { return nil }
        let others = Set(situation.others.keys)
        return try rows(about: client, and: others, "portal-access", query, arguments).first
    }

    /// The clients that have come of age among those that an account reaches, each with the first
    /// id that an access given since then can have: when the day begins depends on the time zone,
    /// which SQL does not know.
    private func adults(
        _ client: UniqueID,
        _ account: UniqueID,
        _ others: Set<UniqueID>
    ) throws -> JSONValue {
        guard settings.comingOfAgeYears != nil else { return [:] }
        let arguments: [String: JSONValue] = [
            "client": .string("\(client)"), "account": .string("\(account)"),
            "today": .string("\(today)"),
        ]
        let birthdays = try rows(
            about: client,
            and: others,
            "portal-access",
            "birthdays",
            arguments
        )
        let calendar = LocalCalendar(zone: settings.timeZone) ?? .universal
        return .object(
            birthdays.compactMap { row in
                guard let client = row["clientId"]?.string,
                    let birthday = row["birthday"]?.string.flatMap({ LocalDate($0) })
                else { return nil }
                let first = UniqueID(at: calendar.start(of: birthday), random: (0, 0))
                return JSONMember(client, .string("\(first)"))
            }
        )
    }
}
