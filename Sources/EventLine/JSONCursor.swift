/// A place in a JSON text, and the functions that read on from it (RFC 8259, strict).
///
/// The bytes are given to each call, so a cursor can walk a mapped file without copying it.
/// Strings must be valid UTF-8, objects may not repeat a name, and nesting ends at 64.
public struct JSONCursor: Sendable {
    /// The next byte to read.
    public var offset: Int

    private var depth = 0
    private static let depthMax = 64

    /// A cursor at a byte.
    public init(offset: Int = 0) {
        self.offset = offset
    }

    /// The next byte after white space; nil at the end.
    public mutating func peek(in bytes: Span<UInt8>) -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0a, 0x0d: offset += 1
            default: return bytes[offset]
            }
        }
        return nil
    }

    /// Steps over one punctuation byte, after white space.
    public mutating func punctuation(
        _ byte: UInt8,
        in bytes: Span<UInt8>
    ) throws(JSONError) {
        guard peek(in: bytes) == byte else {
            throw error("'\(Character(UnicodeScalar(byte)))'")
        }
        offset += 1
    }

    /// Steps over these bytes if exactly they come next; otherwise stays and answers false.
    public mutating func skip(_ literal: [UInt8], in bytes: Span<UInt8>) -> Bool {
        guard offset + literal.count <= bytes.count else { return false }
        for place in literal.indices where bytes[offset + place] != literal[place] { return false }
        offset += literal.count
        return true
    }

    /// Nothing but white space may follow.
    public mutating func end(in bytes: Span<UInt8>) throws(JSONError) {
        guard peek(in: bytes) == nil else { throw error("nothing more") }
    }

    /// Reads any value.
    public mutating func value(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard let first = peek(in: bytes) else { throw error("a value") }
        switch first {
        case UInt8(ascii: "{"): return .object(try object(in: bytes))
        case UInt8(ascii: "["): return .array(try array(in: bytes))
        case UInt8(ascii: "\""): return .string(try string(in: bytes))
        case UInt8(ascii: "t"):
            try word("true", in: bytes)
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false", in: bytes)
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null", in: bytes)
            return .null
        default: return try number(in: bytes)
        }
    }

    private mutating func object(in bytes: Span<UInt8>) throws(JSONError) -> [JSONMember] {
        try descend(UInt8(ascii: "{"), in: bytes)
        defer { depth -= 1 }
        var members: [JSONMember] = []
        var names: Set<String> = []
        if peek(in: bytes) == UInt8(ascii: "}") {
            offset += 1
            return []
        }
        while true {
            _ = peek(in: bytes)
            let nameStart = offset
            let name = try string(in: bytes)
            guard names.insert(name).inserted else {
                throw JSONError(offset: nameStart, expectation: "a name that is not a repetition")
            }
            try punctuation(UInt8(ascii: ":"), in: bytes)
            members.append(JSONMember(name, try value(in: bytes)))
            if try isLast(closing: UInt8(ascii: "}"), in: bytes) { return members }
        }
    }

    private mutating func array(in bytes: Span<UInt8>) throws(JSONError) -> [JSONValue] {
        try descend(UInt8(ascii: "["), in: bytes)
        defer { depth -= 1 }
        var elements: [JSONValue] = []
        if peek(in: bytes) == UInt8(ascii: "]") {
            offset += 1
            return []
        }
        while true {
            elements.append(try value(in: bytes))
            if try isLast(closing: UInt8(ascii: "]"), in: bytes) { return elements }
        }
    }

    private mutating func descend(_ opening: UInt8, in bytes: Span<UInt8>) throws(JSONError) {
        guard depth < Self.depthMax else {
            throw error("at most \(Self.depthMax) levels of nesting")
        }
        try punctuation(opening, in: bytes)
        depth += 1
    }

    private mutating func isLast(
        closing: UInt8,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> Bool {
        switch peek(in: bytes) {
        case closing:
            offset += 1
            return true
        case UInt8(ascii: ","):
            offset += 1
            return false
        default: throw error("',' or '\(Character(UnicodeScalar(closing)))'")
        }
    }

    private mutating func word(_ word: String, in bytes: Span<UInt8>) throws(JSONError) {
        guard skip(Array(word.utf8), in: bytes) else { throw error("a value") }
    }

    func error(_ expectation: String) -> JSONError {
        JSONError(offset: offset, expectation: expectation)
    }
}
