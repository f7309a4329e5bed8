import EventLine
import Foundation

/// JSON as people like to write it: names and words need no quotation marks, and `$name` stands
/// for something that an earlier step was told.
struct LooseValue {
    private let characters: [Character]
    private var place = 0
    private let named: [String: String]

    /// The value that a text holds.
    static func value(_ text: String, _ named: [String: String]) throws -> JSONValue {
        var reader = LooseValue(characters: Array(text), named: named)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.place == reader.characters.count else {
            throw Unexpected("what stands behind the value? \(text)")
        }
        return value
    }

    /// A text with what its `$name`s stand for.
    static func filled(_ text: String, _ named: [String: String]) throws -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            guard let match = rest.prefixMatch(of: /[A-Za-z]\w*(?:\.[A-Za-z]\w*)*/) else {
                result += "$"
                continue
            }
            // `$Cara.example` is Cara if nothing is called Cara.example.
            var name = String(match.output)
            while named[name] == nil, let dot = name.lastIndex(of: ".") {
                name = String(name[..<dot])
            }
            guard let value = named[name] else {
                throw Unexpected("nothing is called \(match.output)")
            }
            result += value
            rest = rest.dropFirst(name.count)
        }
        return result + rest
    }

    private init(characters: [Character], named: [String: String]) {
        self.characters = characters
        self.named = named
    }

    private var next: Character? { place < characters.count ? characters[place] : nil }

    private mutating func skipSpace() { while next?.isWhitespace == true { place += 1 } }

    private mutating func value() throws -> JSONValue {
        skipSpace()
        switch next {
        case "{": return try object()
        case "[": return try array()
        case "\"": return .string(try Self.filled(try quoted(), named))
        case nil: throw Unexpected("a value is missing")
        default: return try bare()
        }
    }

    private mutating func object() throws -> JSONValue {
        place += 1
        var members: [JSONMember] = []
        while true {
            skipSpace()
            if next == "}" { break }
            let name = next == "\"" ? try quoted() : word(until: [":"])
            skipSpace()
            guard next == ":" else { throw Unexpected("\(name) has no value") }
            place += 1
            members.append(JSONMember(name, try value()))
            try separator("}")
        }
        place += 1
        return .object(members)
    }

    private mutating func array() throws -> JSONValue {
        place += 1
        var elements: [JSONValue] = []
        while true {
            skipSpace()
            if next == "]" { break }
            elements.append(try value())
            try separator("]")
        }
        place += 1
        return .array(elements)
    }

    private mutating func separator(_ end: Character) throws {
        skipSpace()
        if next == "," {
            place += 1
        } else if next != end {
            throw Unexpected("\(end) is missing in \(String(characters))")
        }
    }

    private mutating func quoted() throws -> String {
        place += 1
        var text = ""
        while let character = next, character != "\"" {
            if character == "\\" {
                place += 1
                guard let escaped = next else { break }
                text.append(escaped == "n" ? "\n" : escaped)
            } else {
                text.append(character)
            }
            place += 1
        }
        guard next == "\"" else { throw Unexpected("no end of \(text)") }
        place += 1
        return text
    }

    private mutating func word(until ends: Set<Character>) -> String {
        var text = ""
        while let character = next, !ends.contains(character) {
            text.append(character)
            place += 1
        }
        return text.trimmingCharacters(in: .whitespaces)
    }

    private mutating func bare() throws -> JSONValue {
        let text = word(until: [",", "}", "]"])
        switch text {
        case "null": return .null
        case "true": return true
        case "false": return false
        default: break
        }
        if text.wholeMatch(of: /-?\d+/) != nil, let number = Int64(text) {
            return .integer(number)
        }
        if text.wholeMatch(of: /-?\d+\.\d+/) != nil { return .decimal(text) }
        return .string(try Self.filled(text, named))
    }
}
