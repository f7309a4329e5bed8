// Generated from EventSchemas/ by SchemaCompiler; changes here are lost.
// swift-format-ignore-file

import EventLine
@testable import PortalEvents

/// `Mood` of the schemas.
enum Mood: String, CaseIterable, Sendable {
    /// `glad`.
    case glad = "glad"
    /// `not-so-glad`.
    case notSoGlad = "not-so-glad"
    /// `self`.
    case `self` = "self"
    /// `default`.
    case `default` = "default"
}

extension Mood: EnumerationValue {}

/// `Place` of the schemas.
struct Place: Hashable, Sendable {
    /// `name` of the schema.
    var name: String
    /// `row` of the schema.
    var row: Int?
    /// `tags` of the schema.
    var tags: [String]

    /// A value of these fields.
    init(
        name: String,
        row: Int? = nil,
        tags: [String]
    ) {
        self.name = name
        self.row = row
        self.tags = tags
    }
}

extension Place: MemberValue {
    private static let names: [MemberName] = [
        MemberName("name"),
        MemberName("row"),
        MemberName("tags"),
    ]

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        let names = Self.names
        try reader.beginObject()
        self.name = try reader.required(names[0])
        self.row = try reader.optional(names[1])
        self.tags = try reader.required(names[2])
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        let names = Self.names
        writer.beginObject()
        writer.required(names[0], self.name)
        writer.optional(names[1], self.row)
        writer.required(names[2], self.tags)
        writer.endObject()
    }
}
