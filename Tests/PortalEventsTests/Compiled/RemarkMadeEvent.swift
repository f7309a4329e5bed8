// Generated from EventSchemas/ by SchemaCompiler; changes here are lost.
// swift-format-ignore-file

import EventLine
@testable import PortalEvents

/// Written when a remark is made: a required field after optional ones, and optional personal
/// fields.
struct RemarkMadeV1: Hashable, Sendable {
    /// The event's name and version, as in its line.
    static var type: String { "RemarkMade.v1" }

    /// `first` of the schema.
    var first: Bool?
    /// `second` of the schema.
    var second: [Int]?
    /// `number` of the schema.
    var number: Int
    /// `personal` of the schema.
    var personal: Sealed<Personal>?

    /// A value of these fields.
    init(
        first: Bool? = nil,
        second: [Int]? = nil,
        number: Int,
        personal: Sealed<Personal>? = nil
    ) {
        self.first = first
        self.second = second
        self.number = number
        self.personal = personal
    }

    /// What is sealed in `personal`.
    struct Personal: Hashable, Sendable {
        /// `note` of the schema.
        var note: String?

        /// A value of these fields.
        init(
            note: String? = nil
        ) {
            self.note = note
        }
    }
}

extension RemarkMadeV1: EventPayload {
    static let shape: EventShape = EventShape(
        type: "RemarkMade.v1",
        title: "RemarkMade",
        label: nil,
        summary: "Written when a remark is made: a required field after optional ones, and optional personal fields.",
        fields: [
            EventShape.Field(name: "first", kind: EventShape.Kind.boolean, isOptional: true, isSecret: false),
            EventShape.Field(name: "second", kind: EventShape.Kind.array, isOptional: true, isSecret: false),
            EventShape.Field(name: "number", kind: EventShape.Kind.integer, isOptional: false, isSecret: false),
            EventShape.Field(name: "personal", kind: EventShape.Kind.string, isOptional: true, isSecret: false),
        ],
        personalFields: [
            EventShape.Field(name: "note", kind: EventShape.Kind.string, isOptional: true, isSecret: false),
        ]
    )

    private static let names: [MemberName] = [
        MemberName("first"),
        MemberName("second"),
        MemberName("number"),
        MemberName("personal"),
    ]

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        let names = Self.names
        try reader.beginObject()
        self.first = try reader.optional(names[0])
        self.second = try reader.optional(names[1])
        self.number = try reader.required(names[2])
        self.personal = try reader.optional(names[3])
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        let names = Self.names
        writer.beginObject()
        writer.optional(names[0], self.first)
        writer.optional(names[1], self.second)
        writer.required(names[2], self.number)
        writer.optional(names[3], self.personal)
        writer.endObject()
    }

    func streamTexts(organisation: UniqueID) -> [String] {
        var texts: [String] = []
        texts.append(streamText(["remark/", self.number.description]))
        return texts
    }

    var sealingKey: String? { personal == nil ? nil : streamText(["remark/", self.number.description]) }

    var personalBytes: Sealed<[UInt8]>? { personal?.bytes }

    mutating func setPersonal(_ bytes: Sealed<[UInt8]>) throws(EventDecodingError) {
        personal = try Sealed<Personal>(bytes, in: Self.type)
    }

    var portalEvent: PortalEvent { .remarkMade(self) }
}

extension RemarkMadeV1.Personal: MemberValue {
    private static let names: [MemberName] = [
        MemberName("note"),
    ]

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        let names = Self.names
        try reader.beginObject()
        self.note = try reader.optional(names[0])
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        let names = Self.names
        writer.beginObject()
        writer.optional(names[0], self.note)
        writer.endObject()
    }
}

/// The newest version of RemarkMade.
typealias RemarkMade = RemarkMadeV1
