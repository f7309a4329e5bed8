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
    /// Whether it stands in `number(…)`, and is bound to the number of its text.
    var isNumbered = false

    /// As it was written.
    var text: String { source.rawValue + name }

    /// As SQLite gets it: all kinds may share a name, so each gets a prefix of its own.
    var translated: String {
        let kind =
            switch source {
            case .data: "d_"
            case .envelope: "e_"
            case .personal: "p_"
            }
        return ":\(isNumbered ? "n_" : "")\(kind)\(name)"
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
    /// Where each of them starts, in bytes of `sql`.
    private var starts: [Int] = []
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
        let start = sql.utf8.count
        switch token.kind {
        case .parameter:
            let parameter = SQLParameter(token)
            sql += parameter.translated
            note(parameter, at: token.line)
        case .lineComment, .blockComment:
            sql += token.text
            return
        case .string, .word, .semicolon, .symbol:
            sql += token.text
        }
        tokens.append(token)
        starts.append(start)
    }

    private mutating func note(_ parameter: SQLParameter, at line: Int) {
        guard !parameters.contains(where: { $0.parameter == parameter }) else { return }
        parameters.append((parameter, line))
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
    /// Whether it asks for the number of a text.
    var usesNumbers: Bool { parameters.contains { $0.parameter.isNumbered } }

    /// The same with each `number(:name)` as one parameter, which the engine binds: calling a
    /// function for each would cost more than finding the number. Fails with the token that stands
    /// where a parameter should.
    func numbered() throws(MisplacedNumber) -> SQLStatement {
        var result = self
        result.sql = ""
        result.parameters = []
        var copied = sql.startIndex
        var place = 0
        while place < tokens.count {
            let token = tokens[place]
            place += 1
            guard token.kind == .parameter || beginsNumber(at: place - 1) else { continue }
            var parameter = token
            var end = place
            if token.kind == .word {
                guard place + 2 < tokens.count, tokens[place + 1].kind == .parameter,
                    tokens[place + 2].text == ")"
                else { throw MisplacedNumber(line: token.line) }
                parameter = tokens[place + 1]
                end = place + 3
            }
            var named = SQLParameter(parameter)
            named.isNumbered = token.kind == .word
            result.note(named, at: parameter.line)
            guard named.isNumbered else { continue }
            result.sql += sql[copied..<index(ofToken: place - 1)] + named.translated
            copied = sql.utf8.index(after: index(ofToken: end - 1))
            place = end
        }
        result.sql += sql[copied...]
        return result
    }

    private func beginsNumber(at place: Int) -> Bool {
        tokens[place].kind == .word && tokens[place].text.lowercased() == "number"
            && place + 1 < tokens.count && tokens[place + 1].text == "("
    }

    private func index(ofToken place: Int) -> String.Index {
        sql.utf8.index(sql.startIndex, offsetBy: starts[place])
    }
}

/// A `number(…)` that does not have one parameter.
struct MisplacedNumber: Error {
    let line: Int
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
