import EventLine

/// Reads canonical JSON by comparing the member names of the schema in place.
struct CanonicalReader {
    private let bytes: [UInt8]
    private var cursor = JSONCursor()
    /// Whether nothing of the innermost object or array was read yet, so that no comma comes.
    private var isFirst = true

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Nothing may follow what was read.
    func finish() throws(ReadingFailure) {
        guard cursor.offset == bytes.count else { throw .notCanonical }
    }

    mutating func beginObject() throws(ReadingFailure) {
        guard skip(UInt8(ascii: "{")) else { throw .notCanonical }
        isFirst = true
    }

    mutating func move(to name: MemberName) -> Bool {
        let start = cursor.offset
        if isFirst || skip(UInt8(ascii: ",")) {
            let bytes = bytes
            if cursor.skip(name.literal, in: bytes.span) {
                isFirst = false
                return true
            }
        }
        cursor.offset = start
        return false
    }

    mutating func endObject() throws(ReadingFailure) {
        guard skip(UInt8(ascii: "}")) else { throw .notCanonical }
        isFirst = false
    }

    mutating func beginArray() throws(ReadingFailure) {
        guard skip(UInt8(ascii: "[")) else { throw .notCanonical }
        isFirst = true
    }

    mutating func nextElement() throws(ReadingFailure) -> Bool {
        if skip(UInt8(ascii: "]")) {
            isFirst = false
            return false
        }
        guard isFirst || skip(UInt8(ascii: ",")) else { throw .notCanonical }
        isFirst = false
        return true
    }

    mutating func string() throws(ReadingFailure) -> String {
        guard isNext(UInt8(ascii: "\"")) else { throw .notCanonical }
        let bytes = bytes
        do { return try cursor.string(in: bytes.span) } catch { throw .notCanonical }
    }

    mutating func uuid() throws(ReadingFailure) -> UniqueID {
        let bytes = bytes
        guard let value = cursor.uniqueID(in: bytes.span) else { throw .notCanonical }
        return value
    }

    mutating func date() throws(ReadingFailure) -> LocalDate {
        let bytes = bytes
        guard let value = cursor.localDate(in: bytes.span) else { throw .notCanonical }
        return value
    }

    mutating func dateTime() throws(ReadingFailure) -> Instant {
        let bytes = bytes
        guard let value = cursor.instant(in: bytes.span) else { throw .notCanonical }
        return value
    }

    mutating func integer() throws(ReadingFailure) -> Int {
        let bytes = bytes
        guard case .integer(let number)? = try? cursor.number(in: bytes.span) else {
            throw .notCanonical
        }
        return Int(number)
    }

    mutating func boolean() throws(ReadingFailure) -> Bool {
        let bytes = bytes
        if cursor.skip(Self.trueLiteral, in: bytes.span) { return true }
        guard cursor.skip(Self.falseLiteral, in: bytes.span) else { throw .notCanonical }
        return false
    }

    mutating func json() throws(ReadingFailure) -> JSONValue {
        let bytes = bytes
        do { return try cursor.value(in: bytes.span) } catch { throw .notCanonical }
    }

    mutating func choice<Choice: EnumerationValue>() throws(ReadingFailure) -> Choice {
        guard let choice = Choice(rawValue: try string()) else { throw .notCanonical }
        return choice
    }

    private static let trueLiteral = Array("true".utf8)
    private static let falseLiteral = Array("false".utf8)

    private func isNext(_ byte: UInt8) -> Bool {
        cursor.offset < bytes.count && bytes[cursor.offset] == byte
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard isNext(byte) else { return false }
        cursor.offset += 1
        return true
    }
}
