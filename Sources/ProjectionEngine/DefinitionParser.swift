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
            return try begin(mark, line: token.line)
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
            var open = statement ?? SQLStatement(line: token.line)
            open.append(token, gap: lexer.gap)
            statement = open
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
                    + "`on: <types>`, `after: rebuild`, `query: <name> (<arguments>)`; "
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

    private mutating func endStatement() throws(DefinitionProblem) {
        guard let ended = statement else { return }
        statement = nil
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

/// A comment that starts a section: one word and a colon.
private struct SectionMark {
    let word: String
    let rest: String

    init?(_ comment: String) {
        let text = comment.drop { $0 == "-" }.trimmed
        guard let colon = text.firstIndex(of: ":") else { return nil }
        word = String(text[..<colon])
        rest = String(text[text.index(after: colon)...].trimmed)
        guard word.isName else { return nil }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: SubSequence {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let start = firstIndex(where: { !isSpace($0) }),
            let end = lastIndex(where: { !isSpace($0) })
        else { return self[startIndex..<startIndex] }
        return self[start...end]
    }

    /// Whether this is letters, digits, `_` and `-`, and not empty.
    var isName: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }
}
