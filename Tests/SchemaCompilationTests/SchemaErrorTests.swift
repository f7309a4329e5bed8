import SchemaCompilation
import Testing

/// A valid schema, one keyword a line, and its sample; each test spoils one line.
private let schema = """
    {"$schema":"https://json-schema.org/draft/2020-12/schema",
    "$id":"urn:daybook:event:LetterShown.v1",
    "title":"LetterShown",
    "description":"Written when a letter is shown.",
    "type":"object",
    "x-label":"Letter Shown",
    "x-streams":["letter/{letterId}","client/{clientId}"],
    "x-client":"clientId",
    "properties":{
    "letterId":{"type":"string","format":"uuid"},
    "clientId":{"type":"string","format":"uuid"},
    "channel":{"type":"string","enum":["post","email"],"x-enum":"LetterChannel"},
    "file":{"type":"object","x-struct":"File",\
    "properties":{"size":{"type":"integer"}},"required":["size"],"additionalProperties":false},
    "parts":{"type":"array","items":{"type":"string"}},
    "personal":{"type":"string","x-key":"client/{clientId}",\
    "x-sealed":{"type":"object","properties":{"email":{"type":"string"}},\
    "additionalProperties":false}}},
    "required":["letterId","channel"],
    "additionalProperties":false}
    """
private let valid = schema.replacing(#"["letterId","channel"]"#, with: #"["letterId","clientId"]"#)
private let sample = """
    {"letterId":"01939e2a-7c00-7000-8000-000000000001",\
    "clientId":"01939e2a-7c00-7000-8000-000000000002","channel":"post"}

    """

private func problems(_ files: [(String, String)]) -> [String] {
    let sources = files.map { SourceFile(path: "EventSchemas/\($0.0)", bytes: Array($0.1.utf8)) }
    do {
        _ = try SchemaSet(sources)
        return []
    } catch { return error.problems.map(\.description) }
}

private func problems(
    replacing old: String,
    with new: String,
    sample: String = sample
) -> [String] {
    guard valid.ranges(of: old).count == 1 else { return ["the test does not spoil one place"] }
    return problems([
        ("LetterShown.v1.json", valid.replacing(old, with: new)),
        ("LetterShown.v1.sample.json", sample),
    ])
}

@Test func `a valid schema and sample have no problems`() {
    #expect(problems(replacing: "LetterChannel", with: "Channel") == [])
}

/// A line of the schema that is spoiled, and what the compiler must say about it.
struct Spoiled: CustomTestStringConvertible, Sendable {
    let old: String
    let new: String
    let place: String
    let message: String

    init(_ old: String, _ new: String, at place: String, _ message: String) {
        (self.old, self.new, self.place, self.message) = (old, new, place, message)
    }

    var testDescription: String { message }

    static let identity = [
        Spoiled(#""title":"LetterShown","#, "", at: "1:1", "title is missing"),
        Spoiled(
            #""title":"LetterShown""#,
            #""title":"Letter""#,
            at: "3:9",
            #"title must be "LetterShown""#
        ),
        Spoiled(
            #""description":"Written when a letter is shown.","#,
            "",
            at: "1:1",
            "description is missing"
        ),
        Spoiled(
            "Written when a letter is shown.",
            "",
            at: "4:15",
            "description must be a string that is not empty"
        ),
        Spoiled(
            "event:LetterShown.v1",
            "event:LetterShown.v2",
            at: "2:7",
            #"$id must be "urn:daybook:event:LetterShown.v1""#
        ),
        Spoiled(
            "2020-12",
            "2019-09",
            at: "1:12",
            #"$schema must be "https://json-schema.org/draft/2020-12/schema""#
        ),
        Spoiled(
            #""x-label":"Letter Shown""#,
            #""x-label":"""#,
            at: "6:11",
            "x-label must be a string that is not empty"
        ),
        Spoiled(
            "\"object\",\n\"x-label",
            "\"array\",\n\"x-label",
            at: "5:8",
            #"type must be "object""#
        ),
    ]

    static let properties = [
        Spoiled(
            #""parts":{"type":"array""#,
            #""parts":{"type":"list""#,
            at: "14:17",
            "unknown or missing type; known: string, integer, boolean, array, object, or x-json "
                + "in its place"
        ),
        Spoiled(
            #""letterId":{"type":"string","format":"uuid"}"#,
            #""letterId":{"type":"string","format":"ulid"}"#,
            at: "10:38",
            "unknown format; known: uuid, date, date-time"
        ),
        Spoiled(
            #""size":{"type":"integer"}"#,
            #""size":{"type":"integer","minimum":1}"#,
            at: "13:82",
            "unknown keyword 'minimum'; known here: type, x-secret, description"
        ),
        Spoiled(#""clientId":{"#, #""letterId":{"#, at: "11:1", "duplicate property 'letterId'"),
        Spoiled(#""parts":{"#, #""Parts":{"#, at: "14:1", "'Parts' is not a name like letterId"),
        Spoiled(#""parts":{"#, #""sealingKey":{"#, at: "14:1", "'sealingKey' is a reserved name"),
        Spoiled(
            #"["letterId","clientId"]"#,
            #"["letterId","clientId","zeal"]"#,
            at: "16:35",
            "required names no property"
        ),
        Spoiled(
            #"["letterId","clientId"]"#,
            #"["letterId","clientId","clientId"]"#,
            at: "16:35",
            "required names 'clientId' twice"
        ),
        Spoiled(
            "\n\"additionalProperties\":false",
            "\n\"additionalProperties\":true",
            at: "17:24",
            "additionalProperties must be false"
        ),
        Spoiled(
            #""items":{"type":"string"}"#,
            #""items":{"type":"array","items":{"type":"string"}}"#,
            at: "14:33",
            "an array of arrays is not supported; use x-json"
        ),
        Spoiled(
            #","x-enum":"LetterChannel""#,
            "",
            at: "12:11",
            "x-enum must name the Swift type, such as LetterChannel"
        ),
        Spoiled(
            #""x-enum":"LetterChannel""#,
            #""x-enum":"Sealed""#,
            at: "12:11",
            "Sealed is a reserved name"
        ),
        Spoiled(
            #""x-enum":"LetterChannel""#,
            #""x-enum":"LetterShown""#,
            at: "12:11",
            "LetterShown is an event"
        ),
        Spoiled(
            #"["post","email"]"#,
            #"["post","po-st","poSt"]"#,
            at: "12:51",
            "'poSt' and an earlier value are one name in Swift"
        ),
        Spoiled(
            #"["post","email"]"#,
            "[]",
            at: "12:35",
            "enum is missing or empty"
        ),
    ]

    static let streams = [
        Spoiled(
            "client/{clientId}\"],",
            "client/{clint}\"],",
            at: "7:34",
            "x-streams names 'clint', which is no property"
        ),
        Spoiled(
            "client/{clientId}\"],",
            "client/{parts}\"],",
            at: "7:34",
            "x-streams names 'parts', which is no single value"
        ),
        Spoiled(
            "letter/{letterId}",
            "letter/{channel}",
            at: "7:14",
            "the first stream is the subject: its fields must be required"
        ),
        Spoiled(
            "letter/{letterId}",
            "{letterId}",
            at: "7:14",
            "a template starts with a category and a slash, and holds no byte but letters, "
                + "digits, - _ . / : * and {fields}"
        ),
        Spoiled(
            #""x-streams":["letter/{letterId}","client/{clientId}"]"#,
            #""x-streams":[]"#,
            at: "7:13",
            "x-streams is missing or empty"
        ),
        Spoiled(
            #""x-client":"clientId""#,
            #""x-client":"client""#,
            at: "8:12",
            "x-client names no property"
        ),
        Spoiled(
            #""x-client":"clientId""#,
            #""x-client":"channel""#,
            at: "8:12",
            "x-client must name a property of format uuid"
        ),
    ]

    static let sealing = [
        Spoiled(#""x-key":"client/{clientId}","#, "", at: "15:12", "x-sealed without x-key"),
        Spoiled(
            #""x-key":"client/{clientId}""#,
            #""x-key":"client/{clint}""#,
            at: "15:37",
            "x-key names 'clint', which is no property"
        ),
        Spoiled(
            #""x-key":"client/{clientId}""#,
            #""x-key":"client/{channel}""#,
            at: "15:37",
            "the fields of x-key must be required"
        ),
        Spoiled(
            #""x-key":"client/{clientId}""#,
            #""x-key":"all/{@organisation}""#,
            at: "15:37",
            "x-key may not use {@organisation}"
        ),
        Spoiled(
            #""personal":{"#,
            #""secret":{"#,
            at: "15:1",
            "only the property 'personal' of data may have x-sealed"
        ),
        Spoiled(
            #""parts":{"type":"array","items":{"type":"string"}},"#,
            #""personal":{"type":"string"},"#,
            at: "15:1",
            "duplicate property 'personal'"
        ),
    ]
}

@Test(arguments: Spoiled.identity + Spoiled.properties + Spoiled.streams + Spoiled.sealing)
func `a schema problem is named with its place`(spoiled: Spoiled) {
    let path = "EventSchemas/LetterShown.v1.json"
    let expected = "\(path):\(spoiled.place): error: \(spoiled.message)"
    #expect(problems(replacing: spoiled.old, with: spoiled.new) == [expected])
}

@Test func `an unknown keyword is refused at the top too`() {
    let found = problems(replacing: "\"x-label\"", with: "\"x-lable\"")
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("EventSchemas/LetterShown.v1.json:6:1: error: unknown keyword"))
}

@Test func `a personal property that is not sealed is refused`() {
    let open = #""personal":{"type":"string"}}"#
    let sealed = #""personal":{"type":"string","x-key":"client/{clientId}","x-sealed":{"#
    let start = valid.ranges(of: sealed)[0].lowerBound
    let end = valid.ranges(of: "}}},\n")[0].upperBound
    let text = valid[..<start] + open + ",\n" + valid[end...]
    let found = problems([
        ("LetterShown.v1.json", String(text)), ("LetterShown.v1.sample.json", sample),
    ])
    let path = "EventSchemas/LetterShown.v1.json"
    #expect(found == ["\(path):15:1: error: 'personal' must have x-sealed"])
}

@Test func `every problem of a file is listed`() {
    let text = valid.replacing("\"post\",", with: "1,").replacing("\"array\"", with: "\"list\"")
    let found = problems([
        ("LetterShown.v1.json", text), ("LetterShown.v1.sample.json", sample),
    ])
    #expect(found.map { $0.split(separator: ":")[1] } == ["12", "14"])
}

@Test func `text that is not JSON is refused where it goes wrong`() {
    let found = problems(replacing: "\n\"required\":", with: "\n\"required\" ")
    let path = "EventSchemas/LetterShown.v1.json"
    #expect(found == ["\(path):16:12: error: not valid JSON: expected ':'"])
}

@Test(arguments: [
    "letterShown.v1.json", "LetterShown.json", "LetterShown.v0.json",
    "LetterShown.v01.json", "LetterShown.v1.2.json", "Letter-Shown.v1.json",
])
func `a file name must be an event name and a version`(name: String) {
    let found = problems([(name, valid)])
    let message = "the file name is not <EventName>.v<k>.json"
    #expect(found == ["EventSchemas/\(name):1:1: error: \(message)"])
}

@Test func `a version without the one before is refused`() {
    let second = valid.replacing("LetterShown.v1", with: "LetterShown.v2")
    let found = problems([
        ("LetterShown.v2.json", second), ("LetterShown.v2.sample.json", sample),
    ])
    let path = "EventSchemas/LetterShown.v2.json"
    #expect(found == ["\(path):1:1: error: there is no LetterShown.v1.json before it"])
}

@Test(arguments: [("LetterChannel", "\"email\"", "\"fax\"", 12), ("File", "size", "bytes", 13)])
func `two schemas must agree on a type they share`(
    name: String,
    old: String,
    new: String,
    line: Int
) {
    let other = valid.replacing("LetterShown", with: "LetterTorn").replacing(old, with: new)
    let found = problems([
        ("LetterShown.v1.json", valid), ("LetterShown.v1.sample.json", sample),
        ("LetterTorn.v1.json", other), ("LetterTorn.v1.sample.json", sample),
    ])
    #expect(found.count == 1)
    #expect(found[0].hasPrefix("EventSchemas/LetterTorn.v1.json:\(line):"))
    #expect(found[0].hasSuffix("\(name) is defined otherwise in LetterShown.v1.json:\(line)"))
}
