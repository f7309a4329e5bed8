import GRDB
import PortalEvents

extension DefinitionCheck {
    /// Prepares every query and reads the kinds of its columns from their aliases.
    func compileQueries(
        into compiled: inout CompiledHandlers,
        _ db: Database
    ) throws(DefinitionProblem) {
        for query in parsed.queries {
            guard compiled.queries[query.name] == nil else {
                throw problem(query.line, "query \(query.name) is defined twice")
            }
            guard let statement = query.statements.first, query.statements.count == 1 else {
                throw problem(query.line, "a query is exactly one select")
            }
            compiled.queries[query.name] = try compile(query, statement, db)
        }
    }

    private func compile(
        _ query: ParsedDefinition.Query,
        _ statement: SQLStatement,
        _ db: Database
    ) throws(DefinitionProblem) -> QueryDefinition {
        guard ["select", "with", "values"].contains(statement.verb) else {
            throw problem(statement.line, "a query is exactly one select")
        }
        try checkDetermined(statement)
        for (parameter, line) in statement.parameters {
            guard parameter.source == .data else {
                throw problem(line, "\(parameter.text): a query has only :arguments")
            }
            guard query.arguments.contains(parameter.name) else {
                let known =
                    query.arguments.isEmpty ? "none" : query.arguments.joined(separator: ", ")
                throw problem(
                    line,
                    "query \(query.name) does not list \(parameter.text) (it lists \(known))"
                )
            }
        }
        let probe = try probe(statement, db)
        guard probe.isReadOnly else {
            throw problem(statement.line, "a query may change nothing")
        }
        return QueryDefinition(
            arguments: query.arguments,
            statement: statement,
            columns: try columns(probe, line: statement.line)
        )
    }

    private func columns(
        _ probe: PreparedProbe,
        line: Int
    ) throws(DefinitionProblem) -> [QueryDefinition.Column] {
        var columns: [QueryDefinition.Column] = []
        for (place, alias) in probe.columns.enumerated() {
            let parts = alias.split(separator: " ", omittingEmptySubsequences: false)
            guard let kind = Self.kind(parts.dropFirst()), let name = parts.first, name.isName
            else {
                throw problem(
                    line,
                    "column \(place + 1) is named `\(alias)`: give it one word with `as`, "
                        + "or `as \"word bool\"`, `as \"word json\"` or `as \"word personal\"`"
                )
            }
            guard !columns.contains(where: { $0.name == name }) else {
                throw problem(line, "two columns are named \(name)")
            }
            if kind == .personal {
                try checkPersonal(name, type: probe.columnTypes[place], line: line)
            }
            columns.append(.init(name: String(name), kind: kind))
        }
        return columns
    }

    /// What a personal column holds can be the sequence of an event with such a field.
    private func checkPersonal(
        _ name: Substring,
        type: String?,
        line: Int
    ) throws(DefinitionProblem) {
        guard type?.lowercased() == "integer" else {
            throw problem(
                line,
                "column `\(name) personal` must be an integer column of a table, which holds the "
                    + "sequence of the event with the personal field"
            )
        }
        let types = Set(parsed.handlers.flatMap(\.types))
        let handled = types.contains("*") ? Array(shapes.values) : types.compactMap { shapes[$0] }
        let fields = Set(handled.flatMap(\.personalFields).map(\.name)).sorted()
        guard fields.contains(String(name)) else {
            let known = fields.isEmpty ? "none" : fields.joined(separator: ", ")
            throw problem(
                line,
                "column `\(name) personal`: no event handled here has a personal field \(name) "
                    + "(they have \(known))"
            )
        }
    }

    private static func kind(_ words: ArraySlice<Substring>) -> QueryDefinition.Column.Kind? {
        switch Array(words) {
        case []: .stored
        case ["bool"]: .bool
        case ["json"]: .json
        case ["personal"]: .personal
        default: nil
        }
    }
}
