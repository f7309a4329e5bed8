import EventLine

/// The members of a JSON object as places in its bytes, so that a text can be given to SQLite
/// without making a string of it first.
struct EventFields: Sendable {
    enum Form: Sendable {
        /// A string without escapes: its bytes inside the quotes are its text.
        case plainText
        case escapedText
        case number
        case yes
        case no
        case null
        /// An array or object.
        case composite
    }

    struct Field: Sendable {
        let name: Range<Int>
        /// The whole value, quotes included.
        let value: Range<Int>
        let form: Form
    }

    /// The object's own bytes.
    let bytes: [UInt8]
    private var fields: [Field] = []

    /// Finds the members of an object. Costs one pass over its bytes.
    init(scanning bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        fields.reserveCapacity(8)
        let span = bytes.span
        var cursor = JSONCursor()
        try cursor.punctuation(UInt8(ascii: "{"), in: span)
        if cursor.peek(in: span) == UInt8(ascii: "}") {
            cursor.offset += 1
            try cursor.end(in: span)
            return
        }
        while true {
            fields.append(try Self.field(&cursor, in: span))
            guard cursor.peek(in: span) == UInt8(ascii: ",") else { break }
            cursor.offset += 1
        }
        try cursor.punctuation(UInt8(ascii: "}"), in: span)
        try cursor.end(in: span)
    }

    /// The member of this name.
    func field(named name: [UInt8]) -> Field? {
        let span = bytes.span
        let wanted = name.span
        for field in fields where field.name.count == wanted.count {
            var place = 0
            while place < wanted.count, span[field.name.lowerBound + place] == wanted[place] {
                place += 1
            }
            if place == wanted.count { return field }
        }
        return nil
    }

    /// The text of a string member; nil if it is anything else.
    func text(of field: Field) throws(JSONError) -> String? {
        guard field.form == .plainText || field.form == .escapedText else { return nil }
        var cursor = JSONCursor(offset: field.value.lowerBound)
        return try cursor.string(in: bytes.span)
    }

    private static func field(
        _ cursor: inout JSONCursor,
        in span: Span<UInt8>
    ) throws(JSONError) -> Field {
        _ = cursor.peek(in: span)
        let nameStart = cursor.offset
        _ = try cursor.stepOverString(in: span)
        let name = nameStart + 1..<cursor.offset - 1
        try cursor.punctuation(UInt8(ascii: ":"), in: span)
        guard let first = cursor.peek(in: span) else {
            throw JSONError(offset: cursor.offset, expectation: "a value")
        }
        let start = cursor.offset
        let form = try cursor.stepOverValue(startingWith: first, in: span)
        return Field(name: name, value: start..<cursor.offset, form: form)
    }
}

extension JSONCursor {
    /// Steps over a string; whether it has no escapes.
    fileprivate mutating func stepOverString(in bytes: Span<UInt8>) throws(JSONError) -> Bool {
        guard peek(in: bytes) == UInt8(ascii: "\"") else {
            throw JSONError(offset: offset, expectation: "a string")
        }
        offset += 1
        var isPlain = true
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return isPlain
            case UInt8(ascii: "\\"):
                isPlain = false
                offset += 2
            default: offset += 1
            }
        }
        throw JSONError(offset: bytes.count, expectation: "the end of a string")
    }

    /// Steps over a value and says what it is.
    fileprivate mutating func stepOverValue(
        startingWith first: UInt8,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> EventFields.Form {
        switch first {
        case UInt8(ascii: "\""):
            return try stepOverString(in: bytes) ? .plainText : .escapedText
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            // The reader of JSON checks the inside: these are rare and must be sound.
            _ = try value(in: bytes)
            return .composite
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            let word = try value(in: bytes)
            return word == .null ? .null : word == .bool(true) ? .yes : .no
        default:
            _ = try number(in: bytes)
            return .number
        }
    }
}
