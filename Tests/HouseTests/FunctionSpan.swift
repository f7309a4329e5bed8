/// A function with a body, and the lines it takes up: from `func`, `init`, `deinit` or `subscript`
/// to the closing brace.
struct FunctionSpan: Hashable, Sendable {
    let line: Int
    /// Nil if the file ends before the function does.
    let lineCount: Int?

    /// Every function in this file, nested ones too, in the order they begin.
    static func all(in source: SourceText) -> [FunctionSpan] {
        let tokens = SwiftToken.all(in: source.codeLines)
        return tokens.indices.compactMap { at in
            guard startsFunction(tokens, at), let body = bodyStart(tokens, after: at) else {
                return nil
            }
            let line = tokens[at].line
            let end = blockEnd(tokens, from: body)
            return FunctionSpan(line: line, lineCount: end.map { $0 - line + 1 })
        }
    }

    private static func startsFunction(_ tokens: [SwiftToken], _ at: Int) -> Bool {
        guard at + 1 < tokens.count, at == 0 || tokens[at - 1].text != "." else { return false }
        let next = tokens[at + 1].text
        return switch tokens[at].text {
        case "func": next != ":"
        case "init", "subscript": ["(", "<", "?", "!"].contains(next)
        case "deinit": next == "{"
        default: false
        }
    }

    /// The place of the `{` that opens the body; nil for a requirement of a protocol.
    private static func bodyStart(_ tokens: [SwiftToken], after start: Int) -> Int? {
        var depth = 0
        for at in tokens.indices[(start + 1)...] {
            let token = tokens[at]
            if depth == 0, token.isFirstInLine, !continues(tokens, at) { return nil }
            switch token.text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return at
            case "}" where depth == 0: return nil
            default: break
            }
        }
        return nil
    }

    /// Whether a line that begins with this token goes on with the signature before it.
    private static func continues(_ tokens: [SwiftToken], _ at: Int) -> Bool {
        ["->", "where", "throws", "async", "rethrows", "{", ">", "(", ")", "]"]
            .contains(tokens[at].text)
            || [",", ":", "->", "=", "&", "where", "<"].contains(tokens[at - 1].text)
    }

    /// The line of the `}` that closes the block that opens here.
    private static func blockEnd(_ tokens: [SwiftToken], from start: Int) -> Int? {
        var depth = 0
        for token in tokens[start...] {
            if token.text == "{" { depth += 1 }
            if token.text == "}" { depth -= 1 }
            if depth == 0 { return token.line }
        }
        return nil
    }
}

/// A word, an arrow, or one sign of Swift code.
struct SwiftToken: Hashable, Sendable {
    let text: String
    let line: Int
    let isFirstInLine: Bool

    /// The tokens of lines from which comments and strings are gone.
    static func all(in codeLines: [Substring]) -> [SwiftToken] {
        var tokens: [SwiftToken] = []
        for (index, line) in codeLines.enumerated() {
            var isFirst = true
            var rest = Array(line.utf8)[...]
            while let next = rest.first {
                let length = tokenLength(rest)
                let text = String(decoding: rest.prefix(length), as: UTF8.self)
                rest = rest.dropFirst(length)
                guard next > UInt8(ascii: " ") else { continue }
                tokens.append(SwiftToken(text: text, line: index + 1, isFirstInLine: isFirst))
                isFirst = false
            }
        }
        return tokens
    }

    private static func tokenLength(_ bytes: ArraySlice<UInt8>) -> Int {
        if bytes.starts(with: "->".utf8) { return 2 }
        return max(1, bytes.prefix(while: isWord).count)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
