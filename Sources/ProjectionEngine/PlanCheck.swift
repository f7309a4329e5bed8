import GRDB

extension ProjectionDefinition {
    /// What would become slow as the log grows: every statement for which SQLite reads a large
    /// table in full, unless `-- scans:` says why; and every such reason that is not needed.
    ///
    /// Tables are large unless `-- small:` names them. Handlers are checked like queries: one that
    /// reads a table in full makes a rebuild take the square of its time. Costs some milliseconds.
    public func planProblems() throws(ProjectionError) -> [DefinitionProblem] {
        do {
            return try DatabaseQueue().inDatabase { db in
                for statement in schema + afterRebuild { try db.execute(sql: statement.sql) }
                return try PlanCheck(self, db).problems(db).map(parts.placed)
            }
        } catch {
            throw .definition(DefinitionProblem(file: file, line: 1, reason: "\(error)"))
        }
    }
}

/// Reads SQLite's plans for a definition's statements.
private struct PlanCheck {
    private let definition: ProjectionDefinition
    /// Every table, in lower case.
    private let tables: Set<String>

    init(_ definition: ProjectionDefinition, _ db: Database) throws {
        self.definition = definition
        let names = try String.fetchAll(
            db,
            sql: "select lower(name) from sqlite_schema where type = 'table'"
        )
        tables = Set(names)
    }

    func problems(_ db: Database) throws -> [DefinitionProblem] {
        var found: [DefinitionProblem] = []
        var reasons: Set<ScanReason> = []
        var needed: Set<ScanReason> = []
        for statement in definition.statements + definition.queries.values.map(\.statement) {
            reasons.formUnion(statement.scans)
            for scan in try scans(in: statement, db) {
                let given = statement.scans.filter { $0.table.lowercased() == scan.table }
                needed.formUnion(given)
                if given.isEmpty { found.append(problem(scan, in: statement)) }
            }
        }
        for reason in reasons.subtracting(needed) {
            let text = "nothing here reads all of \(reason.table): remove this line"
            found.append(DefinitionProblem(file: definition.file, line: reason.line, reason: text))
        }
        return found.sorted { ($0.line, $0.reason) < ($1.line, $1.reason) }
    }

    private func problem(_ scan: Scan, in statement: SQLStatement) -> DefinitionProblem {
        DefinitionProblem(
            file: definition.file,
            line: statement.line,
            reason: "this reads all of \(scan.table) (SQLite says \(scan.plan)): give it an index; "
                + "or say `-- scans: \(scan.table), because <why>` before it, or among the tables "
                + "`-- small: \(scan.table)` if it has few rows for ever"
        )
    }

    private struct Scan {
        let table: String
        let plan: String
    }

    /// The large tables that a statement reads in full, each once.
    private func scans(in statement: SQLStatement, _ db: Database) throws -> [Scan] {
        // The plan does not depend on what is bound, but something must be.
        let names = statement.parameters.map { String($0.parameter.translated.dropFirst()) }
        let nothing = names.map { ($0, DatabaseValue.null) }
        let rows = try Row.fetchAll(
            db,
            sql: "explain query plan \(statement.sql)",
            arguments: StatementArguments(Dictionary(uniqueKeysWithValues: nothing))
        )
        let plan = rows.map { $0["detail"] as String }
        // What is sorted that way is the whole table.
        let sorting = plan.filter { $0.hasPrefix("USE TEMP B-TREE") }
        let sources = sources(of: statement)
        var found: [Scan] = []
        for step in plan {
            guard let name = Self.readInFull(by: step) else { continue }
            for table in sources[name, default: []].sorted()
            where !definition.smallTables.contains(table)
                && !found.contains(where: { $0.table == table })
            {
                found.append(Scan(table: table, plan: ([step] + sorting).joined(separator: ", ")))
            }
        }
        return found
    }

    /// The name under which a step of a plan reads a table or a subquery in full; nil if it seeks.
    /// An automatic index is made from the whole table each time. A search without a condition is
    /// what SQLite calls the way to a least or greatest value, which is short only by luck.
    private static func readInFull(by step: String) -> String? {
        let words = step.split(separator: " ")
        guard words.count >= 2 else { return nil }
        let isScan = words[0] == "SCAN"
        let isSearchInName =
            words[0] == "SEARCH" && (!step.contains(" (") || step.contains(" USING AUTOMATIC "))
        return isScan || isSearchInName ? words[1].lowercased() : nil
    }

    /// The tables behind each name that a statement gives them, for SQLite's plans know them only
    /// by that. Views count with the names that they use. A name that is used for several tables
    /// stands for all of them.
    private func sources(of statement: SQLStatement) -> [String: Set<String>] {
        var sources: [String: Set<String>] = [:]
        let views = definition.schema.filter { $0.tokens.dropFirst().first?.isWord("view") == true }
        for tokens in ([statement] + views).map(\.tokens) {
            for (place, token) in tokens.enumerated() {
                guard let table = token.name, tables.contains(table) else { continue }
                sources[table, default: []].insert(table)
                let rest = tokens.dropFirst(place + 1)
                let alias = rest.first?.isWord("as") == true ? rest.dropFirst().first : rest.first
                if let alias = alias?.name { sources[alias, default: []].insert(table) }
            }
        }
        return sources
    }
}

extension SQLToken {
    /// The identifier that it is, in lower case and without quotes; nil for all that is no word.
    fileprivate var name: String? {
        guard kind == .word else { return nil }
        let quotes: Set<Character> = ["\"", "`", "[", "]"]
        return text.filter { !quotes.contains($0) }.lowercased()
    }

    fileprivate func isWord(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
}
