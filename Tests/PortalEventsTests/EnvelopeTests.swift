import EventLine
import Testing

@testable import PortalEvents

private let id = UniqueID(high: 1, low: 2)
private let client = UniqueID(high: 3, low: 4)
private let organisation = UniqueID(high: 5, low: 6)

private func thing(
    client: UniqueID? = nil,
    digest: String? = nil,
    on: LocalDate? = nil
) -> ThingNotedV2 {
    ThingNotedV2(
        thingId: id,
        clientId: client,
        name: "n",
        digest: digest,
        mood: .notSoGlad,
        on: on,
        default: false,
        ids: [],
        place: Place(name: "p", tags: []),
        personal: .locked("j")
    )
}

@Test func `an entry whose field is absent names no stream`() {
    #expect(thing().streamTexts(organisation: organisation) == ["thing/\(id)", "thing/\(id)"])
}

@Test func `streams are filled from the fields, in the schema's order`() {
    let full = thing(client: client, digest: "00ff", on: LocalDate(daysSinceEpoch: 0))
    let texts = full.streamTexts(organisation: organisation)
    #expect(
        texts == [
            "thing/\(id)", "client/\(client)", "number/\(organisation)/00ff",
            "mood/not-so-glad/1970-01-01", "thing/\(id)",
        ]
    )
}

@Test func `a stream that two entries name is named once`() {
    let names = thing(client: client).streamNames(organisation: organisation)
    #expect(names == [StreamName("thing", id), StreamName("client", client)])
}

@Test func `a text that no stream name may have is a programmer error when written`() async {
    await #expect(processExitsWith: .failure) {
        let id = UniqueID(high: 1, low: 2)
        let thing = ThingNotedV2(
            thingId: id,
            name: "n",
            digest: "a b",
            mood: .glad,
            default: false,
            ids: [],
            place: Place(name: "p", tags: []),
            personal: .locked("j")
        )
        _ = thing.streamNames(organisation: id)
    }
}

@Test func `the client and the key are those of the fields`() {
    #expect(thing().envelopeClient == nil)
    #expect(thing(client: client).envelopeClient == client)
    #expect(thing().sealingKey == "thing/\(id)")
    #expect(NothingSaidV1().sealingKey == nil)
    #expect(NothingSaidV1().envelopeClient == nil)
}

@Test func `the shape says what the schema says`() throws {
    let shape = ThingNotedV2.shape
    #expect(shape.type == "ThingNoted.v2")
    #expect(shape.title == "ThingNoted")
    #expect(shape.label == "Thing \"Noted\"")
    #expect(ThingNotedV1.shape.label == nil)
    let digest = try #require(shape.fields.first { $0.name == "digest" })
    #expect(digest == .init(name: "digest", kind: .string, isOptional: true, isSecret: true))
    let kinds = shape.fields.map(\.kind)
    #expect(
        kinds == [
            .uuid, .uuid, .string, .string, .string, .date, .dateTime, .integer, .boolean, .array,
            .array, .object, .array, .json, .string,
        ]
    )
    #expect(shape.personalFields.map(\.name) == ["owner", "born", "content", "mood"])
}

@Test func `every type is found by its name, and no other`() {
    for shape in EventShape.all { #expect(EventShape.named(shape.type) == shape) }
    #expect(EventShape.named("Sung.v1") == nil)
}

@Test func `enumeration values are those of the schema`() {
    #expect(Mood.allCases.map(\.rawValue) == ["glad", "not-so-glad", "self", "default"])
}
