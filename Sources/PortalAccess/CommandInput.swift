package import EventLine

/// The input of a command, read field by field; `finish` refuses what nobody read.
package struct CommandInput: Sendable {
    private let members: [JSONMember]
    private var unread: Set<String>
    private let digest: @Sendable (DigestPurpose, String) -> String
    /// Every field that was looked for, with what it holds; nil unless it is recorded.
    package private(set) var fieldsRead: [InputField]?

    /// Bounds that keep every event within one line of the log.
    package enum Limit {
        package static let name = 400
        package static let text = 16_000
        package static let content = 24_000
    }

    /// An input object. `digest` is the keyed digest of a text for a purpose.
    package init(
        _ value: JSONValue,
        isRecorded: Bool = false,
        digest: @escaping @Sendable (DigestPurpose, String) -> String
    ) throws(Refusal) {
        guard let members = value.members else {
            throw .invalidInput("input", "the input must be a JSON object")
        }
        self.members = members.filter { !$0.value.isNull }
        unread = Set(members.map(\.name))
        self.digest = digest
        if isRecorded { fieldsRead = [] }
    }

    /// Refuses fields that the command does not have.
    package func finish() throws(Refusal) {
        guard let name = unread.sorted().first else { return }
        throw .invalidInput(name, "there is no field of this name")
    }

    /// Any value; nil if it was left out or null.
    package mutating func value(_ name: String, _ kind: InputKind = .any) -> JSONValue? {
        unread.remove(name)
        fieldsRead?.append(InputField(name: name, kind: kind))
        return members.first { $0.name == name }?.value
    }

    /// The text of a field, which counts as read no more than before.
    package func peek(_ name: String) -> String? {
        members.first { $0.name == name }?.value.string
    }

    package mutating func optionalText(
        _ name: String,
        limit: Int = Limit.name
    ) throws(Refusal) -> String? {
        guard let value = value(name, .text(limit: limit)) else { return nil }
        guard let text = value.string else { throw .invalidInput(name, "must be a string") }
        guard text.utf8.count <= limit else {
            throw .invalidInput(name, "is longer than \(limit) bytes; shorten it")
        }
        let isText = text.unicodeScalars.allSatisfy { $0.value >= 0x20 || limit > Limit.name }
        guard isText else { throw .invalidInput(name, "must not hold control characters") }
        return text
    }

    package mutating func text(
        _ name: String,
        limit: Int = Limit.name
    ) throws(Refusal) -> String {
        guard let text = try optionalText(name, limit: limit) else {
            throw .invalidInput(name, "is required")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw .invalidInput(name, "must not be blank")
        }
        return text
    }

    /// A text by which people are told apart, without the white space around it.
    package mutating func optionalTrimmed(_ name: String) throws(Refusal) -> String? {
        guard let text = try optionalText(name).map({ String(trimming: $0) }) else { return nil }
        guard !text.isEmpty else { throw .invalidInput(name, "must not be blank; leave it out") }
        return text
    }

    package mutating func optionalEmail(_ name: String) throws(Refusal) -> String? {
        fieldsRead?.append(InputField(name: name, kind: .email))
        guard let email = try optionalTrimmed(name) else { return nil }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
            && email.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !"<>,;\"()".utf8.contains($0) }
        guard isAddress, email.utf8.count <= 254 else {
            throw .invalidInput(name, "must be an email address such as ana@example.org")
        }
        return email
    }

    /// An address in a form that people fill in, where a blank field is one left out.
    package mutating func filledInEmail(_ name: String) throws(Refusal) -> String? {
        let entered = members.first { $0.name == name }?.value.string
        guard let entered, String(trimming: entered).isEmpty else {
            return try optionalEmail(name)
        }
        unread.remove(name)
        return nil
    }

    package mutating func email(_ name: String) throws(Refusal) -> String {
        guard let email = try optionalEmail(name) else { throw .invalidInput(name, "is required") }
        return email
    }

    package mutating func optionalID(_ name: String) throws(Refusal) -> UniqueID? {
        guard let value = value(name, .id) else { return nil }
        guard let id = value.string.flatMap({ UniqueID($0) }) else {
            throw .invalidInput(name, "must be a UUID")
        }
        return id
    }

    package mutating func id(_ name: String) throws(Refusal) -> UniqueID {
        guard let id = try optionalID(name) else { throw .invalidInput(name, "is required") }
        return id
    }

    package mutating func ids(
        _ name: String,
        atMost countMax: Int = 32
    ) throws(Refusal) -> [UniqueID]? {
        guard let value = value(name, .ids) else { return nil }
        let ids = value.array?.map { $0.string.flatMap { UniqueID($0) } }
        guard let ids, ids.count <= countMax, let found = ids as? [UniqueID],
            Set(found).count == found.count
        else {
            throw .invalidInput(name, "must be an array of at most \(countMax) different UUIDs")
        }
        return found
    }

    package mutating func optionalDate(_ name: String) throws(Refusal) -> LocalDate? {
        guard let value = value(name, .date) else { return nil }
        guard let date = value.string.flatMap({ LocalDate($0) }) else {
            throw .invalidInput(name, "must be a date as YYYY-MM-DD")
        }
        return date
    }

    package mutating func date(_ name: String) throws(Refusal) -> LocalDate {
        guard let date = try optionalDate(name) else { throw .invalidInput(name, "is required") }
        return date
    }

    package mutating func optionalFlag(_ name: String) throws(Refusal) -> Bool? {
        guard let value = value(name, .flag) else { return nil }
        guard let flag = value.bool else { throw .invalidInput(name, "must be true or false") }
        return flag
    }

    package mutating func flag(_ name: String) throws(Refusal) -> Bool {
        guard let flag = try optionalFlag(name) else { throw .invalidInput(name, "is required") }
        return flag
    }

    package mutating func number(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int
    {
        guard let number = value(name, .number(range))?.integer.map(Int.init),
            range.contains(number)
        else {
            throw .invalidInput(
                name,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    package mutating func optionalNumber(
        _ name: String,
        in range: ClosedRange<Int>
    ) throws(Refusal) -> Int? {
        value(name, .number(range)) == nil ? nil : try number(name, in: range)
    }

    /// One of the words of an enumeration.
    package mutating func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        _: Choice.Type = Choice.self
    ) throws(Refusal) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        guard let value = value(name, .word(words)) else { return nil }
        guard let choice = value.string.flatMap({ Choice(rawValue: $0) }) else {
            throw .invalidInput(name, "must be one of \(words.joined(separator: ", "))")
        }
        return choice
    }

    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        _: Choice.Type = Choice.self
    ) throws(Refusal) -> Choice where Choice.RawValue == String {
        guard let choice = try optionalChoice(name, Choice.self) else {
            throw .invalidInput(name, "is required")
        }
        return choice
    }

    /// Several different words of an enumeration.
    package mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ name: String,
        _: Choice.Type = Choice.self
    ) throws(Refusal) -> [Choice] where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        let found = value(name, .words(words))?.array?
            .map { $0.string.flatMap { Choice(rawValue: $0) } }
        guard let choices = found as? [Choice], Set(choices).count == choices.count else {
            throw .invalidInput(
                name,
                "must be an array of different words of \(words.joined(separator: ", "))"
            )
        }
        return choices
    }

    /// A JSON object, such as the content of a record resource.
    package mutating func object(_ name: String) throws(Refusal) -> JSONValue {
        guard let value = value(name, .object) else { throw .invalidInput(name, "is required") }
        guard value.members != nil else { throw .invalidInput(name, "must be a JSON object") }
        guard value.canonicalBytes.count <= Limit.content else {
            throw .invalidInput(name, "is longer than \(Limit.content) bytes; shorten it")
        }
        return value
    }

    /// The keyed digest under which a text is looked up.
    package func digest(_ text: String, for purpose: DigestPurpose) -> String {
        digest(purpose, text)
    }
}

/// What a keyed digest is for: digests of one text for two purposes have nothing in common.
package enum DigestPurpose: String, Sendable {
    case patientNumber
    case login
    case token
    case activationCode
    case imported
    case networkAddress
}

extension String {
    /// A text without the white space around it.
    package init(trimming text: String) {
        let end = text.lastIndex { !$0.isWhitespace }
        let start = text.firstIndex { !$0.isWhitespace }
        self = start.flatMap { start in end.map { String(text[start...$0]) } } ?? ""
    }

    /// A login address as it is compared: trimmed and lower-cased (invariant 3).
    package var asLogin: String { String(trimming: self).lowercased() }
}
