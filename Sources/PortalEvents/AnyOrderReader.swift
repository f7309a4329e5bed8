import EventLine

/// Reads any JSON that has the members of the schema, in whatever order and spacing, and says
/// exactly what is wrong with other JSON.
struct AnyOrderReader {
    /// An object or array that is being read.
    private struct Frame {
        /// The members that were not asked for yet.
        var members: [JSONMember] = []
        /// The elements that were not read yet.
        var elements: ArraySlice<JSONValue> = []
        /// The member or element whose value is being read.
        var place = ""
    }

    private let type: String
    private let path: [String]
    private var current: JSONValue
    private var frames: [Frame] = []

    /// A reader of one value; errors name the event's type and the path to the member.
    init(_ bytes: [UInt8], type: String, path: [String]) throws(ReadingFailure) {
        self.type = type
        self.path = path
        do { current = try JSONValue(parsing: bytes) } catch {
            throw .wrong(.notJSON(type: type, error))
        }
    }

    mutating func beginObject() throws(ReadingFailure) {
        guard case .object(let members) = current else { throw wrong("an object") }
        frames.append(Frame(members: members))
    }

    mutating func move(to name: MemberName) -> Bool {
        let last = frames.count - 1
        guard let found = frames[last].members.firstIndex(where: { $0.name == name.text }) else {
            return false
        }
        current = frames[last].members.remove(at: found).value
        frames[last].place = name.text
        return true
    }

    mutating func endObject() throws(ReadingFailure) {
        if let other = frames.last?.members.first {
            throw .wrong(.memberUnknown(type: type, path: place(of: other.name)))
        }
        frames.removeLast()
    }

    mutating func beginArray() throws(ReadingFailure) {
        guard case .array(let elements) = current else { throw wrong("an array") }
        frames.append(Frame(elements: elements[...]))
    }

    mutating func nextElement() -> Bool {
        let last = frames.count - 1
        guard let element = frames[last].elements.first else {
            frames.removeLast()
            return false
        }
        frames[last].place = String(frames[last].elements.startIndex)
        frames[last].elements.removeFirst()
        current = element
        return true
    }

    mutating func string() throws(ReadingFailure) -> String {
        guard let text = current.string else { throw wrong("a string") }
        return text
    }

    mutating func uuid() throws(ReadingFailure) -> UniqueID {
        try parsed("a UUID") { UniqueID($0) }
    }

    mutating func date() throws(ReadingFailure) -> LocalDate {
        try parsed("a date, YYYY-MM-DD") { LocalDate($0) }
    }

    mutating func dateTime() throws(ReadingFailure) -> Instant {
        try parsed("a moment such as 2026-11-21T04:25:01.123456Z") { Instant(rfc3339: $0) }
    }

    mutating func integer() throws(ReadingFailure) -> Int {
        guard let number = current.integer else { throw wrong("an integer of 64 bits") }
        return Int(number)
    }

    mutating func boolean() throws(ReadingFailure) -> Bool {
        guard let truth = current.bool else { throw wrong("true or false") }
        return truth
    }

    mutating func json() -> JSONValue { current }

    mutating func choice<Choice: EnumerationValue>() throws(ReadingFailure) -> Choice {
        guard let choice = current.string.flatMap({ Choice(rawValue: $0) }) else {
            throw wrong("one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    func missing(_ name: MemberName) -> ReadingFailure {
        .wrong(.memberMissing(type: type, path: place(of: name.text)))
    }

    private func parsed<Value>(
        _ expected: String,
        _ parse: (String) -> Value?
    ) throws(ReadingFailure) -> Value {
        guard let value = current.string.flatMap(parse) else { throw wrong(expected) }
        return value
    }

    private func wrong(_ expected: String) -> ReadingFailure {
        let path = path + frames.map(\.place)
        let place = path.isEmpty ? "data" : path.joined(separator: ".")
        return .wrong(.wrongValue(type: type, path: place, expected: expected))
    }

    /// The path of a member of the innermost object.
    private func place(of name: String) -> String {
        (path + frames.dropLast().map(\.place) + [name]).joined(separator: ".")
    }
}
