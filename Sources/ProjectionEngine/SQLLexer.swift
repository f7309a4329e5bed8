/// A piece of SQL text, as far as this module must tell pieces apart.
struct SQLToken {
    enum Kind {
        /// A `--` comment up to the end of its line.
        case lineComment
        /// A `/* */` comment.
        case blockComment
        /// A `'…'` string.
        case string
        /// A bare or quoted identifier or keyword, or a number.
        case word
        /// `:name`, `@name` or `$name`.
        case parameter
        case semicolon
        /// Any other single byte.
        case symbol
    }

    let kind: Kind
    let text: String
    /// The line where it starts, from 1.
    let line: Int
    /// Whether only white space stands before it on its line.
    let startsLine: Bool
}

/// Splits SQL as SQLite does, so that a `;` or `:name` inside quotes or comments is left alone.
struct SQLLexer {
    private let bytes: [UInt8]
    private var place = 0
    private var line = 1
    private var startsLine = true
    /// White space that stood before the last token, kept so that text can be put together again.
    private(set) var gap = ""

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The next token; nil at the end.
    mutating func next() throws(LexicalProblem) -> SQLToken? {
        skipSpace()
        guard let first = byte(0) else { return nil }
        let start = place
        let startLine = line
        let atLineStart = startsLine
        let kind = try advance(over: first)
        startsLine = false
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        line += bytes[start..<place].count { $0 == UInt8(ascii: "\n") }
        return SQLToken(kind: kind, text: text, line: startLine, startsLine: atLineStart)
    }

    private mutating func skipSpace() {
        let start = place
        while let next = byte(0), [0x20, 0x09, 0x0a, 0x0c, 0x0d].contains(next) {
            if next == UInt8(ascii: "\n") {
                line += 1
                startsLine = true
            }
            place += 1
        }
        gap = String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func advance(over first: UInt8) throws(LexicalProblem) -> SQLToken.Kind {
        switch first {
        case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
            while let next = byte(0), next != UInt8(ascii: "\n") { place += 1 }
            return .lineComment
        case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
            try skipBlockComment()
            return .blockComment
        case UInt8(ascii: "'"):
            try skipQuoted(closing: first)
            return .string
        case UInt8(ascii: "\""), UInt8(ascii: "`"):
            try skipQuoted(closing: first)
            return .word
        case UInt8(ascii: "["):
            try skipQuoted(closing: UInt8(ascii: "]"))
            return .word
        case UInt8(ascii: ";"):
            place += 1
            return .semicolon
        default: return try advanceOverName(first)
        }
    }

    private mutating func advanceOverName(_ first: UInt8) throws(LexicalProblem) -> SQLToken.Kind {
        let marks = [UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$")]
        place += 1
        if first == UInt8(ascii: "?") || first == UInt8(ascii: "#") {
            throw LexicalProblem(line: line, reason: "use :name, @name or $name for parameters")
        }
        if marks.contains(first) {
            guard let next = byte(0), Self.isNameByte(next) else { return .symbol }
            skipName()
            return .parameter
        }
        guard Self.isNameByte(first) else { return .symbol }
        skipName()
        return .word
    }

    private mutating func skipName() {
        while let next = byte(0), Self.isNameByte(next) || next == UInt8(ascii: "$") { place += 1 }
    }

    private mutating func skipBlockComment() throws(LexicalProblem) {
        place += 2
        while byte(0) != UInt8(ascii: "*") || byte(1) != UInt8(ascii: "/") {
            guard byte(0) != nil else {
                throw LexicalProblem(line: line, reason: "this comment is not ended by */")
            }
            place += 1
        }
        place += 2
    }

    private mutating func skipQuoted(closing: UInt8) throws(LexicalProblem) {
        place += 1
        while let next = byte(0) {
            place += 1
            guard next == closing else { continue }
            // A doubled quote stands for itself, except that brackets know no doubling.
            guard byte(0) == closing, closing != UInt8(ascii: "]") else {
                return
            }
            place += 1
        }
        throw LexicalProblem(
            line: line,
            reason: "what starts here is not ended by \(Character(UnicodeScalar(closing)))"
        )
    }

    private func byte(_ ahead: Int) -> UInt8? {
        place + ahead < bytes.count ? bytes[place + ahead] : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

/// Text that is not SQL.
struct LexicalProblem: Error {
    let line: Int
    let reason: String
}
