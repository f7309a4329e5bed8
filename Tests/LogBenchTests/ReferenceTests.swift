import Foundation
import GRDB
import PortalService
import Testing

@testable import LogBench

@Suite struct ReferenceTests {
    @Test func `the reference in C makes the rows that a rebuild makes`() async throws {
        let folder = NSTemporaryDirectory() + "daybook-reference-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let words = ["\(folder)/store", "--events", "2000", "--days", "400"]
        let arguments = try Arguments(words, options: GenerateLivesCommand.options)
        try await GenerateLivesCommand(arguments).run()
        let program = "\(folder)/reference"
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../tools/SQLiteReference/reference.c")
        try run("cc", ["-o", program, source.standardizedFileURL.path, "-lsqlite3"])

        for name in ["access-grants", "audit-trail", "profile-states"] {
            let paths = ["rows", "built", "made"].map { "\(folder)/\(name).\($0)" }
            let options = [
                "\(folder)/store", "--projection", name, "--into", paths[0], "--database", paths[1],
            ]
            let recording = try Arguments(
                options,
                options: RecordRebuildCommand.options,
                texts: RecordRebuildCommand.textOptions
            )
            try RecordRebuildCommand(recording).run()
            try run(program, [paths[0], paths[2]])
            let rows = try rows(in: paths[2])
            #expect(rows.count > 100)
            #expect(try rows == self.rows(in: paths[1]))
        }
    }

    /// All rows of all tables but the engine's own, as text.
    private func rows(in path: String) throws -> [String] {
        try DatabaseQueue(path: path).read { db in
            let names = try String.fetchAll(
                db,
                sql: """
                    select name from sqlite_schema
                    where type = 'table' and name not like 'daybook%' order by name
                    """
            )
            return try names.flatMap { name in
                try Row.fetchAll(db, sql: "select * from \(name)").map { "\(name): \($0)" }
            }
        }
    }

    private func run(_ program: String, _ words: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + words
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(program)")
    }
}
