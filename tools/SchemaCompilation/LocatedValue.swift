import EventLine

/// A JSON value that knows at which byte it stands.
struct LocatedValue {
    enum Content {
        case object([LocatedMember])
        case array([LocatedValue])
        case scalar(JSONValue)
    }

    let offset: Int
    let content: Content

    /// The string, if it is one.
    var string: String? {
        guard case .scalar(.string(let text)) = content else { return nil }
        return text
    }

    /// The elements, if it is an array.
    var elements: [LocatedValue]? {
        guard case .array(let elements) = content else { return nil }
        return elements
    }

    /// The members, if it is an object.
    var members: [LocatedMember]? {
        guard case .object(let members) = content else { return nil }
        return members
    }

    /// Whether it is exactly this truth value.
    func isBool(_ truth: Bool) -> Bool {
        guard case .scalar(.bool(truth)) = content else { return false }
        return true
    }

    /// The value without its places.
    var value: JSONValue {
        switch content {
        case .scalar(let value): value
        case .array(let elements): .array(elements.map(\.value))
        case .object(let members): .object(members.map { JSONMember($0.name, $0.value.value) })
        }
    }
}

/// A member of an object, and the byte at which its name starts.
struct LocatedMember {
    let name: String
    let offset: Int
    let value: LocatedValue
}

extension [LocatedMember] {
    /// The value of a member.
    subscript(name: String) -> LocatedValue? { first { $0.name == name }?.value }
}

/// Where a text is not what it should be.
struct LocatedError: Error {
    let offset: Int
    let message: String

    init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    init(_ error: JSONError) {
        self.init(offset: error.offset, message: "not valid JSON: expected \(error.expectation)")
    }
}

/// Reads located values with `JSONCursor`.
struct LocatedParser {
    private let bytes: [UInt8]
    private var cursor = JSONCursor()
    private var depth = 0
    private static let depthMax = 64

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The one value that takes up the whole text.
    mutating func document() throws(LocatedError) -> LocatedValue {
        let value = try value()
        try read { cursor, bytes throws(JSONError) in try cursor.end(in: bytes) }
        return value
    }

    private mutating func value() throws(LocatedError) -> LocatedValue {
        let first = peek()
        let start = cursor.offset
        guard depth < Self.depthMax else {
            throw LocatedError(offset: start, message: "more than \(Self.depthMax) levels")
        }
        depth += 1
        defer { depth -= 1 }
        let content: LocatedValue.Content
        switch first {
        case UInt8(ascii: "{"): content = .object(try object())
        case UInt8(ascii: "["): content = .array(try array())
        default:
            let scalar = try read { cursor, bytes throws(JSONError) in
                try cursor.value(in: bytes)
            }
            content = .scalar(scalar)
        }
        return LocatedValue(offset: start, content: content)
    }

    private mutating func object() throws(LocatedError) -> [LocatedMember] {
        try step(UInt8(ascii: "{"))
        var members: [LocatedMember] = []
        if isNext(UInt8(ascii: "}")) { return members }
        while true {
            _ = peek()
            let start = cursor.offset
            let name = try read { cursor, bytes throws(JSONError) in try cursor.string(in: bytes) }
            guard members[name] == nil else {
                throw LocatedError(offset: start, message: "duplicate property '\(name)'")
            }
            try step(UInt8(ascii: ":"))
            members.append(LocatedMember(name: name, offset: start, value: try value()))
            if try isLast(closing: "}") { return members }
        }
    }

    private mutating func array() throws(LocatedError) -> [LocatedValue] {
        try step(UInt8(ascii: "["))
        var elements: [LocatedValue] = []
        if isNext(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value())
            if try isLast(closing: "]") { return elements }
        }
    }

    private mutating func peek() -> UInt8? {
        let bytes = bytes
        return cursor.peek(in: bytes.span)
    }

    private mutating func isNext(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        cursor.offset += 1
        return true
    }

    private mutating func isLast(closing: UnicodeScalar) throws(LocatedError) -> Bool {
        if isNext(UInt8(ascii: closing)) { return true }
        if isNext(UInt8(ascii: ",")) { return false }
        throw LocatedError(JSONError(offset: cursor.offset, expectation: "',' or '\(closing)'"))
    }

    private mutating func step(_ byte: UInt8) throws(LocatedError) {
        try read { cursor, bytes throws(JSONError) in try cursor.punctuation(byte, in: bytes) }
    }

    private mutating func read<Value>(
        _ body: (inout JSONCursor, Span<UInt8>) throws(JSONError) -> Value
    ) throws(LocatedError) -> Value {
        let bytes = bytes
        do { return try body(&cursor, bytes.span) } catch { throw LocatedError(error) }
    }
}
