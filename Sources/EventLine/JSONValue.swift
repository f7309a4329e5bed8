/// Any JSON value, with the members of an object in their order.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction or exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number, as it was written.
    case decimal(String)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object. Names are unique.
    case object([JSONMember])

    /// The value of a member; nil if this is no object or has no such member.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The string, if it is one.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The integer, if it is one.
    public var integer: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// The truth value, if it is one.
    public var bool: Bool? {
        guard case .bool(let truth) = self else { return nil }
        return truth
    }

    /// The elements, if it is an array.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members, if it is an object.
    public var members: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// Reads one value that takes up all of these bytes.
    public init(parsing bytes: Span<UInt8>) throws(JSONError) {
        var cursor = JSONCursor()
        self = try cursor.value(in: bytes)
        try cursor.end(in: bytes)
    }

    /// Reads one value that takes up all of these bytes.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        try self.init(parsing: bytes.span)
    }

    /// The canonical text: no white space, members in their order, minimal escaping.
    public var canonicalBytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The canonical text as a string.
    public var canonicalText: String { String(decoding: canonicalBytes, as: UTF8.self) }
}

/// A member of a JSON object.
public struct JSONMember: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: JSONValue

    /// A member of this name and value.
    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object with its members in the order they are written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { JSONMember($0.0, $0.1) })
    }
}

/// What was wrong with a JSON text, and at which byte.
public struct JSONError: Error, Hashable, CustomStringConvertible {
    /// The offset of the byte where reading failed, from 0.
    public let offset: Int
    /// What was expected there, as the end of a sentence.
    public let expectation: String

    /// An error at a byte.
    public init(offset: Int, expectation: String) {
        self.offset = offset
        self.expectation = expectation
    }

    /// The sentence.
    public var description: String { "not valid JSON at byte \(offset): expected \(expectation)" }
}
