/// Swift source that is being written.
struct SwiftText {
    private(set) var text = ""
    private var depth = 0
    private static let columns = 96

    mutating func line(_ line: String = "") {
        text += line.isEmpty ? "\n" : String(repeating: "    ", count: depth) + line + "\n"
    }

    /// A head, a body one level deeper, and a closing brace.
    mutating func block(_ head: String, _ body: (inout SwiftText) -> Void) {
        nested(head + " {", body, closing: "}")
    }

    /// A first line, a body one level deeper, and a last line.
    mutating func nested(_ head: String, _ body: (inout SwiftText) -> Void, closing: String) {
        line(head)
        depth += 1
        body(&self)
        depth -= 1
        line(closing)
    }

    /// A `switch`, with its cases on its own level.
    mutating func choice(over value: String, _ cases: (inout SwiftText) -> Void) {
        line("switch \(value) {")
        cases(&self)
        line("}")
    }

    /// A documentation comment, broken into lines.
    mutating func doc(_ comment: String) {
        var words = ""
        for word in comment.split(whereSeparator: \.isWhitespace) {
            if !words.isEmpty, words.count + word.count + 5 + depth * 4 > Self.columns {
                line("/// \(words)")
                words = ""
            }
            words += words.isEmpty ? word : " \(word)"
        }
        line("/// \(words)")
    }

    /// `name(`, one argument a line, `)`.
    mutating func call(_ head: String, _ arguments: [String], closing: String) {
        nested(
            head + "(",
            { text in
                for (place, argument) in arguments.enumerated() {
                    text.line(argument + (place + 1 < arguments.count ? "," : ""))
                }
            },
            closing: closing
        )
    }
}

/// A Swift string literal of this text.
func literal(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": escaped += "\\\(scalar)"
        case _ where scalar.value < 0x20: escaped += "\\u{\(String(scalar.value, radix: 16))}"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return "\"\(escaped)\""
}
