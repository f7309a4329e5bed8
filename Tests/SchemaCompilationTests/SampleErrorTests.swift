import SchemaCompilation
import Testing

private let schema = """
    {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:daybook:event:Seen.v1",
    "title":"Seen","description":"Written when a thing is seen.","type":"object",
    "x-streams":["thing/{id}"],"properties":{
    "id":{"type":"string","format":"uuid"},
    "on":{"type":"string","format":"date"},
    "at":{"type":"string","format":"date-time"},
    "count":{"type":"integer"},
    "sure":{"type":"boolean"},
    "mood":{"type":"string","enum":["glad","sad"],"x-enum":"Mood"},
    "names":{"type":"array","items":{"type":"string"}},
    "place":{"type":"object","x-struct":"Place",\
    "properties":{"row":{"type":"integer"}},"required":["row"],"additionalProperties":false},
    "personal":{"type":"string","x-key":"thing/{id}",\
    "x-sealed":{"type":"object","properties":{},"additionalProperties":false}},
    "more":{"x-json":true}},
    "required":["id"],"additionalProperties":false}
    """
private let id = #""id":"01939e2a-7c00-7000-8000-000000000001""#

private func problems(sample: String?) -> [String] {
    var files = [SourceFile(path: "Seen.v1.json", bytes: Array(schema.utf8))]
    if let sample {
        files.append(SourceFile(path: "Seen.v1.sample.json", bytes: Array(sample.utf8)))
    }
    do {
        _ = try SchemaSet(files)
        return []
    } catch { return error.problems.map(\.description) }
}

@Test(arguments: [
    "", #","on":"2026-11-21""#, #","at":"2026-11-21T04:25:01.123456Z""#, #","count":-1"#,
    #","sure":false"#, #","mood":"sad""#, #","names":["a",""]"#, #","place":{"row":1}"#,
    #","personal":"a.b.c""#, #","more":{"z":[1.50,null],"a":""}"#,
])
func `a sample of the schema's values is accepted`(more: String) {
    #expect(problems(sample: "{\(id)\(more)}\n") == [])
}

@Test func `a schema without sample is refused`() {
    let message = "Seen.v1.json:1:1: error: its golden sample Seen.v1.sample.json is missing"
    #expect(problems(sample: nil) == [message])
}

@Test func `a sample without schema is refused`() {
    let file = SourceFile(path: "Heard.v1.sample.json", bytes: Array("{}\n".utf8))
    let error = #expect(throws: SchemaProblems.self) { try SchemaSet([file]) }
    let message = "Heard.v1.sample.json:1:1: error: there is no schema Heard.v1.json"
    #expect(error?.problems.map(\.description) == [message])
}

@Test(arguments: [
    (#","on":"2026-02-30""#, "'on' must be a date, YYYY-MM-DD"),
    (#","on":1"#, "'on' must be a date, YYYY-MM-DD"),
    (
        #","at":"2026-11-21T04:25:01Z""#,
        "'at' must be a moment in the form 2026-11-21T04:25:01.123456Z"
    ),
    (#","count":1.0"#, "'count' must be an integer"),
    (#","sure":null"#, "'sure' must be true or false"),
    (#","mood":"mad""#, "'mood' must be one of glad, sad"),
    (#","names":"a""#, "'names' must be an array"),
    (#","place":[]"#, "'place' must be an object"),
    (#","personal":{}"#, "'personal' must be a string, the JWE"),
])
func `a wrong value in a sample is named with its place`(more: String, message: String) {
    let column = 2 + id.utf8.count + (more.firstIndex(of: ":")?.utf16Offset(in: more) ?? 0) + 1
    let expected = "Seen.v1.sample.json:1:\(column): error: \(message)"
    #expect(problems(sample: "{\(id)\(more)}\n") == [expected])
}

@Test(arguments: [
    ("{}\n", "1:1", "'id' is missing"),
    ("{\(id),\"zeal\":1}\n", "1:46", "'zeal' is not in the schema"),
    ("{\"count\":1,\(id)}\n", "1:12", "'id' is not in the schema's order"),
    ("{\(id),\"place\":{}}\n", "1:54", "'place.row' is missing"),
    ("{\(id),\"names\":[\"a\",1]}\n", "1:59", "'names' must be a string"),
    ("[]\n", "1:1", "a sample must be an object"),
    (
        "{\"id\":\"01939E2A-7C00-7000-8000-000000000001\"}\n", "1:7",
        "'id' must be a lower-case UUID"
    ),
    ("{\(id)\n", "2:1", "not valid JSON: expected ',' or '}'"),
])
func `a sample that does not match is named with its place`(
    sample: String,
    place: String,
    message: String
) {
    #expect(problems(sample: sample) == ["Seen.v1.sample.json:\(place): error: \(message)"])
}

@Test(arguments: [
    ("{\(id)}", "1:46"), ("{ \(id)}\n", "1:2"), ("{\(id)}\n\n", "2:1"),
    ("{\(id),\"names\":[\"\\u0061\"]}\n", "1:56"),
])
func `a sample that is not canonical is refused where it differs`(sample: String, place: String) {
    let message = "not canonical: one line without white space, minimal escapes, ended by a newline"
    #expect(problems(sample: sample) == ["Seen.v1.sample.json:\(place): error: \(message)"])
}
