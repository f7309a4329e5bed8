import EventLine

/// What can be the value of a member of `data`.
protocol MemberValue: Hashable, Sendable {
    /// Reads the value that comes next.
    init(from reader: inout MemberReader) throws(ReadingFailure)
    /// Writes the value.
    func write(to writer: inout MemberWriter)
}

extension MemberValue {
    /// The value that takes up all of these bytes; nil if they are not in canonical form.
    static func canonical(_ bytes: [UInt8]) -> Self? {
        var reader = MemberReader(canonical: bytes)
        guard let value = try? Self(from: &reader), (try? reader.finish()) != nil else {
            return nil
        }
        return value
    }

    /// The value that takes up all of these bytes, in any order of members and any spacing.
    static func anyOrder(
        _ bytes: [UInt8],
        type: String,
        path: [String]
    ) throws(EventDecodingError) -> Self {
        do {
            var reader = try MemberReader(anyOrder: bytes, type: type, path: path)
            return try Self(from: &reader)
        } catch {
            guard case .wrong(let error) = error else {
                preconditionFailure("Only the canonical reader says that a text is not canonical.")
            }
            throw error
        }
    }

    /// The value that takes up all of these bytes: fast where they are canonical.
    static func decoded(
        from bytes: [UInt8],
        type: String,
        path: [String]
    ) throws(EventDecodingError) -> Self {
        if let value = canonical(bytes) { return value }
        return try anyOrder(bytes, type: type, path: path)
    }
}

/// A generated enumeration of strings.
protocol EnumerationValue: MemberValue, RawRepresentable, CaseIterable where RawValue == String {}

extension EnumerationValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.choice()
    }

    func write(to writer: inout MemberWriter) { writer.string(rawValue) }
}

extension String: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.string()
    }

    func write(to writer: inout MemberWriter) { writer.string(self) }
}

extension UniqueID: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.uuid()
    }

    func write(to writer: inout MemberWriter) { writer.plain(description) }
}

extension LocalDate: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.date()
    }

    func write(to writer: inout MemberWriter) { writer.plain(description) }
}

extension Instant: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.dateTime()
    }

    func write(to writer: inout MemberWriter) { writer.plain(description) }
}

extension Int: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.integer()
    }

    func write(to writer: inout MemberWriter) { writer.integer(self) }
}

extension Bool: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.boolean()
    }

    func write(to writer: inout MemberWriter) { writer.boolean(self) }
}

extension JSONValue: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = try reader.json()
    }

    func write(to writer: inout MemberWriter) { writer.json(self) }
}

extension Array: MemberValue where Element: MemberValue {
    init(from reader: inout MemberReader) throws(ReadingFailure) {
        self = []
        try reader.beginArray()
        while try reader.nextElement() { append(try Element(from: &reader)) }
    }

    func write(to writer: inout MemberWriter) { writer.array(self) }
}
