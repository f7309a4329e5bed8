import EventLine
import PortalAccess
import Testing

@testable import PortalService

@Suite(.opensStores) struct IdempotencyTests {
    private let card: JSONValue = [
        "givenName": "Ada", "familyName": "Lane", "dateOfBirth": "1980-02-29",
    ]

    @Test func `a repeated key gives the first answer, also after a restart`() async throws {
        let house = try await House()
        let first = try await house.run("RegisterClient", card, as: house.ana, key: "k1").json
        #expect(try await house.run("RegisterClient", card, as: house.ana, key: "k1").json == first)
        let head = house.store.head
        try await house.reopen()
        #expect(try await house.run("RegisterClient", card, as: house.ana, key: "k1").json == first)
        #expect(house.store.head == head)
    }

    @Test func `the order of the input's fields does not make another request`() async throws {
        let house = try await House()
        let first = try await house.run("RegisterClient", card, as: house.ana, key: "k1").json
        let turned = JSONValue.object((card.members ?? []).reversed())
        #expect(
            try await house.run("RegisterClient", turned, as: house.ana, key: "k1").json == first
        )
    }

    @Test func `a field that is null is one left out, also for a key`() async throws {
        let house = try await House()
        let first = try await house.run("RegisterClient", card, as: house.ana, key: "k1").json
        let spelt = JSONValue.object((card.members ?? []) + [JSONMember("email", .null)])
        #expect(
            try await house.run("RegisterClient", spelt, as: house.ana, key: "k1").json == first
        )
    }

    @Test func `a key with another input or command is refused and writes nothing`() async throws {
        let house = try await House()
        _ = try await house.run("RegisterClient", card, as: house.ana, key: "k1")
        let head = house.store.head
        var other = card.members ?? []
        other[0] = JSONMember("givenName", "Eve")
        let outcome = try await house.outcome(
            "RegisterClient",
            .object(other),
            as: house.ana,
            key: "k1"
        )
        #expect(outcome == "idempotencyKeyReused")
        let command = try await house.outcome(
            "TurnOnProfileBeforeAcceptance",
            as: house.ana,
            key: "k1"
        )
        #expect(command == "idempotencyKeyReused")
        #expect(house.store.head == head)
    }

    @Test func `a key belongs to the actor`() async throws {
        let house = try await House()
        let mine = try await house.run("RegisterClient", card, as: house.ana, key: "k1").json
        let theirs = try await house.run("RegisterClient", card, key: "k1").json
        #expect(theirs["ok"] == true)
        #expect(theirs["ids"] != mine["ids"])
    }

    @Test func `a key belongs to the organisation`() async throws {
        let house = try await House()
        let other = try await house.secondOrganisation()
        let here = try await house.run("RegisterClient", card, in: house.organisation, key: "k1")
        let there = try await house.run("RegisterClient", card, in: other, key: "k1")
        #expect(there.reason == "accepted")
        #expect(there.json["ids"] != here.json["ids"])
    }

    @Test func `founding an organisation twice with one key founds one`() async throws {
        let house = try await House()
        let input: JSONValue = ["name": "Other", "timeZone": "UTC"]
        let first = try await house.run("RegisterOrganisation", input, key: "k1").json
        #expect(try await house.run("RegisterOrganisation", input, key: "k1").json == first)
    }

    @Test func `a recorded refusal is repeated and not counted again`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.letterTemplate()
        _ = try await house.sendCredentials(client)
        guard case .object(var members) = try house.registration(client) else { return }
        members[1] = JSONMember("activationCode", "WRNG-CDEX-2345")
        for _ in 1...3 {
            let outcome = try await house.outcome(
                "RegisterPatientUser",
                .object(members),
                as: .anonymous,
                key: "k1"
            )
            #expect(outcome == "registrationRefused")
        }
        let state = try await house.result("PatientUserState", ["clientId": .uuid(client)])
        #expect(state["failedAttemptsLeft"] == 4)
    }

    @Test func `a recorded refusal is repeated word for word`() async throws {
        let house = try await House()
        let wrong: JSONValue = ["email": "nobody@example.org", "password": "correct horse"]
        for (command, input) in [("SignIn", wrong), ("RegisterClient", card)] {
            let first = try await house.run(command, input, as: .anonymous, key: command).json
            let again = try await house.run(command, input, as: .anonymous, key: command).json
            #expect(first["detail"]?.string != nil)
            #expect(again == first)
        }
    }

    @Test func `a refusal that wrote nothing is decided anew`() async throws {
        let house = try await House()
        let client = try await house.client()
        let input: JSONValue = ["clientId": .uuid(client), "createProfileBeforeAcceptance": true]
        let first = try await house.outcome("InviteClient", input, as: house.ana, key: "k1")
        #expect(first == "featureNotEnabled")
        try await house.ids("TurnOnProfileBeforeAcceptance", as: house.ana)
        let second = try await house.outcome("InviteClient", input, as: house.ana, key: "k1")
        #expect(second == "accepted")
    }
}
