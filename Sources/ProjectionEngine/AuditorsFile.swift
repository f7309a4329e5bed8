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

    /// Puts the tables of projections together. Where two have a table of the same name, each gets
    /// its projection's name before it.
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
            try Self.describe(about, db)
            let shared = try Self.sharedNames(of: databases)
            for database in databases { try Self.copy(database, shared, db) }
            try db.execute(sql: "pragma journal_mode = delete; pragma synchronous = full")
            // One transaction that is written through makes all before it durable.
            try db.execute(sql: "pragma user_version = 1")
        }
    }

    private static func describe(_ about: About, _ db: Database) throws {
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
    }

    /// The names that more than one projection gives to a table, an index or a view.
    private static func sharedNames(of databases: [ProjectionDatabase]) throws -> Set<String> {
        var seen: Set<String> = ["about", "about_projections"]
        var shared: Set<String> = []
        for database in databases {
            let names = try database.writer.read { try objects(of: "main", $0).map(\.name) }
            for name in names where !seen.insert(name.lowercased()).inserted {
                shared.insert(name.lowercased())
            }
        }
        return shared
    }

    private static func copy(
        _ database: ProjectionDatabase,
        _ shared: Set<String>,
        _ db: Database
    ) throws {
        let projection = database.definition.name
        try db.execute(sql: "attach ? as source", arguments: [database.path])
        defer { try? db.execute(sql: "detach source") }
        // SQLite renames a table in the indexes and views that name it, too.
        for object in try objects(of: "source", db)
        where object.type == "table" && shared.contains(object.name.lowercased()) {
            let new = ownName(of: object.name, in: projection)
            try db.execute(
                sql: """
                    alter table source.\(object.name.quotedDatabaseIdentifier)
                    rename to \(new.quotedDatabaseIdentifier)
                    """
            )
        }
        try db.inTransaction {
            let objects = try objects(of: "source", db)
            for object in objects {
                try db.execute(sql: object.sql(apartFrom: shared, in: projection))
                guard object.type == "table" else { continue }
                let name = object.name.quotedDatabaseIdentifier
                try db.execute(sql: "insert into main.\(name) select * from source.\(name)")
            }
            let tables = objects.filter { $0.type == "table" }.map(\.name).sorted()
            try db.execute(
                sql: "insert into about_projections values (?, ?, ?, ?)",
                arguments: [
                    projection, database.definition.description,
                    tables.joined(separator: ", "), database.definition.text,
                ]
            )
            return .commit
        }
    }

    /// A table, an index or a view, and the statement that made it.
    private struct SchemaObject {
        let type: String
        let name: String
        let sql: String

        /// The statement with another name where other projections have an object of this name.
        func sql(apartFrom shared: Set<String>, in projection: String) -> String {
            guard type != "table", shared.contains(name.lowercased()),
                let place = sql.range(of: name)
            else { return sql }
            let own = AuditorsFile.ownName(of: name, in: projection)
            return sql.replacingCharacters(in: place, with: own)
        }
    }

    /// Tables come before what is made of them.
    private static func objects(of file: String, _ db: Database) throws -> [SchemaObject] {
        try Row.fetchAll(
            db,
            sql: """
                select type, name, sql from \(file).sqlite_master
                where sql is not null and name not like 'daybook\\_%' escape '\\'
                order by type <> 'table', type <> 'view', rowid
                """
        ).map { SchemaObject(type: $0[0], name: $0[1], sql: $0[2]) }
    }

    fileprivate static func ownName(of name: String, in projection: String) -> String {
        projection.replacing("-", with: "_") + "_" + name
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
