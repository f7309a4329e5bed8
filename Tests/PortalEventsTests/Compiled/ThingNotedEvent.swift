// Generated from EventSchemas/ by SchemaCompiler; changes here are lost.
// swift-format-ignore-file

import EventLine
@testable import PortalEvents

/// Written when a thing is noted, in the first form, which knew neither places nor moods.
struct ThingNotedV1: Hashable, Sendable {
    /// The event's name and version, as in its line.
    static var type: String { "ThingNoted.v1" }

    /// `thingId` of the schema.
    var thingId: UniqueID
    /// `name` of the schema.
    var name: String
    /// `personal` of the schema.
    var personal: Sealed<Personal>

    /// A value of these fields.
    init(
        thingId: UniqueID,
        name: String,
        personal: Sealed<Personal>
    ) {
        self.thingId = thingId
        self.name = name
        self.personal = personal
    }

    /// What is sealed in `personal`.
    struct Personal: Hashable, Sendable {
        /// `owner` of the schema.
        var owner: String

        /// A value of these fields.
        init(
            owner: String
        ) {
            self.owner = owner
        }
    }
}

extension ThingNotedV1: EventPayload {
    static let shape: EventShape = EventShape(
        type: "ThingNoted.v1",
        title: "ThingNoted",
        label: nil,
        summary: "Written when a thing is noted, in the first form, which knew neither places nor moods.",
        fields: [
            EventShape.Field(name: "thingId", kind: EventShape.Kind.uuid, isOptional: false, isSecret: false),
            EventShape.Field(name: "name", kind: EventShape.Kind.string, isOptional: false, isSecret: false),
            EventShape.Field(name: "personal", kind: EventShape.Kind.string, isOptional: false, isSecret: false),
        ],
        personalFields: [
            EventShape.Field(name: "owner", kind: EventShape.Kind.string, isOptional: false, isSecret: false),
        ]
    )

    private static let names: [MemberName] = [
        MemberName("thingId"),
        MemberName("name"),
        MemberName("personal"),
    ]

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        let names = Self.names
        try reader.beginObject()
        self.thingId = try reader.required(names[0])
        self.name = try reader.required(names[1])
        self.personal = try reader.required(names[2])
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        let names = Self.names
        writer.beginObject()
        writer.required(names[0], self.thingId)
        writer.required(names[1], self.name)
        writer.required(names[2], self.personal)
        writer.endObject()
    }

    func streamTexts(organisation: UniqueID) -> [String] {
        var texts: [String] = []
        texts.append(streamText(["thing/", self.thingId.description]))
        return texts
    }

    var sealingKey: String? { streamText(["thing/", self.thingId.description]) }

    var personalBytes: Sealed<[UInt8]>? { personal.bytes }

    mutating func setPersonal(_ bytes: Sealed<[UInt8]>) throws(EventDecodingError) {
        personal = try Sealed<Personal>(bytes, in: Self.type)
    }

    var portalEvent: PortalEvent { ThingNotedV1ToV2.portalEvent(from: self) }
}

extension ThingNotedV1.Personal: MemberValue {
    private static let names: [MemberName] = [
        MemberName("owner"),
    ]

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        let names = Self.names
        try reader.beginObject()
        self.owner = try reader.required(names[0])
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        let names = Self.names
        writer.beginObject()
        writer.required(names[0], self.owner)
        writer.endObject()
    }
}

/// Written when a thing is noted. It has a field of every kind, so that one sample shows
/// whatever a schema can say and how it is written.
struct ThingNotedV2: Hashable, Sendable {
    /// The event's name and version, as in its line.
    static var type: String { "ThingNoted.v2" }

    /// `thingId` of the schema.
    var thingId: UniqueID
    /// Whose thing it is, where that is known.
    var clientId: UniqueID?
    /// `name` of the schema.
    var name: String
    /// `digest` of the schema, never stored in clear.
    var digest: String?
    /// `mood` of the schema.
    var mood: Mood
    /// `on` of the schema.
    var on: LocalDate?
    /// `at` of the schema.
    var at: Instant?
    /// `count` of the schema.
    var count: Int?
    /// `default` of the schema.
    var `default`: Bool
    /// `ids` of the schema.
    var ids: [UniqueID]
    /// `moods` of the schema.
    var moods: [Mood]?
    /// `place` of the schema.
    var place: Place
    /// `places` of the schema.
    var places: [Place]?
    /// `more` of the schema.
    var more: JSONValue?
    /// `personal` of the schema.
    var personal: Sealed<Personal>

    /// A value of these fields.
    init(
        thingId: UniqueID,
        clientId: UniqueID? = nil,
        name: String,
        digest: String? = nil,
        mood: Mood,
        on: LocalDate? = nil,
        at: Instant? = nil,
        count: Int? = nil,
        `default`: Bool,
        ids: [UniqueID],
        moods: [Mood]? = nil,
        place: Place,
        places: [Place]? = nil,
        more: JSONValue? = nil,
        personal: Sealed<Personal>
    ) {
        self.thingId = thingId
        self.clientId = clientId
        self.name = name
        self.digest = digest
        self.mood = mood
        self.on = on
        self.at = at
        self.count = count
        self.`default` = `default`
        self.ids = ids
        self.moods = moods
        self.place = place
        self.places = places
        self.more = more
        self.personal = personal
    }

    /// What is sealed in `personal`.
    struct Personal: Hashable, Sendable {
        /// `owner` of the schema.
        var owner: String
        /// `born` of the schema.
        var born: LocalDate?
        /// `content` of the schema.
        var content: JSONValue?
        /// `mood` of the schema.
        var mood: Mood?

        /// A value of these fields.
        init(
            owner: String,
            born: LocalDate? = nil,
            content: JSONValue? = nil,
            mood: Mood? = nil
        ) {
            self.owner = owner
            self.born = born
            self.content = content
            self.mood = mood
        }
    }
}

extension ThingNotedV2: EventPayload {
    static let shape: EventShape = EventShape(
        type: "ThingNoted.v2",
        title: "ThingNoted",
        label: "Thing \"Noted\"",
        summary: "Written when a thing is noted. It has a field of every kind, so that one sample shows whatever a schema can say and how it is written.",
        fields: [
            EventShape.Field(name: "thingId", kind: EventShape.Kind.uuid, isOptional: false, isSecret: false),
            EventShape.Field(name: "clientId", kind: EventShape.Kind.uuid, isOptional: true, isSecret: false),
            EventShape.Field(name: "name", kind: EventShape.Kind.string, isOptional: false, isSecret: false),
            EventShape.Field(name: "digest", kind: EventShape.Kind.string, isOptional: true, isSecret: true),
            EventShape.Field(name: "mood", kind: EventShape.Kind.string, isOptional: false, isSecret: false),
            EventShape.Field(name: "on", kind: EventShape.Kind.date, isOptional: true, isSecret: false),
            EventShape.Field(name: "at", kind: EventShape.Kind.dateTime, isOptional: true, isSecret: false),
            EventShape.Field(name: "count", kind: EventShape.Kind.integer, isOptional: true, isSecret: false),
            EventShape.Field(name: "default", kind: EventShape.Kind.boolean, isOptional: false, isSecret: false),
            EventShape.Field(name: "ids", kind: EventShape.Kind.array, isOptional: false, isSecret: false),
            EventShape.Field(name: "moods", kind: EventShape.Kind.array, isOptional: true, isSecret: false),
            EventShape.Field(name: "place", kind: EventShape.Kind.object, isOptional: false, isSecret: false),
            EventShape.Field(name: "places", kind: EventShape.Kind.array, isOptional: true, isSecret: false),
            EventShape.Field(name: "more", kind: EventShape.Kind.json, isOptional: true, isSecret: false),
            EventShape.Field(name: "personal", kind: EventShape.Kind.string, isOptional: false, isSecret: false),
        ],
        personalFields: [
            EventShape.Field(name: "owner", kind: EventShape.Kind.string, isOptional: false, isSecret: false),
            EventShape.Field(name: "born", kind: EventShape.Kind.date, isOptional: true, isSecret: false),
            EventShape.Field(name: "content", kind: EventShape.Kind.json, isOptional: true, isSecret: false),
            EventShape.Field(name: "mood", kind: EventShape.Kind.string, isOptional: true, isSecret: false),
        ]
    )

    private static let names: [MemberName] = [
        MemberName("thingId"),
        MemberName("clientId"),
        MemberName("name"),
        MemberName("digest"),
        MemberName("mood"),
        MemberName("on"),
        MemberName("at"),
        MemberName("count"),
        MemberName("default"),
        MemberName("ids"),
        MemberName("moods"),
        MemberName("place"),
        MemberName("places"),
        MemberName("more"),
        MemberName("personal"),
    ]

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        let names = Self.names
        try reader.beginObject()
        self.thingId = try reader.required(names[0])
        self.clientId = try reader.optional(names[1])
        self.name = try reader.required(names[2])
        self.digest = try reader.optional(names[3])
        self.mood = try reader.required(names[4])
        self.on = try reader.optional(names[5])
        self.at = try reader.optional(names[6])
        self.count = try reader.optional(names[7])
        self.`default` = try reader.required(names[8])
        self.ids = try reader.required(names[9])
        self.moods = try reader.optional(names[10])
        self.place = try reader.required(names[11])
        self.places = try reader.optional(names[12])
        self.more = try reader.optional(names[13])
        self.personal = try reader.required(names[14])
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        let names = Self.names
        writer.beginObject()
        writer.required(names[0], self.thingId)
        writer.optional(names[1], self.clientId)
        writer.required(names[2], self.name)
        writer.optional(names[3], self.digest)
        writer.required(names[4], self.mood)
        writer.optional(names[5], self.on)
        writer.optional(names[6], self.at)
        writer.optional(names[7], self.count)
        writer.required(names[8], self.`default`)
        writer.required(names[9], self.ids)
        writer.optional(names[10], self.moods)
        writer.required(names[11], self.place)
        writer.optional(names[12], self.places)
        writer.optional(names[13], self.more)
        writer.required(names[14], self.personal)
        writer.endObject()
    }

    static var hasTextInStreams: Bool { true }

    func streamTexts(organisation: UniqueID) -> [String] {
        var texts: [String] = []
        texts.append(streamText(["thing/", self.thingId.description]))
        if let value0 = self.clientId {
            texts.append(streamText(["client/", value0.description]))
        }
        if let value0 = self.digest {
            texts.append(streamText(["number/", organisation.description, "/", value0]))
        }
        if let value0 = self.on {
            texts.append(streamText(["mood/", self.mood.rawValue, "/", value0.description]))
        }
        texts.append(streamText(["thing/", self.thingId.description]))
        return texts
    }

    var envelopeClient: UniqueID? { self.clientId }

    var sealingKey: String? { streamText(["thing/", self.thingId.description]) }

    var personalBytes: Sealed<[UInt8]>? { personal.bytes }

    mutating func setPersonal(_ bytes: Sealed<[UInt8]>) throws(EventDecodingError) {
        personal = try Sealed<Personal>(bytes, in: Self.type)
    }

    var portalEvent: PortalEvent { .thingNoted(self) }
}

extension ThingNotedV2.Personal: MemberValue {
    private static let names: [MemberName] = [
        MemberName("owner"),
        MemberName("born"),
        MemberName("content"),
        MemberName("mood"),
    ]

    init(from reader: inout MemberReader) throws(ReadingFailure) {
        let names = Self.names
        try reader.beginObject()
        self.owner = try reader.required(names[0])
        self.born = try reader.optional(names[1])
        self.content = try reader.optional(names[2])
        self.mood = try reader.optional(names[3])
        try reader.endObject()
    }

    func write(to writer: inout MemberWriter) {
        let names = Self.names
        writer.beginObject()
        writer.required(names[0], self.owner)
        writer.optional(names[1], self.born)
        writer.optional(names[2], self.content)
        writer.optional(names[3], self.mood)
        writer.endObject()
    }
}

/// The newest version of ThingNoted.
typealias ThingNoted = ThingNotedV2
