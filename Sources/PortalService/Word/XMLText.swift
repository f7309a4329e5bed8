/// Text as XML writes it.
enum XMLText {
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // XML has no way to write the other control characters.
            case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{fffe}", "\u{ffff}":
                continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var plain = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "&") {
            plain += rest[..<start]
            rest = rest[start...]
            guard let end = rest.firstIndex(of: ";") else { break }
            plain += character(rest[rest.index(after: start)..<end]) ?? String(rest[...end])
            rest = rest[rest.index(after: end)...]
        }
        return plain + rest
    }

    /// Whether every ampersand begins an entity that any document knows.
    static func isText(_ text: String) -> Bool {
        text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            guard let end = $0.firstIndex(of: ";") else { return false }
            return character($0[..<end]) != nil
        }
    }

    /// Whether a tag holds nothing but a name and attributes with quoted values.
    static func isStartTag(_ tag: String, _ name: Substring) -> Bool {
        guard let first = name.unicodeScalars.first, first.properties.isXIDStart || first == "_"
        else { return false }
        var rest = tag.dropFirst(1 + name.count).dropLast(tag.hasSuffix("/>") ? 2 : 1)
        while let start = rest.firstIndex(where: { !$0.isWhitespace }) {
            rest = rest[start...]
            guard let equals = rest.firstIndex(of: "="), equals > rest.startIndex,
                !rest[..<equals].contains(where: { "<>\"'".contains($0) })
            else { return false }
            rest = rest[rest.index(after: equals)...].drop { $0.isWhitespace }
            guard let quote = rest.popFirst(), quote == "\"" || quote == "'",
                let end = rest.firstIndex(of: quote), !rest[..<end].contains("<"),
                isText(String(rest[..<end]))
            else { return false }
            rest = rest[rest.index(after: end)...]
        }
        return true
    }

    private static func character(_ entity: Substring) -> String? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard entity.hasPrefix("#") else { return nil }
            let digits = entity.dropFirst()
            let code =
                digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
        }
    }
}
