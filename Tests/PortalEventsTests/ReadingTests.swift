import EventLine
import Testing

@testable import PortalEvents

private let thingID = "01939e2a-7c00-7000-8000-000000000001"

/// The members of the smallest valid `ThingNoted.v2`, with some replaced or added.
private func thing(_ changes: [(String, JSONValue)] = []) -> [UInt8] {
    var members: [(String, JSONValue)] = [
        ("thingId", .string(thingID)), ("name", "n"), ("mood", "glad"), ("default", true),
        ("ids", []), ("place", ["name": "p", "tags": []]), ("personal", "j"),
    ]
    for (name, value) in changes {
        members.removeAll { $0.0 == name }
        members.append((name, value))
    }
    return JSONValue.object(members.map { JSONMember($0.0, $0.1) }).canonicalBytes
}

private func read(_ data: [UInt8], as type: String = "ThingNoted.v2") throws -> PortalEvent {
    try PortalEvent.read(type: type, data: data) { _ in .unavailable }
}

@Test(
    arguments: [
        ("thingId", "x", "thingId", "a UUID"),
        ("name", 1, "name", "a string"),
        ("mood", "sad", "mood", "one of glad, not-so-glad, self, default"),
        ("on", "2026-02-30", "on", "a date, YYYY-MM-DD"),
        ("at", "2026-02-30", "at", "a moment such as 2026-11-21T04:25:01.123456Z"),
        ("count", .decimal("1.5"), "count", "an integer of 64 bits"),
        ("default", .null, "default", "true or false"),
        ("ids", [.string(thingID), "x"], "ids.1", "a UUID"),
        ("ids", [:], "ids", "an array"),
        ("place", [], "place", "an object"),
        ("place", ["name": "p", "tags": [1]], "place.tags.0", "a string"),
        ("places", [["name": 1, "tags": []]], "places.0.name", "a string"),
        ("personal", [:], "personal", "a string"),
    ] as [(String, JSONValue, String, String)]
)
func `a wrong value is refused with its path`(
    name: String,
    value: JSONValue,
    path: String,
    expected: String
) {
    let error = EventDecodingError.wrongValue(
        type: "ThingNoted.v2",
        path: path,
        expected: expected
    )
    #expect(throws: error) { try read(thing([(name, value)])) }
}

@Test func `null is not the same as absent`() {
    let error = EventDecodingError.wrongValue(
        type: "ThingNoted.v2",
        path: "clientId",
        expected: "a UUID"
    )
    #expect(throws: error) { try read(thing([("clientId", .null)])) }
}

@Test func `an unknown member is refused by name, at any depth`() {
    #expect(throws: EventDecodingError.memberUnknown(type: "ThingNoted.v2", path: "zeal")) {
        try read(thing([("zeal", 1)]))
    }
    #expect(throws: EventDecodingError.memberUnknown(type: "ThingNoted.v2", path: "place.zeal")) {
        try read(thing([("place", ["name": "p", "tags": [], "zeal": 1])]))
    }
}

@Test func `a missing member inside an object is refused with its path`() {
    #expect(throws: EventDecodingError.memberMissing(type: "ThingNoted.v2", path: "place.tags")) {
        try read(thing([("place", ["name": "p"])]))
    }
}

@Test func `data that is no object is refused`() {
    let error = EventDecodingError.wrongValue(
        type: "ThingNoted.v2",
        path: "data",
        expected: "an object"
    )
    #expect(throws: error) { try read(Array("[]".utf8)) }
    #expect(throws: EventDecodingError.self) { try read([]) }
    #expect(throws: EventDecodingError.self) { try read(thing() + Array("x".utf8)) }
}

@Test func `a moment in another form is read and written in the canonical one`() throws {
    let event = try read(thing([("at", "2026-11-21T05:25:01.5+01:00")]))
    let data = String(decoding: event.payload.encoded { _, _ in "" }, as: UTF8.self)
    #expect(data.contains(#""at":"2026-11-21T04:25:01.500000Z""#))
}

@Test func `an unknown type is refused, and a newer version by its own reason`() {
    #expect(
        throws: EventDecodingError.unknownType(name: "Sung", version: 1, newestKnown: nil)
    ) { try read(thing(), as: "Sung.v1") }
    #expect(
        throws: EventDecodingError.unknownType(name: "ThingNoted", version: 3, newestKnown: 2)
    ) { try read(thing(), as: "ThingNoted.v3") }
    #expect(throws: EventDecodingError.malformedType("ThingNoted")) {
        try read(thing(), as: "ThingNoted")
    }
}

@Test func `a text that no stream name may have is refused where it is read`() {
    let organisation = "00000000-0000-0000-0000-000000000000"
    let error = EventDecodingError.invalidStream(
        type: "ThingNoted.v2",
        name: "number/\(organisation)/a b"
    )
    #expect(throws: error) { try read(thing([("digest", "a b")])) }
}

@Test func `an old version is read in the newest form`() throws {
    let data = #"{"thingId":"\#(thingID)","name":"n","personal":"jwe"}"#
    let event = try PortalEvent.read(type: "ThingNoted.v1", data: Array(data.utf8)) { _ in
        .content(Array(#"{"owner":"Ada"}"#.utf8))
    }
    guard case .thingNoted(let thing) = event else {
        Issue.record("not a ThingNoted: \(event)")
        return
    }
    #expect(thing.mood == .`self`)
    #expect(thing.personal == .open(.init(owner: "Ada")))
}
