import EventLine
import Foundation
import GRDB
import PortalAccess
import Testing

@testable import PortalService

/// A stopped projection answers as of where it stands and says so; nobody else notices.
@Suite(.opensStores, .timeLimit(.minutes(20))) struct StoppedProjectionTests {
    @Test func `a query of a stopped projection says where it stands`() async throws {
        let house = try await houseWithStoppedLetters()
        let stopped = house.store.head
        let reply = try await house.show("LetterTemplates")
        #expect(reply["ok"] == true)
        #expect(reply["result"]?.array?.count == 0)
        #expect(reply["sequence"] == .integer(Int64(stopped)))
        let said = try #require(reply["stopped"]?.array?.first)
        #expect(said["projection"] == "letters")
        #expect(said["position"] == .integer(Int64(stopped - 1)))
        #expect(said["failure"]?["sequence"] == .integer(Int64(stopped)))
        #expect(said["failure"]?["type"] == "LetterTemplateCreated.v1")
    }

    @Test func `questions that it has no part in are answered as ever`() async throws {
        let house = try await houseWithStoppedLetters()
        try await house.ids(
            "RegisterClient",
            ["givenName": "Ada", "familyName": "Lane", "dateOfBirth": "1980-02-29"]
        )
        let reply = try await house.show("ClientList")
        #expect(reply["stopped"] == nil)
        #expect(reply["result"]?.array?.count == 1)
        #expect(reply["sequence"] == .integer(Int64(house.store.head)))
    }

    @Test func `a reading process is told the same`() async throws {
        let house = try await houseWithStoppedLetters()
        let archive = try Archive(reading: house.directory, clock: house.store.clock)
        let reply = try QueryDesk(archive: archive).show(QueryRequest("LetterTemplates")).json
        #expect(reply["stopped"]?.array?.count == 1)
        let early = QueryRequest("LetterTemplates", input: ["asOf": .integer(5)])
        #expect(try QueryDesk(archive: archive).show(early).json["stopped"] == nil)
    }

    @Test func `whoever follows lets others read what is new`() async throws {
        let house = try await House()
        let follower = ProjectionFollower(house.store)
        let archive = try Archive(reading: house.directory, clock: house.store.clock)
        for name in ["One", "Two", "Three"] {
            try await house.ids(
                "RegisterClient",
                [
                    "givenName": "Ada", "familyName": .string(name), "dateOfBirth": "1980-02-29",
                ]
            )
            let outcome = try archive.wait(for: house.store.head, atMost: .seconds(30))
            guard case .reached = outcome else { throw Unexpected("\(outcome)") }
            #expect(try archive.projectionList().allSatisfy { $0.position == house.store.head })
        }
        follower.end()
        #expect(follower.trouble == nil)
        let never = try archive.wait(for: house.store.head + 1, atMost: .milliseconds(20))
        guard case .notReached(let why) = never else { throw Unexpected("\(never)") }
        #expect(why.contains("the log ends at \(house.store.head)"))
    }

    /// Whatever is given back last closes databases, and must not do so on a thread that ends.
    @Test func `a store is nobody's any more once whoever followed it has ended`() async throws {
        let house = try await House()
        let (directory, clock) = (house.directory, house.store.clock)
        try house.close()
        for _ in 0..<100 {
            weak var left: Store?
            try {
                let store = try Store.open(at: directory, clock: clock)
                left = store
                ProjectionFollower(store).end()
                try store.close()
            }()
            #expect(left == nil)
        }
    }

    /// A trigger in the live file refuses the next letter template.
    private func houseWithStoppedLetters() async throws -> House {
        let house = try await House()
        let base = try await house.ids(
            "CreateLetterTemplateBase",
            ["name": "Base", "wordFile": emptyWordFile, "body": "{{body}}"]
        )
        try house.store.catchUpProjections()
        let queue = try DatabaseQueue(path: house.directory.projectionsPath + "/letters.sqlite")
        try await queue.write { db in
            try db.execute(
                sql: """
                    create trigger refusal before insert on letter_templates
                    begin select raise(abort, 'refused'); end
                    """
            )
        }
        try queue.close()
        try await house.ids(
            "CreateLetterTemplate",
            [
                "object": "patientProfile", "baseId": base["baseId"] ?? .null, "name": "Letter",
                "body": "Dear {{clientName}}", "parts": ["patientIdNumber"],
            ]
        )
        try house.store.catchUpProjections()
        return house
    }
}
