import EventLine

/// What a scenario says of an answer: it names the parts that matter, and nothing of the rest.
enum Expectation {
    /// What is wrong with an answer; nil if it is as expected.
    static func fault(_ clause: String, _ found: JSONValue, _ named: [String: String]) throws
        -> String?
    {
        for part in topLevel(clause, separator: " and ") {
            if let fault = try faultOfPart(part, found, named) { return fault }
        }
        return nil
    }

    private static func faultOfPart(
        _ part: String,
        _ found: JSONValue,
        _ named: [String: String]
    ) throws -> String? {
        if part == "empty" { return found.array == [] ? nil : "is not empty" }
        if let rest = part.dropping("contains ") {
            let wanted = try LooseValue.value(rest, named)
            return missing(wanted.array ?? [wanted], in: found.array ?? [])
        }
        if let rest = part.dropping("lacks ") {
            let refused = try LooseValue.value(rest, named)
            let hit = (refused.array ?? [refused]).first { value in
                (found.array ?? []).contains { matches(value, $0) }
            }
            return hit.map { "should not hold \($0.canonicalText)" }
        }
        let wanted = try LooseValue.value(part, named)
        return matches(wanted, found) ? nil : "is not \(wanted.canonicalText)"
    }

    /// The wanted elements must come in this order, whatever stands between them.
    private static func missing(_ wanted: [JSONValue], in found: [JSONValue]) -> String? {
        var rest = found[...]
        for value in wanted {
            guard let index = rest.firstIndex(where: { matches(value, $0) }) else {
                return "does not hold, in this place, \(value.canonicalText)"
            }
            rest = rest[(index + 1)...]
        }
        return nil
    }

    /// Whether a value has everything that is wanted; `any` is anything but null.
    static func matches(_ wanted: JSONValue, _ found: JSONValue?) -> Bool {
        switch wanted {
        case .null: return found == nil || found == .null
        case "any": return found != nil && found != .null
        case .object(let members):
            guard found?.members != nil else { return false }
            return members.allSatisfy { matches($0.value, found?[$0.name]) }
        case .array(let elements):
            guard let others = found?.array, others.count == elements.count else { return false }
            // Words in a list have no order: permissions, causes, reasons.
            let isOfWords = (elements + others).allSatisfy { $0.string != nil }
            let pairs =
                isOfWords ? zip(sorted(elements), sorted(others)) : zip(elements, others)
            return pairs.allSatisfy { matches($0, $1) }
        case .string(let text):
            if wanted == found { return true }
            // Addresses are the same in any case of letters.
            if text.contains("@"), text.lowercased() == found?.string?.lowercased() { return true }
            guard let instant = Instant(rfc3339: text) else { return false }
            return found?.string.flatMap { Instant(rfc3339: $0) } == instant
        case .bool, .integer, .decimal: return wanted == found
        }
    }

    private static func sorted(_ words: [JSONValue]) -> [JSONValue] {
        words.sorted { ($0.string ?? "") < ($1.string ?? "") }
    }

    /// The parts of a text between separators that stand outside of brackets and quotations.
    static func topLevel(_ text: String, separator: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        var isQuoted = false
        var rest = text[...]
        while let character = rest.first {
            if depth == 0, !isQuoted, rest.hasPrefix(separator) {
                parts.append(part)
                part = ""
                rest = rest.dropFirst(separator.count)
                continue
            }
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted {
                if "{[(".contains(character) { depth += 1 }
                if "}])".contains(character) { depth -= 1 }
            }
            part.append(character)
            rest = rest.dropFirst()
        }
        return (parts + [part]).map { $0.trimming }.filter { !$0.isEmpty }
    }
}

extension String {
    /// What follows a beginning; nil if the text begins otherwise.
    func dropping(_ beginning: String) -> String? {
        hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
    }

    var trimming: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
