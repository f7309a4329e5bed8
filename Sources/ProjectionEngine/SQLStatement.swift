/// A parameter as it stands in a definition.
struct SQLParameter: Hashable, Sendable {
    enum Source: String, Sendable {
        /// `:name`, a field of `data`, or an argument of a query.
        case data = ":"
        /// `@name`, a member of the envelope.
        case envelope = "@"
        /// `$name`, a field inside `data.personal`.
        case personal = "$"
    }

    let source: Source
    let name: String

    /// As it was written.
    var text: String { source.rawValue + name }

    /// As SQLite gets it: three kinds may share a name, so each gets a prefix of its own.
    var translated: String {
        switch source {
        case .data: ":d_\(name)"
        case .envelope: ":e_\(name)"
        case .personal: ":p_\(name)"
        }
    }
}

/// One SQL statement of a definition, ready for SQLite.
struct SQLStatement: Sendable {
    /// The line of its first token.
    let line: Int
    /// The text with its parameters translated and its line breaks kept.
    private(set) var sql = ""
    /// Its parameters, each once, with the line of its first use.
    private(set) var parameters: [(parameter: SQLParameter, line: Int)] = []
    /// Its tokens without comments.
    private(set) var tokens: [SQLToken] = []
    /// The tables that it reads in full for a reason.
    var scans: [ScanReason] = []

    init(line: Int) {
        self.line = line
    }

    /// The first keyword, in lower case.
    var verb: String { tokens.first?.text.lowercased() ?? "" }

    /// Adds a token and the white space before it.
    mutating func append(_ token: SQLToken, gap: String) {
        if !sql.isEmpty { sql += gap }
        switch token.kind {
        case .parameter:
            let parameter = SQLParameter(token)
            sql += parameter.translated
            if !parameters.contains(where: { $0.parameter == parameter }) {
                parameters.append((parameter, token.line))
            }
        case .lineComment, .blockComment:
            sql += token.text
            return
        case .string, .word, .semicolon, .symbol:
            sql += token.text
        }
        tokens.append(token)
    }

    /// The line of a byte of `sql`, which is where SQLite says an error is.
    func line(ofByte offset: Int) -> Int {
        line + sql.utf8.prefix(max(0, offset)).count { $0 == UInt8(ascii: "\n") }
    }
}

extension SQLParameter {
    fileprivate init(_ token: SQLToken) {
        let source: Source =
            switch token.text.first {
            case "@": .envelope
            case "$": .personal
            default: .data
            }
        self.init(source: source, name: String(token.text.dropFirst()))
    }
}

extension SQLStatement {
    /// The first thing in a handler that would give another result at another time, if any.
    /// A projection must come out the same whenever it is rebuilt.
    var undetermined: SQLToken? {
        for (place, token) in tokens.enumerated() {
            let word = token.text.lowercased()
            if token.kind == .string, word == "'now'" { return token }
            guard token.kind == .word else { continue }
            if Self.undeterminedWords.contains(word) { return token }
            if Self.clockFunctions.contains(word), place + 2 < tokens.count,
                tokens[place + 1].text == "(", tokens[place + 2].text == ")"
            {
                return token
            }
        }
        return nil
    }

    private static let undeterminedWords: Set<String> = [
        "random", "randomblob", "current_timestamp", "current_date", "current_time", "changes",
        "total_changes", "last_insert_rowid",
    ]

    private static let clockFunctions: Set<String> = [
        "date", "time", "datetime", "julianday", "unixepoch",
    ]
}
