/// The sections of a definition file, before anything is checked against SQLite or schemas.
struct ParsedDefinition: Sendable {
    struct Handler: Sendable {
        /// The event types, or `*` alone.
        let types: [String]
        let line: Int
        var statements: [SQLStatement] = []
    }

    struct Query: Sendable {
        let name: String
        let arguments: [String]
        let line: Int
        var statements: [SQLStatement] = []
    }

    var name = ""
    var description: [String] = []
    var schema: [SQLStatement] = []
    /// The tables that `small` marks name, with the marks' lines.
    var smallTables: [(table: String, line: Int)] = []
    var afterRebuild: [SQLStatement] = []
    var handlers: [Handler] = []
    var queries: [Query] = []
}

/// Cuts a definition file into its sections.
struct DefinitionParser {
    private enum Section {
        case schema
        case handler
        case afterRebuild
        case query
    }

    private let file: String
    private var lexer: SQLLexer
    private var definition = ParsedDefinition()
    private var section: Section?
    private var statement: SQLStatement?
    /// What the section said so far of the tables that it reads in full.
    private var scans: [ScanReason] = []

    init(file: String, text: String) {
        self.file = file
        lexer = SQLLexer(text)
    }

    /// Reads the whole file.
    mutating func parse() throws(DefinitionProblem) -> ParsedDefinition {
        while let token = try nextToken() {
            try take(token)
        }
        try checkStatementEnded()
        guard section != nil else {
            throw problem(1, "the file must start with `-- projection: <name>`")
        }
        return definition
    }

    private mutating func nextToken() throws(DefinitionProblem) -> SQLToken? {
        do {
            return try lexer.next()
        } catch {
            throw problem(error.line, error.reason)
        }
    }

    private mutating func take(_ token: SQLToken) throws(DefinitionProblem) {
        if token.kind == .lineComment, token.startsLine, let mark = SectionMark(token.text) {
            try checkStatementEnded()
            switch mark.word {
            case "small": return try take(small: mark, line: token.line)
            case "scans": return try take(scans: mark, line: token.line)
            default: return try begin(mark, line: token.line)
            }
        }
        guard section != nil else {
            throw problem(token.line, "the file must start with `-- projection: <name>`")
        }
        switch token.kind {
        case .lineComment, .blockComment:
            if statement == nil { describe(token) }
            statement?.append(token, gap: lexer.gap)
        case .semicolon: try endStatement()
        case .string, .word, .parameter, .symbol:
            // In its place: a copy would be made anew for each token.
            if statement == nil { statement = SQLStatement(line: token.line) }
            statement?.append(token, gap: lexer.gap)
        }
    }

    private mutating func describe(_ comment: SQLToken) {
        guard section == .schema, definition.schema.isEmpty, comment.kind == .lineComment else {
            return
        }
        let text = comment.text.drop { $0 == "-" || $0 == " " }
        if !text.isEmpty { definition.description.append(String(text)) }
    }

    private mutating func begin(_ mark: SectionMark, line: Int) throws(DefinitionProblem) {
        guard (section == nil) == (mark.word == "projection") else {
            throw problem(line, "`-- projection: <name>` must stand first, and once")
        }
        scans = []
        switch mark.word {
        case "projection":
            definition.name = mark.rest
            section = .schema
        case "on":
            let types = mark.rest.split(separator: ",").map { String($0.trimmed) }
            guard !types.isEmpty, !types.contains("") else {
                throw problem(line, "name the event types after `-- on:`, or `*`")
            }
            definition.handlers.append(.init(types: types, line: line))
            section = .handler
        case "query":
            definition.queries.append(try query(mark.rest, line: line))
            section = .query
        case "after" where mark.rest == "rebuild":
            section = .afterRebuild
        default:
            throw problem(
                line,
                "unknown section `-- \(mark.word): \(mark.rest)` (there are `projection: <name>`, "
                    + "`small: <tables>`, `on: <types>`, `after: rebuild`, "
                    + "`query: <name> (<arguments>)`, `scans: <table>, because <why>`; "
                    + "a comment may not start with one word and a colon)"
            )
        }
    }

    private func query(
        _ text: String,
        line: Int
    ) throws(DefinitionProblem) -> ParsedDefinition.Query {
        let form = "write `-- query: <name> (<argument>, <argument>)`"
        guard let open = text.firstIndex(of: "(") else {
            guard text.isName else { throw problem(line, form) }
            return .init(name: text, arguments: [], line: line)
        }
        let name = text[..<open].trimmed
        let list = text[text.index(after: open)...]
        guard name.isName, list.last == ")" else { throw problem(line, form) }
        let inside = list.dropLast().trimmed
        let arguments = inside.isEmpty ? [] : inside.split(separator: ",").map(\.trimmed)
        guard arguments.allSatisfy(\.isName), Set(arguments).count == arguments.count else {
            throw problem(line, form)
        }
        return .init(name: String(name), arguments: arguments.map(String.init), line: line)
    }

    private mutating func take(small mark: SectionMark, line: Int) throws(DefinitionProblem) {
        let tables = mark.rest.split(separator: ",").map { String($0.trimmed) }
        guard section == .schema, !tables.isEmpty, tables.allSatisfy(\.isName) else {
            throw problem(line, "write `-- small: <table>, <table>` among the tables")
        }
        definition.smallTables += tables.map { ($0, line) }
    }

    private mutating func take(scans mark: SectionMark, line: Int) throws(DefinitionProblem) {
        let parts = mark.rest.split(separator: ",", maxSplits: 1).map(\.trimmed)
        let hasStatements =
            switch section {
            case .handler: definition.handlers.last?.statements.isEmpty == false
            case .query: definition.queries.last?.statements.isEmpty == false
            case .schema, .afterRebuild, nil: true
            }
        guard !hasStatements, parts.count == 2, parts[0].isName,
            parts[1].hasPrefix("because "), parts[1].count > "because ".count
        else {
            throw problem(
                line,
                "write `-- scans: <table>, because <why>` right after `-- on:` or `-- query:`"
            )
        }
        scans.append(ScanReason(table: String(parts[0]), line: line))
    }

    private mutating func endStatement() throws(DefinitionProblem) {
        guard var ended = statement else { return }
        statement = nil
        ended.scans = scans
        switch section {
        case .schema: definition.schema.append(ended)
        case .afterRebuild: definition.afterRebuild.append(ended)
        case .handler: definition.handlers[definition.handlers.count - 1].statements.append(ended)
        case .query: definition.queries[definition.queries.count - 1].statements.append(ended)
        case nil: throw problem(ended.line, "a statement before `-- projection: <name>`")
        }
    }

    private func checkStatementEnded() throws(DefinitionProblem) {
        guard let statement else { return }
        throw problem(statement.line, "the statement that starts here is not ended by `;`")
    }

    private func problem(_ line: Int, _ reason: String) -> DefinitionProblem {
        DefinitionProblem(file: file, line: line, reason: reason)
    }
}
