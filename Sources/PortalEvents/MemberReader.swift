import EventLine

/// Reads the members of an object in the order of its schema.
///
/// One generated initialiser serves both ways of reading: `CanonicalReader` compares bytes in
/// place and gives up at the first surprise, `AnyOrderReader` accepts any order and spacing and
/// says what is wrong.
protocol MemberReader {
    associatedtype Failure: Error

    /// Steps into the object that comes next.
    mutating func beginObject() throws(Failure)
    /// Moves to a member's value; false if the object has no such member.
    mutating func move(to name: MemberName) -> Bool
    /// Steps out of the object, which must have no further members.
    mutating func endObject() throws(Failure)
    /// Steps into the array that comes next.
    mutating func beginArray() throws(Failure)
    /// Moves to the next element, or out of the array if there is none.
    mutating func nextElement() throws(Failure) -> Bool

    mutating func string() throws(Failure) -> String
    mutating func uuid() throws(Failure) -> UniqueID
    mutating func date() throws(Failure) -> LocalDate
    mutating func dateTime() throws(Failure) -> Instant
    mutating func integer() throws(Failure) -> Int
    mutating func boolean() throws(Failure) -> Bool
    mutating func json() throws(Failure) -> JSONValue
    mutating func choice<Choice: EnumerationValue>() throws(Failure) -> Choice

    /// The error that a required member is not there.
    func missing(_ name: MemberName) -> Failure
}

extension MemberReader {
    /// The value of a member that must be there.
    mutating func required<Value: MemberValue>(_ name: MemberName) throws(Failure) -> Value {
        guard move(to: name) else { throw missing(name) }
        return try Value(from: &self)
    }

    /// The value of a member that may be absent; `null` is not absent.
    mutating func optional<Value: MemberValue>(_ name: MemberName) throws(Failure) -> Value? {
        guard move(to: name) else { return nil }
        return try Value(from: &self)
    }
}
