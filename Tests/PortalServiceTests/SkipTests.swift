import EventLine
import Foundation
import PortalAccess
import ProjectionEngine
import Testing

@testable import PortalService

/// An operator's projection that some events stop, and what an operator can do about it.
@Suite(.opensStores, .timeLimit(.minutes(20))) struct SkipTests {
    @Test func `a skipped event is passed over live, in rebuilds and after a restart`()
        async throws
    {
        let house = try await stoppedHouse()
        let stopped = try stop(of: house)
        #expect(try await skip(stopped, house) == "skipped")
        #expect(try names(house) == ["Lane", "Poe"])
        #expect(try Archive(of: house.store).rebuild(["short-names"]) == [:])
        #expect(try names(house) == ["Lane", "Poe"])

        let now = house.store.clock.now
        try house.close()
        try FileManager.default.removeItem(atPath: house.directory.projectionsPath)
        try await house.open(at: now)
        #expect(try house.store.catchUpProjections() == [:])
        #expect(try names(house) == ["Lane", "Poe"])
    }

    @Test func `a reading process rebuilds with what was skipped`() async throws {
        let house = try await stoppedHouse()
        _ = try await skip(try stop(of: house), house)
        let archive = try Archive(
            reading: house.directory,
            clock: house.store.clock,
            extraProjections: house.extraProjections
        )
        #expect(try archive.rebuild(nil) == [:])
        #expect(try names(house) == ["Lane", "Poe"])
    }

    @Test func `the audit trail says who skipped what and why`() async throws {
        let house = try await stoppedHouse()
        let stopped = try stop(of: house)
        _ = try await skip(stopped, house, reason: "too long")
        let trail = try await house.result("AuditTrail", ["type": "ProjectionEventSkipped"])
        #expect(trail.array?.count == 1)
        #expect(trail.array?.first?["actor"] == "system/operator")
        let expected: JSONValue = [
            "projection": "short-names", "sequence": .integer(Int64(stopped)),
            "reason": "too long",
        ]
        #expect(trail.array?.first?["detail"] == expected)
    }

    @Test func `what did not stop a projection is not skipped`() async throws {
        let house = try await stoppedHouse()
        let stopped = try stop(of: house)
        let head = house.store.head
        #expect(try await skip(stopped - 1, house).contains("did not stop at event"))
        #expect(try await skip(stopped, house, in: "letters").contains("did not stop at event"))
        for (sequence, projection) in [(head + 1, "letters"), (0, "letters"), (1, "lettres")] {
            await #expect(throws: ServiceError.self) {
                try await skip(sequence, house, in: projection)
            }
        }
        #expect(house.store.head == head)
    }

    @Test func `a second skip writes nothing`() async throws {
        let house = try await stoppedHouse()
        let stopped = try stop(of: house)
        _ = try await skip(stopped, house)
        let head = house.store.head
        #expect(try await skip(stopped, house) == "before \(head)")
        #expect(house.store.head == head)
    }

    @Test func `an event that stops only the rebuild can be skipped too`() async throws {
        let house = try await stoppedHouse(shortNames.replacing("< 6", with: "< 60"))
        #expect(try house.store.catchUpProjections() == [:])
        try house.define(shortNames)
        try await house.reopen()
        let failures = try Archive(of: house.store).rebuild(["short-names"])
        #expect(failures.keys.sorted() == ["short-names"])
        #expect(try names(house) == ["Lane", "Longername", "Poe"])
        let stops = try house.store.projections.stops(of: "short-names")
        #expect(try await skip(try #require(stops.first?.sequence), house) == "skipped")
        #expect(try Archive(of: house.store).rebuild(["short-names"]) == [:])
        #expect(try names(house) == ["Lane", "Poe"])
    }

    private func stop(of house: House) throws -> UInt64 {
        let list = try Archive(of: house.store).projectionList()
        let entry = try #require(list.first { $0.name == "short-names" })
        #expect(!entry.isSound)
        #expect(entry.json["state"] == "stopped")
        #expect(entry.failure?.statement == "short-names.sql:7")
        #expect(entry.failure?.type == "ClientRegistered.v1")
        #expect(list.filter { $0.name != "short-names" }.allSatisfy { $0.isSound && $0.lag == 0 })
        return try #require(entry.failure?.sequence)
    }

    private func skip(
        _ sequence: UInt64,
        _ house: House,
        in projection: String = "short-names",
        reason: String = "why not"
    ) async throws -> String {
        switch try await house.desk.skip(sequence, in: projection, reason: reason) {
        case .skipped: "skipped"
        case .skippedBefore(let decision): "before \(decision)"
        case .refused(let why): why
        }
    }

    private func names(_ house: House) throws -> [String] {
        try house.store.catchUpProjections()
        return try house.store.projections.query("all", of: "short-names")
            .compactMap { $0["name"]?.string }
    }

    private func stoppedHouse(_ text: String = shortNames) async throws -> House {
        let house = try await House()
        try house.define(text)
        try await house.reopen()
        for name in ["Lane", "Longername", "Poe"] {
            try await house.ids(
                "RegisterClient",
                [
                    "givenName": "Ada", "familyName": .string(name), "dateOfBirth": "1980-02-29",
                ]
            )
        }
        try house.store.catchUpProjections()
        return house
    }
}

/// A projection that cannot hold a name of six letters.
let shortNames = """
    -- projection: short-names
    -- The family names of clients.

    create table clients (client_id text primary key, name text check (length(name) < 6)) strict;

    -- on: ClientRegistered.v1
    insert into clients values (:clientId, $familyName);

    -- on: PersonalDataKeyDestroyed.v1
    update clients set name = null where client_id = :clientId;

    -- query: all ()
    select name from clients order by name;

    """
