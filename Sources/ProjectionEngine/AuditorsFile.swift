import Foundation
import GRDB

/// One SQLite file with the tables of several projections, for whoever opens it with any tool.
///
/// It comes into being under another name and gets its own when it is whole, so that nobody takes
/// half a file for a whole one. It is never written over another.
struct AuditorsFile {
    let path: String
    private var unfinished: String { "\(path).unfinished" }

    /// What an auditor reads first.
    typealias About = [(name: String, value: String)]

    /// Puts the tables of projections together.
    func write(
        _ databases: [ProjectionDatabase],
        about: About
    ) throws(ProjectionError) {
        try checkAbsence()
        ProjectionFiles.remove(unfinished)
        defer { ProjectionFiles.remove(unfinished) }
        do {
            try make()
            try copy(databases, about)
            // Fails if somebody has made a file of this name meanwhile.
            guard link(unfinished, path) == 0 else {
                throw ProjectionError.unreadable(
                    path: path,
                    reason: String(cString: strerror(errno))
                )
            }
        } catch let error as ProjectionError {
            throw error
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    /// Throws if there is such a file, before anything is done for it.
    func checkAbsence() throws(ProjectionError) {
        guard access(path, F_OK) != 0 else {
            throw .unreadable(path: path, reason: "is there already; give another name")
        }
    }

    /// An empty file that only its owner may read: it will hold personal data.
    private func make() throws {
        let descriptor = open(unfinished, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ProjectionError.unreadable(
                path: unfinished,
                reason: String(cString: strerror(errno))
            )
        }
        close(descriptor)
    }

    private func copy(_ databases: [ProjectionDatabase], _ about: About) throws {
        let queue = try DatabaseQueue(path: unfinished)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { db in
            // Until it has its name nobody relies on it.
            try db.execute(sql: "pragma journal_mode = off; pragma synchronous = off")
            try Self.describe(databases, about, db)
            for database in databases { try Self.copy(database, db) }
            try db.execute(sql: "pragma journal_mode = delete; pragma synchronous = full")
            // One transaction that is written through makes all before it durable.
            try db.execute(sql: "pragma user_version = 1")
        }
    }

    private static func describe(
        _ databases: [ProjectionDatabase],
        _ about: About,
        _ db: Database
    ) throws {
        try db.execute(
            sql: """
                create table about (name text primary key, value text not null) strict;
                create table about_projections (
                    projection  text primary key,
                    description text not null,
                    tables      text not null,
                    definition  text not null
                ) strict
                """
        )
        for (name, value) in about {
            try db.execute(sql: "insert into about values (?, ?)", arguments: [name, value])
        }
        for database in databases {
            let tables = try database.writer.read { try ProjectionDatabase.tables($0) }
            try db.execute(
                sql: "insert into about_projections values (?, ?, ?, ?)",
                arguments: [
                    database.definition.name, database.definition.description,
                    tables.joined(separator: ", "), database.definition.text,
                ]
            )
        }
    }

    private static func copy(_ database: ProjectionDatabase, _ db: Database) throws {
        try db.execute(sql: "attach ? as source", arguments: [database.path])
        defer { try? db.execute(sql: "detach source") }
        let objects = try Row.fetchAll(
            db,
            sql: """
                select type, name, sql from source.sqlite_master
                where sql is not null and name not like 'daybook\\_%' escape '\\'
                order by type <> 'table', type <> 'view', rowid
                """
        ).map { (type: $0[0] as String, name: $0[1] as String, sql: $0[2] as String) }
        try db.inTransaction {
            for object in objects {
                guard try !db.contains(object.name) else {
                    throw ProjectionError.nameTaken(
                        projection: database.definition.name,
                        object: "\(object.type) \(object.name)"
                    )
                }
                try db.execute(sql: object.sql)
                guard object.type == "table" else { continue }
                let name = object.name.quotedDatabaseIdentifier
                try db.execute(sql: "insert into main.\(name) select * from source.\(name)")
            }
            return .commit
        }
    }
}

extension Database {
    fileprivate func contains(_ object: String) throws -> Bool {
        try Bool.fetchOne(
            self,
            sql: "select exists (select 1 from main.sqlite_master where name = ? collate nocase)",
            arguments: [object]
        ) ?? false
    }
}

extension PastProjections {
    /// Writes all tables into one SQLite file, with the tables `about` and `about_projections`;
    /// refuses to write over another. The projections can be asked nothing more.
    public func export(
        to path: String,
        about: [(name: String, value: String)]
    ) throws(ProjectionError) {
        let sorted = databases.sorted { $0.key < $1.key }.map(\.value)
        try AuditorsFile(path: path).write(sorted, about: about)
    }

    /// Writes a file for each projection into a folder, named as the projection is.
    public func export(
        intoFolder folder: String,
        about: [(name: String, value: String)]
    ) throws(ProjectionError) {
        let files = databases.map { ($1, AuditorsFile(path: "\(folder)/\($0).sqlite")) }
        for (_, file) in files { try file.checkAbsence() }
        for (database, file) in files { try file.write([database], about: about) }
    }
}
