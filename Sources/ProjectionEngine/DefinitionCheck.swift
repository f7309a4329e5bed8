import GRDB
import PortalEvents

/// Checks a parsed definition against SQLite and the event schemas.
struct DefinitionCheck {
    let file: String
    let parsed: ParsedDefinition
    let shapes: [String: EventShape]
    private let catalogue: EventCatalogue

    init(
        _ parsed: ParsedDefinition,
        file: String,
        shapes: [EventShape]
    ) throws(DefinitionProblem) {
        self.file = file
        self.parsed = parsed
        catalogue = EventCatalogue(shapes)
        self.shapes = Dictionary(shapes.map { ($0.type, $0) }) { first, _ in first }
        guard parsed.name.isName, file == "\(parsed.name).sql" else {
            throw problem(
                1,
                "projection `\(parsed.name)` must stand in a file `\(parsed.name).sql`"
            )
        }
    }

    /// The checked definition.
    func definition(
        of parts: DefinitionParts
    ) throws(DefinitionProblem) -> ProjectionDefinition {
        do {
            let scratch = try DatabaseQueue()
            return try scratch.inDatabase { db in
                try checkSchema(db)
                var compiled = CompiledHandlers()
                compiled.catalogue = catalogue
                try compileHandlers(into: &compiled, db)
                try compileQueries(into: &compiled, db)
                return ProjectionDefinition(parsed: parsed, parts: parts, compiled: compiled)
            }
        } catch let error as DefinitionProblem {
            throw error
        } catch {
            throw problem(1, "\(error)")
        }
    }

    func problem(_ line: Int, _ reason: String) -> DefinitionProblem {
        DefinitionProblem(file: file, line: line, reason: reason)
    }

    func probe(
        _ statement: SQLStatement,
        _ db: Database
    ) throws(DefinitionProblem) -> PreparedProbe {
        do throws(PreparedProbe.Refusal) {
            return try PreparedProbe(statement.sql, on: db.sqliteConnection)
        } catch {
            let line = error.offset.map(statement.line(ofByte:)) ?? statement.line
            throw problem(line, error.message)
        }
    }

    func checkDetermined(_ statement: SQLStatement) throws(DefinitionProblem) {
        guard let token = statement.undetermined else { return }
        throw problem(
            token.line,
            "\(token.text) gives another result each time: use @time, a field or an argument"
        )
    }
}

// MARK: - Schema

extension DefinitionCheck {
    private func checkSchema(_ db: Database) throws {
        guard parsed.schema.contains(where: { $0.verb == "create" }) else {
            throw problem(1, "a projection needs at least one `create table … strict`")
        }
        for statement in parsed.schema {
            try check(statement, creates: ["table", "index", "unique", "view"])
            try run(statement, db)
            try checkTables(after: statement, db)
        }
        for statement in parsed.afterRebuild {
            try check(statement, creates: ["index", "unique"])
            try run(statement, db)
        }
        try checkNamedTables(db)
    }

    /// A mark about a table that is not there is a typo.
    private func checkNamedTables(_ db: Database) throws {
        let tables = try String.fetchAll(
            db,
            sql: "select name from sqlite_schema where type = 'table' order by name"
        )
        let scans = (parsed.handlers.flatMap(\.statements) + parsed.queries.flatMap(\.statements))
            .flatMap(\.scans)
        let named = parsed.smallTables + scans.map { ($0.table, $0.line) }
        for (table, line) in named where !tables.contains(table) {
            let known = tables.joined(separator: ", ")
            throw problem(line, "there is no table \(table) (there are \(known))")
        }
    }

    private func check(
        _ statement: SQLStatement,
        creates kinds: Set<String>
    ) throws(DefinitionProblem) {
        let kind = statement.tokens.dropFirst().first?.text.lowercased() ?? ""
        guard statement.verb == "create", kinds.contains(kind) else {
            let known = kinds.subtracting(["unique"]).sorted().joined(separator: ", ")
            throw problem(statement.line, "only `create` of \(known) may stand here")
        }
        try checkDetermined(statement)
        // Such a constraint would fail at the commit, where no event can be named.
        if let token = statement.tokens.first(where: { $0.text.lowercased() == "deferrable" }) {
            throw problem(token.line, "constraints are checked at once: leave out `deferrable`")
        }
    }

    private func run(_ statement: SQLStatement, _ db: Database) throws {
        if let first = statement.parameters.first {
            throw problem(first.line, "\(first.parameter.text): no parameters outside handlers")
        }
        _ = try probe(statement, db)
        do {
            try db.execute(sql: statement.sql)
        } catch {
            throw problem(statement.line, (error as? DatabaseError)?.message ?? "\(error)")
        }
    }

    private func checkTables(after statement: SQLStatement, _ db: Database) throws {
        let sql = """
            select name, strict from pragma_table_list
            where schema = 'main' and type <> 'view' and name not like 'sqlite\\_%' escape '\\'
            """
        for row in try Row.fetchAll(db, sql: sql) {
            let name: String = row["name"]
            guard row["strict"] == 1 else {
                throw problem(statement.line, "table \(name) must be declared `strict`")
            }
            guard !name.lowercased().hasPrefix(MetaTable.reservedPrefix) else {
                throw problem(
                    statement.line,
                    "table \(name): names that start with \(MetaTable.reservedPrefix) are taken"
                )
            }
        }
    }
}
