import EventLine
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// Reading the audit trail is itself recorded: by whom, what, and about whom.
@Suite(.opensStores) struct TrailReadingTests {
    @Test(arguments: QueryCatalogue.all.filter(\.readsTrail).map(\.name))
    func `a reading by staff is one event, one by the operator none`(query: String) async throws {
        let story = try await FamilyStory()
        let input = story.input(of: query)
        let head = story.house.store.head
        _ = try await story.house.result(query, input)
        #expect(story.house.store.head == head)
        _ = try await story.house.result(query, input, as: story.house.ana)
        #expect(try story.house.types(after: head) == ["AuditTrailRead.v1"])
        let readings = try await story.house.result("AuditTrail", ["type": "AuditTrailRead"])
        let last = try #require(readings.array?.last)
        #expect(last["actor"]?.string == "\(story.house.ana)")
        #expect(last["client"] == .uuid(story.client))
        #expect(last["detail"]?["query"]?.string == query)
        #expect(last["detail"]?["filter"] == input)
    }

    @Test(arguments: QueryCatalogue.all.filter(\.readsTrail).map(\.name))
    func `without the permission nothing is shown and no reading recorded`(
        query: String
    ) async throws {
        let story = try await FamilyStory()
        let ben = try await story.house.ben()
        let head = story.house.store.head
        for actor in [ben, .anonymous] {
            let reply = try await story.house.show(query, story.input(of: query), as: actor)
            #expect(reply["reason"] == "notPermitted")
        }
        #expect(story.house.store.head == head)
    }

    @Test func `a patient's openings hold the readings about them, and no others`() async throws {
        let story = try await FamilyStory()
        let ana = story.house.ana
        let other = try await story.house.client("Dora")
        _ = try await story.house.result("AuditTrail", ["clientId": .uuid(other)], as: ana)
        // The id in another field is no reading about the client.
        let actor: JSONValue = ["actor": .string("\(story.client)")]
        _ = try await story.house.result("AuditTrail", actor, as: ana)
        _ = try await story.house.result(
            "History",
            ["subject": .string("profile/\(story.profile)")],
            as: ana
        )
        let openings = try await story.house.result(
            "RecordOpenings",
            ["profileId": .uuid(story.profile)]
        )
        #expect(openings.column("act") == ["auditTrailRead"])
        #expect(openings.column("actor") == ["\(ana)"])
    }

    @Test func `reading the readings adds one reading, not more`() async throws {
        let story = try await FamilyStory()
        let mine: JSONValue = ["clientId": .uuid(story.client), "type": "AuditTrailRead"]
        for count in 0..<3 {
            let rows = try await story.house.result("AuditTrail", mine, as: story.house.ana)
            #expect(rows.array?.count == count)
        }
    }
}

extension FamilyStory {
    /// An input about the story's client, for any query that reads the trail.
    fileprivate func input(of query: String) -> JSONValue {
        switch query {
        case "ExplainAccess": ["accountId": account, "profileId": .uuid(profile)]
        case "AccessHistory": ["profileId": .uuid(profile)]
        case "History": ["subject": .string("client/\(client)")]
        case "SubjectDifference": ["subject": .string("client/\(client)"), "from": 1]
        default: ["clientId": .uuid(client)]
        }
    }
}
