import EventLine
import PortalAccess
import PortalEvents
import ProjectionEngine
import Projections
import Testing

/// Thousands of short random histories, after each of which the projections must say what the
/// rules' own fold says. PortalServiceTests does the same with long ones on real files.
struct ProjectedStateTests {
    private static let historyCount = 30
    private static let stepCount = 60
    static let definitions = Result {
        try ProjectionDefinition.load(texts: ProjectionTexts.all, shapes: EventShape.all)
    }

    @Test(arguments: (0..<8).map { _ in UInt64.random(in: 0..<1 << 32) })
    func `projected states are the rules' own, after any history`(seed: UInt64) throws {
        for number in 0..<UInt64(Self.historyCount) {
            var history = RandomHistory(seed: seed + number)
            for _ in 0..<Self.stepCount { _ = history.advance() }
            let differences = try Self.differences(in: history.stage.world)
            guard differences.isEmpty else {
                Issue.record("seed \(seed + number): \(differences.joined(separator: "\n"))")
                return
            }
        }
    }

    @Test func `a difference between projection and fold is found`() throws {
        var history = RandomHistory(seed: 1)
        for _ in 0..<Self.stepCount * 5 { _ = history.advance() }
        let lines = history.stage.world.lines
        let behind = lines.prefix(lines.count / 2)
        let found = try Self.differences(in: history.stage.world, projected: Array(behind))
        #expect(!found.isEmpty)
    }

    private static func differences(
        in world: World,
        projected lines: [EventLine]? = nil
    ) throws -> [String] {
        let lines = lines ?? world.lines
        let states = try database("profile-states", lines)
        let profiles = try database("profiles", lines)
        let grants = try database("access-grants", lines)
        let contacts = try database("contacts", lines)
        let invites = try database("auto-invites", lines)
        let known = world.clients.values.flatMap(\.profiles)
        let found = try Set(
            known.flatMap { profile in
                try grants.query("by-profile", arguments: ["profile": .string("\(profile.id)")])
            }.map { "\($0["grantId"]?.string ?? "") \($0["state"]?.string ?? "")" }
        )
        let folded = known.flatMap(\.grants).map { "\($0.id) \($0.state.rawValue)" }
        var differences = found.symmetricDifference(folded).sorted()
        for (id, client) in world.clients {
            let listed = try contactList(of: id, contacts)
            let folded = contactList(of: id, in: world)
            if listed != folded {
                differences.append("client \(id): lists \(listed), folded \(folded)")
            }
            let projected = try projected(id, client, (states, profiles), in: world)
            let expected = expected(id, client, in: world)
            if projected != expected {
                differences.append("client \(id): projected \(projected), folded \(expected)")
            }
            let row = try invites.query(
                "auto-invite-state",
                arguments: ["client": .string("\(id)")]
            ).first
            let invite = AutoInviteFacts(row)
            if invite != AutoInviteFacts(client.autoInvite) {
                differences.append("client \(id): projected \(invite), folded \(client.autoInvite)")
            }
        }
        return differences
    }

    /// Each contact with what they are in the portal.
    private static func contactList(
        of id: UniqueID,
        _ database: ProjectionDatabase
    ) throws -> [String] {
        try database.query("contact-list", arguments: ["client": .string("\(id)")]).map { row in
            let isEnabled = row["enabled"]?.bool ?? false
            return
                "\(row["contactId"]?.string ?? "") \(isEnabled) \(row["portalRole"]?.string ?? "-")"
        }
    }

    private static func contactList(
        of id: UniqueID,
        in world: World
    ) -> [String] {
        var world = world
        world.here = world.homes[id]
        let situation = world.situation(about: id)
        return situation.client.contacts.map { contact in
            let role = situation.liveGrant(ofPerson: contact.personID)?.roleID
                .flatMap { world.home(of: id).organisation.roles[$0]?.name }
            return "\(contact.id) \(contact.isEnabled) \(role ?? "-")"
        }
    }

    private static func projected(
        _ id: UniqueID,
        _ client: ClientState,
        _ databases: (states: ProjectionDatabase, profiles: ProjectionDatabase),
        in world: World
    ) throws -> [String] {
        let arguments: [String: JSONValue] = [
            "client": .string("\(id)"), "today": .string("\(world.home(of: id).today)"),
            "now": .string("\(world.now)"),
        ]
        let user = try databases.states.query("patient-user-state", arguments: arguments).first
        let status = try databases.states.query(
            "client-status",
            arguments: ["client": .string("\(id)")]
        )
        var facts = [
            user?["state"]?.string ?? "none", "\(user?["activeCredentials"]?.bool ?? false)",
            user?["recordStatus"]?.string ?? "", status.first?["clientStatus"]?.string ?? "",
        ]
        for profile in client.profiles {
            let row = try databases.profiles.query(
                "profile-state",
                arguments: ["profile": .string("\(profile.id)")]
            ).first
            let counts = row?["resourceCounts"]?.members?.compactMap(\.value.integer) ?? []
            facts += [
                row?["control"]?.string ?? "", row?["ownership"]?.string ?? "",
                row?["owner"]?.string ?? "none", "\(counts.reduce(0, +))",
                "\(row?["connections"]?.array?.count ?? 0)",
            ]
        }
        return facts
    }

    private static func expected(
        _ id: UniqueID,
        _ client: ClientState,
        in world: World
    ) -> [String] {
        let (organisation, today) = world.home(of: id)
        let hasCredentials =
            client.ownAccount?.hasActiveCredentials(on: today, at: world.now) ?? false
        var facts = [
            client.userState(in: organisation, on: today)?.rawValue ?? "none",
            "\(hasCredentials)", client.card?.recordStatus.rawValue ?? "", client.status.rawValue,
        ]
        for profile in client.profiles {
            facts += [
                profile.control.rawValue, profile.ownership.rawValue,
                profile.ownerPersonID.map { "\($0)" } ?? "none", "\(profile.resources.count)",
                "\(profile.connections.count)",
            ]
        }
        return facts
    }

    static func database(
        _ name: String,
        _ lines: [EventLine]
    ) throws -> ProjectionDatabase {
        let definition = try #require(try definitions.get().first { $0.name == name })
        return try .inMemory(definition, lines: lines) { .opened(World.unsealed($0)) }
    }
}

/// What a projection and a fold say of an automatic invitation.
private struct AutoInviteFacts: Hashable {
    private let state: String
    private let plan: String
    private let reasons: [String]

    init(_ row: JSONValue?) {
        state = row?["state"]?.string ?? "idle"
        let isWaiting = state == "scheduled" || state == "withheld"
        let trigger = row?["trigger"]?.string ?? ""
        plan = isWaiting ? "\(trigger) \(row?["dueOn"]?.string ?? "")" : ""
        reasons = row?["reasons"]?.array?.compactMap(\.string) ?? []
    }

    init(_ invite: AutoInvite) {
        plan = invite.plan.map { "\($0.trigger.rawValue) \($0.dueOn)" } ?? ""
        switch invite.state {
        case .idle: (state, reasons) = ("idle", [])
        case .scheduled: (state, reasons) = ("scheduled", [])
        case .withheld(_, let found): (state, reasons) = ("withheld", found.map(\.rawValue))
        case .done: (state, reasons) = ("done", [])
        }
    }
}
