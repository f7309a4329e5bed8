import Foundation
import GRDB
import Testing

@testable import LogBench

/// The reference in C, compiled for a test.
struct CompiledReference {
    private let folder: String

    /// - Parameter folder: where the program and its files go.
    init(in folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        let source = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../tools/SQLiteReference/reference.c")
        try run("cc", ["-o", "\(folder)/reference", source.standardizedFileURL.path, "-lsqlite3"])
    }

    /// The rows of a projection of a store, as a rebuild makes them and as the reference does.
    func rows(of name: String, in store: String) throws -> (built: [String], made: [String]) {
        let paths = ["rows", "built", "made"].map { "\(folder)/\(name).\($0)" }
        let options = [
            store, "--projection", name, "--into", paths[0], "--database", paths[1],
        ]
        let recording = try Arguments(
            options,
            options: RecordRebuildCommand.options,
            texts: RecordRebuildCommand.textOptions
        )
        try RecordRebuildCommand(recording).run()
        try run("\(folder)/reference", [paths[0], paths[2]])
        return (try rows(in: paths[1]), try rows(in: paths[2]))
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
