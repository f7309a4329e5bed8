import EventLine
import Foundation
import GRDB
import ProjectionEngine
import Testing

@testable import PortalService

/// What is wrong in a projection's file is found, whatever it is and wherever it stands.
@Suite(.serialized, .opensStores, .timeLimit(.minutes(20)))
struct ProjectionVerifyTests {
    /// A table with rows, and how to break one.
    private struct Place: CustomStringConvertible {
        let file: String
        let projection: String
        let table: String
        /// A column outside of the key that can be changed.
        let column: String?
        let key: [String]
        /// The columns of text outside of it.
        let texts: [String]

        var description: String { "\(projection): \(table)" }
    }

    @Test func `a corrupted, a missing and an extra row are found in every table`() async throws {
        let seed = UInt64.random(in: 0...9999)
        print("ProjectionVerifyTests: seed \(seed)")
        let house = try await House()
        try house.define(shortNames.replacing("< 6", with: "< 60"))
        try await house.reopen()
        let life = try await RandomRun(house, seed: seed)
        try await life.steps(500)
        try house.store.catchUpProjections()
        let archive = try Archive(of: house.store)
        #expect(try wrong(archive) == [])
        let places = try places(in: house)
        let named = Set(places.map(\.projection))
        #expect(named.count >= 9, "\(named)")
        for place in places {
            for damage in try damages(of: place) {
                try expectFound(damage, at: place, archive)
            }
        }
        #expect(try wrong(archive) == [])
    }

    @Test func `a lost index and a lost table are found`() async throws {
        let house = try await House()
        try house.store.catchUpProjections()
        let archive = try Archive(of: house.store)
        let file = house.directory.projectionsPath + "/letters.sqlite"
        try change(file, "drop index letters_by_client")
        #expect(try text(archive, "letters").contains("index letters_by_client is missing"))
        try change(file, "drop table letters")
        #expect(try text(archive, "letters").contains("table letters is missing"))
        try change(file, "create table stray (a)")
        #expect(try text(archive, "letters").contains("table stray does not belong there"))
    }

    @Test func `a damaged file is told from one that differs`() async throws {
        let house = try await House()
        let life = try await RandomRun(house, seed: 5)
        try await life.steps(300)
        try house.store.catchUpProjections()
        try house.close()
        let link = house.directory.projectionsPath + "/audit-trail.sqlite"
        try change(link, "pragma wal_checkpoint(truncate)")
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
        let file = try #require(
            FileHandle(forUpdatingAtPath: house.directory.projectionsPath + "/" + target)
        )
        // The middle of the file is a page of rows or of an index.
        let size = try file.seekToEnd()
        try file.seek(toOffset: size / 2 / 4096 * 4096)
        try file.write(contentsOf: Data(repeating: 0x5a, count: 4096))
        try file.close()
        let archive = try Archive(reading: house.directory, clock: house.store.clock)
        #expect(try text(archive, "audit-trail").contains("the file is damaged"))
    }

    @Test func `verifying goes on while events are written and applied`() async throws {
        let house = try await House()
        let life = try await RandomRun(house, seed: 6)
        try await life.steps(100)
        let reader = try Archive(reading: house.directory, clock: house.store.clock)
        for _ in 1...5 {
            async let verdicts = Self.verify(reader)
            try await life.steps(60)
            try house.store.catchUpProjections()
            #expect(try await verdicts.filter { !$0.isSound }.map(\.text) == [])
        }
    }

    @concurrent private static func verify(
        _ archive: Archive
    ) async throws -> [ProjectionVerdict] {
        try archive.verifyProjections(nil)
    }

    // MARK: - Damage

    private func damages(of place: Place) throws -> [(sql: String, sign: String)] {
        let table = "\"\(place.table)\""
        let sameKey = place.key.map { "\"\($0)\" is (select \"\($0)\" from \(table) limit 1)" }
            .joined(separator: " and ")
        // Whatever is unique stays so.
        let others = place.texts.map { "update extra set \"\($0)\" = \"\($0)\" || '~';" }.joined()
        var damages = [
            ("delete from \(table) where \(sameKey)", "missing in the live file"),
            (
                """
                create temp table extra as select * from \(table) limit 1;
                update extra set "\(place.key[0])" = case typeof("\(place.key[0])")
                    when 'integer' then 9007199254740991 else 'zzz' end;
                \(others)
                insert into \(table) select * from extra
                """, "only in the live file"
            ),
        ]
        if let column = place.column {
            damages.append(
                (
                    """
                    update \(table) set "\(column)" = case typeof("\(column)")
                        when 'integer' then 1 - "\(column)" when 'text' then "\(column)" || 'x'
                        else null end
                    where \(sameKey)
                    """, " → "
                )
            )
        }
        return damages
    }

    private func expectFound(
        _ damage: (sql: String, sign: String),
        at place: Place,
        _ archive: Archive
    ) throws {
        let saved = try Data(contentsOf: URL(fileURLWithPath: place.file))
        try change(place.file, damage.sql)
        let verdict = try #require(try archive.verifyProjections([place.projection]).first)
        #expect(!verdict.isSound, "\(place): \(damage.sql)")
        #expect(
            verdict.text.contains(damage.sign) && verdict.text.contains(place.table),
            "\(place): \(damage.sql)\n\(verdict.text)"
        )
        // Undone inside the file: whoever has it open goes on.
        try restore(place.file, from: saved)
    }

    private func change(_ file: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "pragma ignore_check_constraints = on; pragma foreign_keys = off")
            try db.execute(sql: sql)
            try db.checkpoint(.truncate)
        }
    }

    private func restore(_ file: String, from saved: Data) throws {
        let copy = "\(file).saved"
        try saved.write(to: URL(fileURLWithPath: copy))
        defer { try? FileManager.default.removeItem(atPath: copy) }
        let source = try DatabaseQueue(path: copy)
        let target = try DatabaseQueue(path: file)
        try source.backup(to: target)
        try target.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try source.close()
        try target.close()
    }

    private func places(in house: House) throws -> [Place] {
        var places: [Place] = []
        for name in house.store.projectionNames {
            let file = "\(house.directory.projectionsPath)/\(name).sqlite"
            let queue = try DatabaseQueue(path: file)
            defer { try? queue.close() }
            // So that a copy of the file alone is whole.
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            places += try queue.read { try Self.places($0, file, name) }
        }
        return places
    }

    private static func places(_ db: Database, _ file: String, _ name: String) throws -> [Place] {
        let tables = try String.fetchAll(
            db,
            sql: """
                select name from sqlite_master
                where type = 'table' and name not like 'sqlite%' and name not like 'daybook%'
                """
        )
        return try tables.compactMap { table in
            guard try Bool.fetchOne(db, sql: "select exists (select 1 from \"\(table)\")") == true
            else { return nil }
            let columns = try Row.fetchAll(
                db,
                sql: "select name, pk, \"notnull\", lower(type) as type from pragma_table_info(?)",
                arguments: [table]
            )
            let key = columns.filter { ($0["pk"] as Int) > 0 }.map { $0["name"] as String }
            let rest = columns.filter { ($0["pk"] as Int) == 0 && ($0["notnull"] as Int) == 1 }
            return Place(
                file: file,
                projection: name,
                table: table,
                column: rest.last?["name"],
                key: key,
                texts: columns.filter { ($0["pk"] as Int) == 0 && ($0["type"] as String) == "text" }
                    .map { $0["name"] }
            )
        }
    }

    private func wrong(_ archive: Archive) throws -> [String] {
        try archive.verifyProjections(nil).filter { !$0.isSound }.map(\.text)
    }

    private func text(_ archive: Archive, _ name: String) throws -> String {
        try archive.verifyProjections([name]).map(\.text).joined()
    }
}
