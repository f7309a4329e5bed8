import EventLine
import PortalAccess
import PortalEvents
import ProjectionEngine
import Projections
import Testing

/// What the read models of access say of a world, held against what its rules say.
struct ProjectedAccess {
    private let database: ProjectionDatabase
    private var applied = 0

    private static let definition = Result {
        try ProjectionDefinition.load(texts: ProjectionTexts.all, shapes: EventShape.all)
            .first { $0.name == "portal-access" }
    }

    init(
        opening: @escaping PersonalOpening = { .opened(World.unsealed($0)) }
    ) throws {
        let definition = try #require(try Self.definition.get())
        database = try .inMemory(definition, lines: [], opening: opening)
    }

    /// Takes in what has happened since the last time, and gives the differences.
    mutating func differences(
        in world: World,
        asked actors: [Actor],
        leavingOut missing: Int = 0
    ) throws -> [String] {
        try database.apply(Array(world.lines(after: applied).dropLast(missing)))
        applied = world.history.count
        var found: [String] = []
        for organisation in world.organisations.keys.sorted() {
            var world = world
            world.here = organisation
            for id in world.clientsHere.keys.sorted() {
                for actor in actors { try compareActions(id, actor, world, &found) }
                try comparePortal(id, world, &found)
                try compareAccess(id, world, &found)
                try comparePeople(id, world, &found)
            }
        }
        return found
    }

    /// The actions that somebody is shown, as the read model says it.
    func actions(for client: UniqueID, as actor: Actor, in world: World) throws -> [String] {
        try listed(client, actor, world)?["actions"]?.array?.map {
            "\($0["label"]?.string ?? "") \($0["contactId"]?.string ?? "")"
        } ?? []
    }

    /// The link on the messaging tab.
    func link(for client: UniqueID, in world: World) throws -> String? {
        var arguments = arguments(world, client)
        arguments["now"] = nil
        return try database.query("messaging-tab", arguments: arguments).first?["link"]?.string
    }

    func name(of client: UniqueID, in world: World) throws -> String? {
        try listed(client, .systemOperator, world)?["name"]?.string
    }

    func login(of account: UniqueID) throws -> String? {
        let arguments = ["account": JSONValue.text(account), "adults": [:]]
        return try database.query("manage-access", arguments: arguments).first?["loginEmail"]?
            .string
    }

    /// The address with which the form for adding access starts.
    func email(_ kind: String, _ holder: UniqueID) throws -> String? {
        let arguments = ["kind": JSONValue.string(kind), "holder": .text(holder)]
        return try database.query("add-access-form", arguments: arguments).first?["email"]?.string
    }

    private func listed(_ client: UniqueID, _ actor: Actor, _ world: World) throws -> JSONValue? {
        var arguments = arguments(world, client)
        if case .staff(let id) = actor { arguments["staff"] = .text(id) }
        return try database.query("client-list", arguments: arguments).first
    }

    private func arguments(_ world: World, _ client: UniqueID) -> [String: JSONValue] {
        [
            "organisation": .text(world.organisation.id), "client": .text(client),
            "today": .string("\(world.today)"), "now": .string("\(world.now)"),
        ]
    }
}

extension ProjectedAccess {
    private func compareActions(
        _ id: UniqueID,
        _ actor: Actor,
        _ world: World,
        _ found: inout [String]
    ) throws {
        let expected = world.actions(for: id, as: actor).map {
            "\($0.label.rawValue) \($0.contactID.map { "\($0)" } ?? "")"
        }
        let shown = try actions(for: id, as: actor, in: world)
        if shown != expected {
            let extra = shown.filter { !expected.contains($0) }
            let missing = expected.filter { !shown.contains($0) }
            found.append("client \(id), \(actor): shown \(extra) too much, lacks \(missing)")
        }
    }

    /// State, enrolment and the link on the messaging tab.
    private func comparePortal(_ id: UniqueID, _ world: World, _ found: inout [String]) throws {
        let situation = world.situation(about: id)
        let row = try listed(id, .systemOperator, world)
        let arguments = arguments(world, id)
        let enrolment = try database.query("enrolment-status", arguments: arguments).first
        let tab = try database.query(
            "messaging-tab",
            arguments: arguments.filter { $0.key != "now" }
        ).first
        let shown = [
            row?["userState"]?.string, row?["clientStatus"]?.string, enrolment?["status"]?.string,
            tab?["link"]?.string,
        ]
        let expected = [
            situation.userState?.rawValue, situation.client.status.rawValue,
            situation.client.enrolment(on: world.today, at: world.now).rawValue,
            situation.messagingLink,
        ]
        if shown != expected { found.append("client \(id): \(shown), expected \(expected)") }
    }

    /// What every account sees of the client's profile.
    private func compareAccess(_ id: UniqueID, _ world: World, _ found: inout [String]) throws {
        let situation = world.situation(about: id)
        guard let profile = situation.client.profile else { return }
        let accounts = world.clients.values.flatMap(\.accounts).map(\.id) + [Stage.nobody]
        for account in accounts {
            let access = situation.access(of: account, to: profile)
            var arguments = arguments(world, id)
            arguments["now"] = nil
            arguments["organisation"] = nil
            arguments["account"] = .text(account)
            arguments["profile"] = .text(profile.id)
            arguments["adults"] = try adults(id, account, world)
            let row = try database.query("effective-access", arguments: arguments).first
            let shown =
                [row?["reason"]?.string].compactMap { $0 }
                + (row?["permissions"]?.array?.compactMap(\.string) ?? ["no row"])
            let expected =
                [access.barrier?.rawValue].compactMap { $0 } + access.permissions.map(\.rawValue)
            if shown != expected || row?["allowed"]?.bool != (access.barrier == nil) {
                found.append("\(account) of client \(id): \(shown), expected \(expected)")
            }
        }
    }

    /// The account of everybody who could have access, and what it reaches.
    private func comparePeople(_ id: UniqueID, _ world: World, _ found: inout [String]) throws {
        let situation = world.situation(about: id)
        let client = situation.client
        let people =
            [id] + client.contacts.map(\.personID) + (client.card?.representatives.map(\.id) ?? [])
        for person in people {
            let account = situation.account(ofPerson: person)?.account
            let row = try database.query(
                "account-of-person",
                arguments: [
                    "organisation": .text(world.organisation.id), "client": .text(id),
                    "person": .text(person),
                ]
            ).first
            guard row?["accountId"]?.string == account.map({ "\($0.id)" }) else {
                found.append("\(person) of client \(id): \(row?.canonicalText ?? "no account")")
                continue
            }
            guard let account else { continue }
            let grants = situation.liveGrants(of: account).map {
                "\($0.grant.id) \($0.profile.id) \($0.grant.state.rawValue)"
            }
            let expected = [account.loginEmail ?? "-"] + grants
            let shown = try reached(by: account.id, from: id, world)
            if shown != expected {
                found.append("\(account.id) from \(id): \(shown), expected \(expected)")
            }
        }
    }

    private func reached(
        by account: UniqueID,
        from client: UniqueID,
        _ world: World
    ) throws -> [String] {
        let arguments = [
            "account": JSONValue.text(account), "adults": try adults(client, account, world),
        ]
        let row = try database.query("manage-access", arguments: arguments).first
        let grants = row?["grants"]?.array ?? []
        return [row?["loginEmail"]?.string ?? "-"]
            + grants.map { grant in
                ["grantId", "profileId", "state"].map { grant[$0]?.string ?? "" }
                    .joined(separator: " ")
            }
    }

    /// Who has come of age, with the first id of the time since.
    private func adults(
        _ client: UniqueID,
        _ account: UniqueID,
        _ world: World
    ) throws -> JSONValue {
        let arguments: [String: JSONValue] = [
            "client": .text(client), "account": .text(account), "today": .string("\(world.today)"),
        ]
        let startOfDay = world.situation(about: client).startOfDay
        let rows = try database.query("birthdays", arguments: arguments)
        return .object(
            rows.map { row in
                let birthday = row["birthday"]?.string.flatMap { LocalDate($0) } ?? .epoch
                let first = UniqueID(at: startOfDay(birthday), random: (0, 0))
                return JSONMember(row["clientId"]?.string ?? "", .text(first))
            }
        )
    }
}

extension JSONValue {
    /// An id, or null where there is none.
    static func text(_ id: UniqueID?) -> JSONValue { id.map { .string("\($0)") } ?? .null }
}
