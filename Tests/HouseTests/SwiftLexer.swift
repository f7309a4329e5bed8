/// Tells code, comments and text apart in a Swift file, so that a brace in a string is no brace
/// and a word in a comment is no code.
///
/// Strings of every kind, regular expressions between slashes and names in back-ticks are text;
/// what is interpolated into a string is code again.
struct SwiftLexer {
    /// What a byte belongs to.
    enum Mark {
        case code
        case comment
        case text
    }

    private let bytes: [UInt8]
    private var marks: [Mark]
    private var place = 0

    /// Reads the whole text. It never fails: a string without an end goes to the end of its line.
    init(_ text: String) {
        bytes = Array(text.utf8)
        marks = Array(repeating: .code, count: bytes.count)
        skipCode(inInterpolation: false)
    }

    /// The text with a space for each byte that is not of this kind. Lines and offsets stay.
    func only(_ kind: Mark) -> String {
        let newline = UInt8(ascii: "\n")
        let kept = bytes.indices.map { at in
            marks[at] == kind || bytes[at] == newline ? bytes[at] : UInt8(ascii: " ")
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The lines, from 1, that begin inside a string.
    var linesWithinText: Set<Int> {
        var lines: Set<Int> = []
        var line = 1
        for at in bytes.indices where bytes[at] == UInt8(ascii: "\n") {
            line += 1
            if marks[at] == .text { lines.insert(line) }
        }
        return lines
    }

    private mutating func skipCode(inInterpolation: Bool) {
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "/"), UInt8(ascii: "`"), UInt8(ascii: "\""), UInt8(ascii: "#"):
                if skipWhatIsNotCode() { continue }
            default: break
            }
            if inInterpolation, depth < 0 { return }
            place += 1
        }
    }

    /// Steps over a comment, a string, a name in back-ticks or a regular expression, if one
    /// starts here.
    private mutating func skipWhatIsNotCode() -> Bool {
        if starts("//") {
            mark(.comment, upTo: UInt8(ascii: "\n"))
        } else if starts("/*") {
            skipBlockComment()
        } else if starts("`") {
            mark(.text, count: 1)
            mark(.text, upTo: UInt8(ascii: "`"))
            mark(.text, count: 1)
        } else if let hashes = stringHashes() {
            skipString(hashes: hashes)
        } else if let count = regularExpressionLength() {
            mark(.text, count: count)
        } else {
            return false
        }
        return true
    }

    /// The length of `/…/`; nil if the slash here divides. As for the compiler, an expression
    /// stands where no operator between two values can, ends in its line, and has no space first.
    private func regularExpressionLength() -> Int? {
        let before = bytes[..<place].last { $0 != UInt8(ascii: " ") }
        guard starts("/"), before.map("(,=:[{&|?!;\n".utf8.contains) ?? true else { return nil }
        var isEscaped = false
        for at in bytes.indices[(place + 1)...] {
            switch bytes[at] {
            case UInt8(ascii: "\n"): return nil
            case UInt8(ascii: " ") where at == place + 1: return nil
            case UInt8(ascii: "/") where !isEscaped: return at - place + 1
            case UInt8(ascii: "\\"): isEscaped.toggle()
            default: isEscaped = false
            }
        }
        return nil
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                mark(.comment, count: 2)
            } else if starts("*/") {
                depth -= 1
                mark(.comment, count: 2)
            } else {
                mark(.comment, count: 1)
            }
        } while depth > 0 && place < bytes.count
    }

    /// How many `#` stand before the quote that comes next; nil if no string starts here.
    private func stringHashes() -> Int? {
        var at = place
        while at < bytes.count, bytes[at] == UInt8(ascii: "#") { at += 1 }
        return at < bytes.count && bytes[at] == UInt8(ascii: "\"") ? at - place : nil
    }

    private mutating func skipString(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        mark(.text, count: hashes)
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        mark(.text, count: quote.utf8.count)
        while place < bytes.count {
            if starts(quote + fence) { return mark(.text, count: quote.utf8.count + hashes) }
            if quote == "\"", starts("\n") { return }
            if starts("\\" + fence + "(") {
                mark(.text, count: 2 + hashes)
                skipCode(inInterpolation: true)
                mark(.text, count: 1)
            } else if starts("\\" + fence) {
                mark(.text, count: 2 + hashes)
            } else {
                mark(.text, count: 1)
            }
        }
    }

    private func starts(_ literal: String) -> Bool {
        bytes[place...].starts(with: literal.utf8)
    }

    private mutating func mark(_ kind: Mark, count: Int) {
        let end = min(place + count, bytes.count)
        for at in place..<end { marks[at] = kind }
        place = end
    }

    private mutating func mark(_ kind: Mark, upTo byte: UInt8) {
        let end = bytes[place...].firstIndex(of: byte) ?? bytes.count
        mark(kind, count: end - place)
    }
}
