import EventLine

/// Where the value of a JSON object's member stands, so that its text can be given to SQLite
/// without making a string of it first.
struct FieldPlace: Sendable {
    enum Form: UInt8, Sendable {
        case absent
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

    /// The whole value, quotes included.
    var start: UInt32 = 0
    var end: UInt32 = 0
    var form = Form.absent

    /// The whole value, quotes included.
    var range: Range<Int> { Int(start)..<Int(end) }
}

/// Finds the members of a JSON object.
struct FieldScan: ~Copyable {
    private let names: [[UInt8]]
    private var cursor = JSONCursor()
    /// The name that comes next if the members are in the schema's order.
    private var next = 0

    private init(names: [[UInt8]]) {
        self.names = names
    }

    /// Finds the members with these names, and says where each stands, one place for each name,
    /// counted from `start`. Costs one pass over the bytes, which are nothing but the object.
    static func append(
        _ names: [[UInt8]],
        in object: Span<UInt8>,
        at start: Int,
        to places: inout [FieldPlace]
    ) throws(JSONError) {
        let first = places.count
        for _ in names { places.append(FieldPlace()) }
        var scan = FieldScan(names: names)
        try scan.cursor.punctuation(UInt8(ascii: "{"), in: object)
        if scan.cursor.peek(in: object) == UInt8(ascii: "}") {
            scan.cursor.offset += 1
            return try scan.cursor.end(in: object)
        }
        while true {
            let slot = try scan.name(in: object)
            let place = try scan.value(in: object, at: start)
            if let slot, places[first + slot].form == .absent { places[first + slot] = place }
            guard scan.cursor.peek(in: object) == UInt8(ascii: ",") else { break }
            scan.cursor.offset += 1
        }
        try scan.cursor.punctuation(UInt8(ascii: "}"), in: object)
        try scan.cursor.end(in: object)
    }

    /// Steps over a member's name and the colon; the number of the name, if it is one of those.
    private mutating func name(in object: Span<UInt8>) throws(JSONError) -> Int? {
        _ = cursor.peek(in: object)
        let start = cursor.offset + 1
        let isPlain = try stepOverString(in: object)
        let name = object.extracting(start..<cursor.offset - 1)
        try cursor.punctuation(UInt8(ascii: ":"), in: object)
        guard isPlain, let slot = slot(of: name) else { return nil }
        next = slot + 1
        return slot
    }

    private func slot(of name: Span<UInt8>) -> Int? {
        for slot in next..<max(next, names.count) where name.isEqual(to: names[slot]) {
            return slot
        }
        for slot in 0..<min(next, names.count) where name.isEqual(to: names[slot]) { return slot }
        return nil
    }

    private mutating func value(
        in object: Span<UInt8>,
        at base: Int
    ) throws(JSONError) -> FieldPlace {
        guard let first = cursor.peek(in: object) else {
            throw JSONError(offset: cursor.offset, expectation: "a value")
        }
        let start = cursor.offset
        let form = try stepOverValue(startingWith: first, in: object)
        return FieldPlace(
            start: UInt32(base + start),
            end: UInt32(base + cursor.offset),
            form: form
        )
    }

    private mutating func stepOverValue(
        startingWith first: UInt8,
        in object: Span<UInt8>
    ) throws(JSONError) -> FieldPlace.Form {
        switch first {
        case UInt8(ascii: "\""):
            return try stepOverString(in: object) ? .plainText : .escapedText
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            // The reader of JSON checks the inside, which must be sound.
            if !stepOverPlainTexts(in: object) { _ = try cursor.value(in: object) }
            return .composite
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            let word = try cursor.value(in: object)
            return word == .null ? .null : word == .bool(true) ? .yes : .no
        default:
            _ = try cursor.number(in: object)
            return .number
        }
    }

    /// Steps over an array of strings, such as most arrays are, without making values of them.
    /// Does nothing if there is anything in it but printable ASCII without escapes.
    private mutating func stepOverPlainTexts(in object: Span<UInt8>) -> Bool {
        var place = cursor.offset
        guard object[place] == UInt8(ascii: "[") else { return false }
        repeat {
            // Behind the bracket or a comma.
            place += 1
            guard place < object.count, object[place] == UInt8(ascii: "\"") else { return false }
            place += 1
            while place < object.count, object[place] != UInt8(ascii: "\"") {
                guard (0x20...0x7e).contains(object[place]), object[place] != UInt8(ascii: "\\")
                else { return false }
                place += 1
            }
            place += 1
        } while place < object.count && object[place] == UInt8(ascii: ",")
        guard place < object.count, object[place] == UInt8(ascii: "]") else { return false }
        cursor.offset = place + 1
        return true
    }

    /// Steps over a string; whether it has no escapes.
    private mutating func stepOverString(in object: Span<UInt8>) throws(JSONError) -> Bool {
        guard cursor.peek(in: object) == UInt8(ascii: "\"") else {
            throw JSONError(offset: cursor.offset, expectation: "a string")
        }
        cursor.offset += 1
        var isPlain = true
        while let end = object.textEnd(from: cursor.offset) {
            if object[end] == UInt8(ascii: "\"") {
                cursor.offset = end + 1
                return isPlain
            }
            isPlain = false
            cursor.offset = end + 2
        }
        throw JSONError(offset: object.count, expectation: "the end of a string")
    }
}
