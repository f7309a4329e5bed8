import EventLine
import Foundation
import PortalAccess

@testable import PortalService

/// A house of two organisations that is set up with letters, roles and staff, and then lives at
/// random.
final class RandomRun {
    let house: House
    /// Of the house's own organisation, and of one on the other side of the world.
    let lives: [RandomLife]
    private var random: SplitMix
    private var outcomes: [String: Int] = [:]

    init(_ house: House, seed: UInt64) async throws {
        self.house = house
        random = SplitMix(seed &* 31)
        let now = house.store.clock.now
        let own = RandomLife(
            seed: seed,
            ana: house.ana,
            organisation: house.organisation,
            now: now
        )
        let found = try await house.ids(
            "RegisterOrganisation",
            ["name": "Hilltop", "timeZone": "Pacific/Auckland"]
        )
        let other = RandomLife(
            seed: seed &+ 1,
            ana: .staff(try found.requiredID("staffId")),
            organisation: try found.requiredID("organisationId"),
            now: now
        )
        lives = [own, other]
        for life in lives {
            for request in try await setUp(life) {
                try await obeyed(request, of: life)
            }
            for client in (life.known["clientId"] ?? []).suffix(4) {
                for request in family(of: client, life) {
                    try await obeyed(request, of: life)
                }
            }
        }
    }

    private func obeyed(_ request: CommandRequest, of life: RandomLife) async throws {
        try await run(request, of: life) { reply in
            guard case .accepted = reply else { throw Unexpected(reply.json.canonicalText) }
        }
    }

    /// A profile that the organisation keeps, and somebody who cares.
    private func family(of client: UniqueID, _ life: RandomLife) -> [CommandRequest] {
        let contact: JSONValue = [
            "clientId": .uuid(client), "relationship": "sister",
            "name": .string(life.personalWord("contact")),
        ]
        return [
            ask("CreateMedicalProfile", ["clientId": .uuid(client)], life.ana),
            ask("AddContact", contact, life.ana),
        ]
    }

    /// What nobody may find in clear outside the outbox.
    var secrets: Set<String> { lives.reduce(into: []) { $0.formUnion($1.secrets) } }
    /// What nobody may find in clear outside the outbox and the projections.
    var personal: Set<String> { lives.reduce(into: []) { $0.formUnion($1.personal) } }

    /// How often each command had each outcome.
    var summary: String {
        outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    func steps(_ count: Int) async throws {
        for _ in 0..<count {
            if random.oneIn(12) { try await house.advance(to: lives[0].laterTime()) }
            for life in lives { life.now = house.store.clock.now }
            let life = random.oneIn(3) ? lives[1] : lives[0]
            var request = life.next()
            // Now and then the other organisation is asked for what is this one's.
            if random.oneIn(25) {
                request.organisation = lives.first { $0 !== life }?.organisation
            }
            try await run(request, of: life) { reply in
                outcomes["\(request.command) \(reply.reason)", default: 0] += 1
            }
        }
        // Time zones and policies may have changed what is due; the clock's next step shows it.
        try await house.advance(to: lives[0].laterTime())
    }

    private func run(
        _ request: CommandRequest,
        of life: RandomLife,
        _ check: (CommandReply) throws -> Void
    ) async throws {
        var request = request
        if request.organisation == nil { request.organisation = life.organisation }
        let reply = try await house.session.run(request)
        try check(reply)
        guard request.organisation == life.organisation else { return }
        try life.learn(request, reply, in: house)
    }

    private func setUp(_ life: RandomLife) async throws -> [CommandRequest] {
        let base = try await house.ids(
            "CreateLetterTemplateBase",
            ["name": "Base", "wordFile": emptyWordFile, "body": "{{organisationName}} {{body}}"],
            as: life.ana,
            in: life.organisation
        )
        let parts: [[JSONValue]] = [
            ["patientIdNumber", "activationCode", "registrationLink"], ["patientIdNumber"],
            ["activationCode", "registrationLink"],
        ]
        let letters = parts.enumerated().map { number, parts in
            ask(
                "CreateLetterTemplate",
                [
                    "object": "patientProfile", "baseId": base["baseId"] ?? .null,
                    "name": .string("Letter \(number)"), "body": "Dear {{clientName}}",
                    "parts": .array(parts),
                ],
                life.ana
            )
        }
        let clients = (1...8).map { _ in
            var request = life.registering()
            request.actor = life.ana
            return request
        }
        return letters + clients + settings(life)
    }

    private func settings(_ life: RandomLife) -> [CommandRequest] {
        let staff = (1...3).map { number in
            ask(
                "AddStaffMember",
                ["name": .string("Ben \(number)"), "email": "b@example.org"],
                life.ana
            )
        }
        let email: JSONValue = [
            "purpose": "familyPortalAccess", "name": "Access", "subject": "Your access",
            "body": "{{portalLink}} {{temporaryPassword}}",
        ]
        return staff + [
            ask(
                "DefinePortalRole",
                ["name": "family", "permissions": ["profile"]],
                life.ana
            ), ask("TurnOnProfileBeforeAcceptance", [:], life.ana),
            ask("SaveEmailTemplate", email, life.ana),
        ]
    }
}
