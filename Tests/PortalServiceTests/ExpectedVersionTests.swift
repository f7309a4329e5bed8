import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// A command that rests on what somebody has seen is refused where more has happened since.
@Suite(.opensStores) struct ExpectedVersionTests {
    private func reply(
        _ house: House,
        _ client: UniqueID,
        _ version: JSONValue,
        as actor: Actor? = nil
    ) async throws -> JSONValue {
        let line: JSONValue = [
            "command": "ChangeRecordStatus", "as": .string((actor ?? house.ana).description),
            "input": ["clientId": .uuid(client), "status": "inactive"],
            "expectedVersion": version,
        ]
        return try await house.session.answer(line.canonicalBytes)
    }

    @Test func `it is obeyed at that version and at no other`() async throws {
        let house = try await House()
        let client = try await house.client()
        #expect(try await reply(house, client, 2)["reason"] == "versionConflict")
        #expect(try await reply(house, client, 0)["reason"] == "versionConflict")
        let head = house.store.head
        #expect(try await reply(house, client, 1)["ok"] == true)
        #expect(try await reply(house, client, 1)["reason"] == "versionConflict")
        #expect(house.store.head == head + 1)
        #expect(try await reply(house, client, .null)["ok"] == true)
    }

    @Test func `whoever may not ask learns no version`() async throws {
        let house = try await House()
        let client = try await house.client()
        let refused = try await reply(house, client, 7, as: try await house.ben())
        #expect(refused["reason"] == "notPermitted")
    }

    @Test func `an outsider does not learn by a version whom they ask about`() async throws {
        let house = try await House()
        _ = try await house.acceptedClient("Cara")
        let head = house.store.head
        var told: Set<String> = []
        for email in ["Cara@example.org", "nobody@example.org"] {
            let line: JSONValue = [
                "command": "SignIn", "as": "anonymous", "expectedVersion": 1,
                "input": ["email": .string(email), "password": "wrong"],
            ]
            told.insert(try await house.session.answer(line.canonicalBytes).canonicalText)
        }
        #expect(told.count == 1)
        #expect(told.first?.contains("expectedVersion") == true)
        #expect(house.store.head == head)
    }

    @Test(arguments: [JSONValue.string("1"), -1, true])
    func `anything but a number of events is refused`(version: JSONValue) async throws {
        let house = try await House()
        let client = try await house.client()
        let refused = try await reply(house, client, version)
        #expect(refused["reason"] == "invalidInput")
        #expect(refused["field"] == "expectedVersion")
    }

    @Test func `a query rests on no version`() async throws {
        let house = try await House()
        let line: JSONValue = ["show": "ClientList", "expectedVersion": 1]
        let refused = try await house.session.answer(line.canonicalBytes)
        #expect(refused["field"] == "expectedVersion")
    }
}
