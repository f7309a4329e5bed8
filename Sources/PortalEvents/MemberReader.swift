import EventLine

/// Reads the members of an object in the order of its schema, in one of two ways.
///
/// `CanonicalReader` compares bytes in place and gives up at the first surprise;
/// `AnyOrderReader` accepts any order and spacing and says what is wrong. The generated
/// initialisers know this one type: were they generic over the two, each would be compiled
/// twice. What they call is never inlined, for the same reason: with a hundred events the
/// optimiser would work for a minute.
struct MemberReader {
    private var canonical: CanonicalReader
    private var anyOrder: AnyOrderReader?

    /// A reader of bytes that are expected in canonical form.
    init(canonical bytes: [UInt8]) {
        canonical = CanonicalReader(bytes)
    }

    /// A reader of any JSON; errors name the event's type and the path to the member.
    init(anyOrder bytes: [UInt8], type: String, path: [String]) throws(ReadingFailure) {
        canonical = CanonicalReader([])
        anyOrder = try AnyOrderReader(bytes, type: type, path: path)
    }

    /// The value of a member that must be there.
    @inline(never)
    mutating func required<Value: MemberValue>(_ name: MemberName) throws(ReadingFailure) -> Value {
        guard move(to: name) else { throw missing(name) }
        return try Value(from: &self)
    }

    /// The value of a member that may be absent; `null` is not absent.
    @inline(never)
    mutating func optional<Value: MemberValue>(
        _ name: MemberName
    ) throws(ReadingFailure) -> Value? {
        guard move(to: name) else { return nil }
        return try Value(from: &self)
    }

    /// Steps into the object that comes next.
    @inline(never)
    mutating func beginObject() throws(ReadingFailure) {
        if try anyOrder?.beginObject() == nil { try canonical.beginObject() }
    }

    /// Steps out of the object, which must have no further members.
    @inline(never)
    mutating func endObject() throws(ReadingFailure) {
        if try anyOrder?.endObject() == nil { try canonical.endObject() }
    }

    /// Steps into the array that comes next.
    mutating func beginArray() throws(ReadingFailure) {
        if try anyOrder?.beginArray() == nil { try canonical.beginArray() }
    }

    /// Moves to the next element, or out of the array if there is none.
    mutating func nextElement() throws(ReadingFailure) -> Bool {
        if let isThere = anyOrder?.nextElement() { return isThere }
        return try canonical.nextElement()
    }

    /// Nothing may follow what was read.
    func finish() throws(ReadingFailure) {
        if anyOrder == nil { try canonical.finish() }
    }

    /// Moves to a member's value; false if the object has no such member.
    private mutating func move(to name: MemberName) -> Bool {
        if let isThere = anyOrder?.move(to: name) { return isThere }
        return canonical.move(to: name)
    }

    private func missing(_ name: MemberName) -> ReadingFailure {
        anyOrder?.missing(name) ?? .notCanonical
    }
}

extension MemberReader {
    mutating func string() throws(ReadingFailure) -> String {
        if let text = try anyOrder?.string() { return text }
        return try canonical.string()
    }

    mutating func uuid() throws(ReadingFailure) -> UniqueID {
        if let id = try anyOrder?.uuid() { return id }
        return try canonical.uuid()
    }

    mutating func date() throws(ReadingFailure) -> LocalDate {
        if let date = try anyOrder?.date() { return date }
        return try canonical.date()
    }

    mutating func dateTime() throws(ReadingFailure) -> Instant {
        if let moment = try anyOrder?.dateTime() { return moment }
        return try canonical.dateTime()
    }

    mutating func integer() throws(ReadingFailure) -> Int {
        if let number = try anyOrder?.integer() { return number }
        return try canonical.integer()
    }

    mutating func boolean() throws(ReadingFailure) -> Bool {
        if let truth = try anyOrder?.boolean() { return truth }
        return try canonical.boolean()
    }

    mutating func json() throws(ReadingFailure) -> JSONValue {
        if let value = anyOrder?.json() { return value }
        return try canonical.json()
    }

    mutating func choice<Choice: EnumerationValue>() throws(ReadingFailure) -> Choice {
        if let choice: Choice = try anyOrder?.choice() { return choice }
        return try canonical.choice()
    }
}

/// Why a reader stopped.
enum ReadingFailure: Error {
    /// The text is not canonical, or is wrong: the other reader finds out.
    case notCanonical
    /// The text is wrong.
    case wrong(EventDecodingError)
}
