import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// The list of clients in pages, and who is shown what in it.
@Suite(.opensStores) struct ClientListTests {
    @Test(arguments: 1...6)
    func `pages of any length make up the whole list`(limit: Int64) async throws {
        let house = try await House()
        // Names that come in another order than the clients did, some of them more than once.
        for (given, family) in [
            ("Zoe", "Lane"), ("Ada", "Lane"), ("Ada", "Lane"), ("Bo", "Abel"), ("Cy", "Zimmer"),
        ] {
            let card: JSONValue = [
                "givenName": .string(given), "familyName": .string(family),
                "dateOfBirth": "1980-05-06",
            ]
            try await house.ids("RegisterClient", card, as: house.ana)
        }
        let whole = try await house.result("ClientList", as: house.ana).array ?? []
        #expect(whole.map { $0["name"]?.string ?? "" }.first == "Bo Abel")
        #expect(whole.count == 5)
        var pages: [JSONValue] = []
        var after = JSONValue.null
        for _ in 0...5 {
            let input: JSONValue = ["limit": .integer(limit), "after": after]
            let page = try await house.result("ClientList", input, as: house.ana).array ?? []
            #expect(page.count <= limit)
            pages += page
            guard let last = page.last?["clientId"] else { break }
            after = last
        }
        #expect(pages == whole)
    }

    @Test func `a page behind a client that is not there is refused`() async throws {
        let house = try await House()
        let other = try await house.ids(
            "RegisterOrganisation",
            ["name": "Elsewhere", "timeZone": "UTC"]
        ).requiredID("organisationId")
        let card: JSONValue = [
            "givenName": "Eve", "familyName": "Else", "dateOfBirth": "1980-05-06",
        ]
        let stranger = try await house.ids("RegisterClient", card, in: other)
        let input: JSONValue = ["after": stranger["clientId"] ?? .null]
        let reply = try await house.show("ClientList", input, in: house.organisation)
        #expect(reply["reason"] == "notFound")
        #expect(reply["field"] == "after")
        let list = try await house.show("ClientList", in: house.organisation)
        #expect(list["result"] == .array([]))
        for query in ["AvailableActions", "EnrolmentStatus", "PatientMessagingTab"] {
            let about: JSONValue = ["clientId": stranger["clientId"] ?? .null]
            let reply = try await house.show(query, about, in: house.organisation)
            #expect(reply["reason"] == "notFound", "\(query)")
        }
    }

    @Test func `the list shows what can be done by whoever asks`() async throws {
        let house = try await House()
        let client = try await house.client()
        let about: JSONValue = ["clientId": .uuid(client)]
        for actor in [house.ana, try await house.ben(), .systemOperator] {
            let list = try await house.result("ClientList", as: actor).array ?? []
            let actions = try await house.result("AvailableActions", about, as: actor)
            #expect(list.map { $0["actions"] } == [actions])
        }
    }
}
