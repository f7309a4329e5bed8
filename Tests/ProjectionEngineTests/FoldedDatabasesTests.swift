import EventLine
import Testing

@testable import ProjectionEngine

/// Databases that are used for one question after the other answer like ones of each question's
/// own.
@Suite struct FoldedDatabasesTests {
    private let databases = FoldedDatabases()

    /// What a fold of these lines holds, or the failure.
    private func rows(
        _ text: String,
        common: [EventLine],
        own: [EventLine],
        skipping skipped: Set<UInt64> = []
    ) throws -> FoldedRows {
        try databases.rows(
            try definition(text),
            common: common,
            own: own,
            skipping: skipped,
            opening: opening
        )
    }

    private func answer(_ rows: FoldedRows) throws -> [JSONValue] {
        try (1...5).flatMap { try rows.query("by-profile", arguments: profile($0)) }
            + rows.query("count")
    }

    private func answer(_ database: ProjectionDatabase) throws -> [JSONValue] {
        try (1...5).flatMap { try database.query("by-profile", arguments: profile($0)) }
            + database.query("count")
    }

    private func profile(_ number: Int) -> [String: JSONValue] {
        ["profile": .string(grantID(number))]
    }

    @Test func `answers are those of a database of the question's own`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed)
        let lines = history(400, seed: seed)
        // Every question has some beginning of the common events, and others in between.
        let isCommon = lines.map { _ in Bool.random(using: &random) }
        for round in 0..<60 {
            let end = Int.random(in: 0...400, using: &random)
            let start = Int.random(in: 0...end, using: &random)
            let common = lines.prefix(end).enumerated().filter { isCommon[$0.offset] }
                .map(\.element)
            let own = lines.prefix(end).enumerated()
                .filter { !isCommon[$0.offset] && $0.offset >= start }.map(\.element)
            let all = (common + own).sorted { $0.envelope.sequence < $1.envelope.sequence }
            let whole = try ProjectionDatabase.inMemory(
                try definition(grantsText),
                lines: all,
                opening: opening
            )
            let found = try answer(try rows(grantsText, common: common, own: own))
            #expect(found == (try answer(whole)), "seed \(seed) round \(round)")
        }
    }

    @Test func `two questions at once do not see each other's events`() throws {
        let common = (1...70).map { added(UInt64($0), grant: $0) }
        let one = try rows(grantsText, common: common, own: [removed(80, grant: 1)])
        let other = try rows(grantsText, common: common, own: [added(81, grant: 81)])
        #expect(try one.query("count") == [["count": 69]])
        #expect(try other.query("count") == [["count": 71]])
    }

    @Test func `numbers of texts are given anew to each question`() throws {
        for _ in 0..<3 {
            let first = try rows(numberedText, common: [], own: [added(1, grant: 1)])
            #expect(try first.query("names") == [["number": 1, "name": "GrantAdded.v1"]])
        }
        let other = try rows(numberedText, common: [], own: [removed(1, grant: 1)])
        #expect(try other.query("names") == [["number": 1, "name": "GrantRemoved.v1"]])
    }

    @Test func `an event that fails stops its question alone`() throws {
        let common = [added(1, grant: 1)]
        let bad = [added(2, grant: 2), added(3, grant: 3, level: 5000), added(4, grant: 4)]
        let stopped = try rows(grantsText, common: common, own: bad)
        #expect(stopped.failure?.sequence == 3)
        #expect(stopped.position == 2)
        #expect(try stopped.query("count") == [["count": 2]])
        let next = try rows(grantsText, common: common, own: [added(2, grant: 2)])
        #expect(next.failure == nil)
        #expect(try next.query("count") == [["count": 2]])
    }

    @Test func `a common event that fails stops every question`() throws {
        let common = [added(1, grant: 1), added(2, grant: 2, level: 5000)]
        for _ in 0..<2 {
            let stopped = try rows(grantsText, common: common, own: [added(3, grant: 3)])
            #expect(stopped.failure?.sequence == 2)
            #expect(try stopped.query("count") == [["count": 1]])
        }
        let passed = try rows(
            grantsText,
            common: common,
            own: [added(3, grant: 3)],
            skipping: [2]
        )
        #expect(passed.failure == nil)
        #expect(try passed.query("count") == [["count": 2]])
    }
}

private let numberedText = """
    -- projection: numbered
    create table names (number integer primary key, name text not null unique) strict;
    create table trail (sequence integer primary key, type integer not null) strict;
    -- on: *
    insert into trail values (@sequence, number(@type));
    -- query: names ()
    select number, name from names order by number;
    """
