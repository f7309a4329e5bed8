import EventLine
import Foundation
import GRDB
import PortalEvents
import ProjectionEngine
import Projections
import Testing

@testable import PortalService

/// What holds for every projection, those that come with the program and an operator's own, after a
/// real random history.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct ProjectionConformanceTests {
    /// Every projection there is, and one of an operator's.
    static let names =
        ProjectionTexts.all.keys.sorted().map { String($0.dropLast(".sql".count)) }
        // A projection's further parts are named after it.
        .filter { !$0.contains(".") }
        + ["short-names"]

    private let directory = Directory()

    @Test(arguments: names)
    func `a rebuild reproduces the state`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        try set.catchUp(from: history.source())
        let live = try set.contentDump(of: name)
        #expect(live == history.moments.last?.dumps[name])
        #expect(try set.rebuild([name], head: history.head, from: history.source()) == [:])
        #expect(try set.contentDump(of: name) == live)
        #expect(try set.position(of: name) == history.head)
    }

    @Test(arguments: names)
    func `a rebuild removes what the replay cannot produce`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        try set.catchUp(from: history.source())
        let live = try set.contentDump(of: name)
        try addForeignRows(to: name)
        #expect(try set.contentDump(of: name) != live)
        #expect(try set.rebuild([name], head: history.head, from: history.source()) == [:])
        #expect(try set.contentDump(of: name) == live)
    }

    @Test(arguments: names)
    func `a second rebuild changes nothing`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        try set.rebuild([name], head: history.head, from: history.source())
        let once = try set.contentDump(of: name)
        try set.rebuild([name], head: history.head, from: history.source())
        #expect(try set.contentDump(of: name) == once)
        #expect(try files(of: name).count == 1)
    }

    @Test(arguments: names)
    func `later events are picked up after a rebuild`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        for (sequence, dumps) in history.moments {
            try set.catchUp(from: history.source(through: sequence))
            #expect(try set.contentDump(of: name) == dumps[name], "live at \(sequence)")
            try set.rebuild([name], head: sequence, from: history.source(through: sequence))
            #expect(try set.contentDump(of: name) == dumps[name], "rebuilt at \(sequence)")
        }
    }

    @Test(arguments: names)
    func `a rebuild leaves the others alone`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        try set.catchUp(from: history.source())
        let others = set.names.filter { $0 != name }
        let before = try others.map { (try files(of: $0), try set.contentDump(of: $0)) }
        try set.rebuild([name], head: history.head, from: history.source())
        let after = try others.map { (try files(of: $0), try set.contentDump(of: $0)) }
        #expect(before.map(\.0) == after.map(\.0))
        #expect(before.map(\.1) == after.map(\.1))
    }

    @Test(arguments: names)
    func `an empty log is no error`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        let nothing = history.source(through: 0)
        #expect(try set.catchUp(from: nothing) == [:])
        #expect(try set.rebuild([name], head: 0, from: nothing) == [:])
        #expect(try set.contentDump(of: name) == [])
        #expect(try set.position(of: name) == 0)
        #expect(try set.verify([name], from: { _ in nothing }).allSatisfy(\.isSound))
    }

    @Test(arguments: names)
    func `what was ended goes on where it stood`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        for (sequence, dumps) in history.moments {
            // Each time as a process that starts.
            let set = try history.open(directory.path)
            try set.catchUp(from: history.source(through: sequence))
            #expect(try set.contentDump(of: name) == dumps[name], "at \(sequence)")
        }
    }

    @Test(arguments: names)
    func `live, rebuilt and as of an earlier moment are the same`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        for (sequence, dumps) in history.moments {
            let (past, stops) = try set.past([name], from: history.source(through: sequence))
            #expect(stops == [:])
            let file = "\(directory.path)/\(sequence).sqlite"
            try past.export(to: file, about: [("sequence", "\(sequence)")])
            #expect(try dump(of: file, name) == dumps[name], "as of \(sequence)")
        }
    }

    @Test(arguments: names)
    func `verifying finds nothing at any position`(name: String) async throws {
        let history = try await RecordedHistory.shared()
        let set = try history.open(directory.path)
        for (sequence, _) in history.moments {
            try set.catchUp(from: history.source(through: sequence))
            let found = try set.verify([name], from: { history.source(through: $0) })
            #expect(found.flatMap(\.differences) == [])
            #expect(found.first?.position == sequence)
        }
    }

    // MARK: - Files

    /// Goes away with its test.
    private final class Directory {
        let path = "/dev/shm/daybook-conformance-\(UInt64.random(in: 0 ... .max))"

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The files that hold a projection's rows, with their bytes.
    private func files(of name: String) throws -> [String: Data] {
        let entries = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasPrefix("\(name).g") && $0.hasSuffix(".sqlite") }
        return Dictionary(
            try entries.map { entry in
                let path = "\(directory.path)/\(entry)"
                return (entry, try Data(contentsOf: URL(fileURLWithPath: path)))
            }
        ) { first, _ in first }
    }

    /// A copy of a row with another key, and where there is none a row of zeros and empty texts.
    private func addForeignRows(to name: String) throws {
        let queue = try DatabaseQueue(path: "\(directory.path)/\(name).sqlite")
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "pragma ignore_check_constraints = on")
            for table in try Self.tables(db) {
                let values = try Row.fetchAll(
                    db,
                    sql: "select lower(type) from pragma_table_info(?) order by cid",
                    arguments: [table]
                ).map { $0[0] == "text" ? "'foreign'" : "9007199254740991" }
                try db.execute(
                    sql: "insert into \"\(table)\" values (\(values.joined(separator: ", ")))"
                )
            }
        }
    }

    private func dump(of file: String, _ name: String) throws -> [String] {
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        return try queue.read { db in
            try Self.tables(db).filter { !$0.hasPrefix("about") }.flatMap { table in
                let columns = try Row.fetchAll(
                    db,
                    sql: "select name, pk from pragma_table_info(?) order by cid",
                    arguments: [table]
                ).map { (name: "\"\($0[0] as String)\"", key: $0[1] as Int) }
                let key = columns.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map(\.name)
                let values = columns.map { "quote(\($0.name))" }.joined(separator: " || ', ' || ")
                let order = (key + columns.map(\.name)).joined(separator: ", ")
                return try String.fetchAll(
                    db,
                    sql: "select \(values) from \"\(table)\" order by \(order)"
                ).map { "\(table): \($0)" }
            }
        }
    }

    private static func tables(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                select name from sqlite_master
                where type = 'table' and name not like 'sqlite%' and name not like 'daybook%'
                order by name
                """
        )
    }
}
