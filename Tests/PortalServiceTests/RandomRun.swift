import EventLine
import Foundation
import PortalAccess

@testable import PortalService

/// A house that is set up with letters, roles and staff, and then lives at random.
final class RandomRun {
    let house: House
    let life: RandomLife
    private var outcomes: [String: Int] = [:]

    init(_ house: House, seed: UInt64) async throws {
        self.house = house
        life = RandomLife(
            seed: seed,
            ana: house.ana,
            organisation: house.organisation,
            now: house.store.clock.now
        )
        for request in try await setUp() {
            let reply = try await house.session.run(request)
            guard case .accepted = reply else { throw Unexpected(reply.json.canonicalText) }
            try life.learn(request, reply, in: house)
        }
    }

    /// How often each command had each outcome.
    var summary: String {
        outcomes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    func steps(_ count: Int) async throws {
        for _ in 0..<count {
            if life.random.oneIn(12) { try await house.advance(to: life.laterTime()) }
            let request = life.next()
            let reply = try await house.session.run(request)
            outcomes["\(request.command) \(reply.reason)", default: 0] += 1
            try life.learn(request, reply, in: house)
        }
        // Time zones and policies may have changed what is due; the clock's next step shows it.
        try await house.advance(to: life.laterTime())
    }

    private func setUp() async throws -> [CommandRequest] {
        let base = try await house.ids(
            "CreateLetterTemplateBase",
            ["name": "Base", "wordFile": emptyWordFile, "body": "{{organisationName}} {{body}}"]
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
                house.ana
            )
        }
        let clients = (1...8).map { _ in
            var request = life.registering()
            request.actor = house.ana
            return request
        }
        let staff = (1...3).map { number in
            ask(
                "AddStaffMember",
                ["name": .string("Ben \(number)"), "email": "b@example.org"],
                house.ana
            )
        }
        let role = ask(
            "DefinePortalRole",
            ["name": "family", "permissions": ["profile"]],
            house.ana
        )
        let feature = ask("TurnOnProfileBeforeAcceptance", [:], house.ana)
        return letters + clients + staff + [role, feature]
    }
}
