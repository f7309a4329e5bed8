import EventLine
import FHIRBulk
import Foundation
import Testing

private func patientLine(id: String = "p1", more: String = "") -> String {
    """
    {"resourceType":"Patient","id":"\(id)","name":[{"family":"Ibsen","given":["Ivo"]}],\
    "birthDate":"1980-05-01"\(more)}
    """
}

private func reason(_ text: String) throws -> String? {
    guard case .skipped(let skipped) = try #require(try lines(of: text).first) else { return nil }
    return skipped.reason
}

private func patient(_ text: String) throws -> FHIRPatient? {
    guard case .patient(let patient) = try #require(try lines(of: text).first) else { return nil }
    return patient
}

@Test func `a malformed line stops nothing and loses nothing`() throws {
    let found = try lines(of: patientLine(id: "a") + "\n{oops\n" + patientLine(id: "b") + "\n")
    #expect(found.count == 3)
    #expect(found[1] == .skipped(SkippedLine(line: 2, reason: "it is not valid JSON")))
    guard case .patient(let last) = found[2] else {
        Issue.record("\(found)")
        return
    }
    #expect(last.id == "b")
}

@Test func `blank lines are ignored but counted`() throws {
    let found = try lines(of: "\n  \n\r\n\t\n[]\n\n")
    #expect(
        found == [
            .skipped(SkippedLine(line: 5, reason: "the resource does not have its FHIR type"))
        ]
    )
}

@Test(arguments: ["", "\n", "\r\n"])
func `the last line needs no line feed, and a carriage return does no harm`(end: String) throws {
    #expect(try patient(patientLine() + end)?.id == "p1")
}

@Test func `a byte order mark at the start is no error`() throws {
    #expect(try patient("\u{feff}" + patientLine())?.id == "p1")
}

@Test func `an empty file has no lines`() throws {
    #expect(try lines(of: "") == [])
}

@Test func `invalid UTF-8 is skipped with its line number`() throws {
    let bad = Data(patientLine().utf8.map { $0 == UInt8(ascii: "I") ? 0xff : $0 })
    let found = try lines(of: Data("\n".utf8) + bad + Data("\n".utf8) + Data(patientLine().utf8))
    #expect(found.first == .skipped(SkippedLine(line: 2, reason: "it is not valid UTF-8")))
    #expect(found.count == 2)
}

@Test(arguments: [-1, 0, 1])
func `a line is read up to the longest length and skipped beyond`(beyond: Int) throws {
    let frame = patientLine(more: #","x":"""#).utf8.count
    let filler = String(repeating: "x", count: BulkReader.lineByteCountMax - frame + beyond)
    let text = patientLine(more: #","x":"\#(filler)""#)
    #expect(text.utf8.count == BulkReader.lineByteCountMax + beyond)
    let found = try lines(of: text + "\n" + patientLine(id: "after"))
    #expect(found.count == 2)
    let isSkipped = if case .skipped = found[0] { true } else { false }
    #expect(isSkipped == (beyond > 0))
    guard case .patient(let after) = found[1] else {
        Issue.record("\(found)")
        return
    }
    #expect(after.id == "after")
}

@Test func `a line many times too long is one skipped line, also at the end`() throws {
    let long = String(repeating: "x", count: BulkReader.lineByteCountMax * 3)
    let found = try lines(of: long + "\n" + patientLine() + "\n" + long)
    #expect(found.count == 3)
    for (place, line) in [(0, 1), (2, 3)] {
        let reason = "the line is longer than \(BulkReader.lineByteCountMax) bytes"
        #expect(found[place] == .skipped(SkippedLine(line: line, reason: reason)))
    }
}

@Test func `a line too long that ends the file together with a chunk is not lost`() throws {
    let chunkByteCount = 128 << 10
    let long = String(repeating: "x", count: BulkReader.lineByteCountMax + chunkByteCount)
    #expect(try lines(of: long).count == 1)
}

@Test func `lines that cross the reader's chunks are put together`() throws {
    let text = (0..<3000).map { patientLine(id: "p\($0)") }.joined(separator: "\n")
    let ids = try lines(of: text).map { line in
        if case .patient(let patient) = line { patient.id } else { "" }
    }
    #expect(ids == (0..<3000).map { "p\($0)" })
}

@Test func `a missing file says so`() {
    #expect(throws: BulkReadError.self) { try lines(ofFile: "/nowhere/at/all.ndjson") }
}

@Test(arguments: [
    (#"{"resourceType":"Device","id":"d"}"#, "resources of type Device are not imported"),
    (#"{"id":"d"}"#, "resourceType is missing"),
    (#"{"resourceType":"Patient"}"#, "id is missing"),
    (#"{"resourceType":"Patient","id":" "}"#, "id is missing"),
    (#"{"resourceType":"Patient","id":"a b"}"#, "id is not a FHIR id: 'a b'"),
    (#"{"resourceType":"Patient","id":7}"#, "id does not have its FHIR type"),
    (#"{"resourceType":"Patient","id":"p"}"#, "name is missing"),
    (#"{"resourceType":"Patient","id":"p","name":[]}"#, "name is missing"),
    (
        #"{"resourceType":"Patient","id":"p","name":[{"given":["A"]}]}"#,
        "the name has no family name"
    ),
    (
        #"{"resourceType":"Patient","id":"p","name":[{"family":"A","given":[" "]}]}"#,
        "the name has no given name"
    ),
    (
        #"{"resourceType":"Patient","id":"p","name":[{"family":"A","given":["B"]}]}"#,
        "birthDate is missing"
    ),
    (
        #"{"resourceType":"Patient","id":"p","name":[{"family":"A","given":[1]}]}"#,
        "name[0].given[0] does not have its FHIR type"
    ),
    (#"{"resourceType":"RelatedPerson","id":"r"}"#, "name is missing"),
    (
        #"{"resourceType":"RelatedPerson","id":"r","name":[{"text":"A"}]}"#,
        "patient names no patient"
    ),
    (#"{"resourceType":"Encounter","id":"e"}"#, "status is missing"),
    (
        #"{"resourceType":"Encounter","id":"e","status":"finished"}"#, "subject names no patient"
    ),
    (
        #"{"resourceType":"Encounter","id":"e","status":"x","subject":{"reference":"Group/1"}}"#,
        "subject is not a reference to a patient: 'Group/1'"
    ),
    (
        #"{"resourceType":"Encounter","id":"e","status":"x","subject":{"reference":"Patient/1"}}"#,
        "period.start is missing"
    ),
])
func `what is missing or wrong is named`(text: String, expected: String) throws {
    #expect(try reason(text) == expected)
}

@Test(arguments: [
    ("1980", "birthDate is only a part of a date: '1980'"),
    ("1980-05", "birthDate is only a part of a date: '1980-05'"),
    ("1980-02-30", "birthDate is not a date: '1980-02-30'"),
    ("01/05/1980", "birthDate is not a date: '01/05/1980'"),
])
func `a date of birth must be a whole date`(date: String, expected: String) throws {
    #expect(try reason(patientLine().replacing("1980-05-01", with: date)) == expected)
}

@Test func `a patient is read with what stands in it`() throws {
    let found = try patient(
        """
        {"resourceType":"Patient","id":"p-1","active":true,"identifier":[{"value":"first"},\
        {"type":{"coding":[{"code":"SS"},{"code":"MR"}]},"value":" MR-7 "}],"name":[\
        {"use":"nickname","family":"N","given":["N"]},\
        {"use":"official","family":"Ibsen","given":["Ivo","Å."]}],"telecom":[\
        {"system":"phone","value":"1","use":"old","rank":1},\
        {"system":"phone","value":"2","use":"work"},\
        {"system":"phone","value":"3","use":"mobile"},{"system":"email","value":"w@example.org"},\
        {"system":"email","value":"r@example.org","use":"work","rank":1}],\
        "birthDate":"1980-05-01","deceasedDateTime":"2020"}
        """
    )
    #expect(found?.id == "p-1")
    #expect(found?.patientIdNumber == "MR-7")
    #expect(found?.family == "Ibsen")
    #expect(found?.given == "Ivo Å.")
    #expect(found?.birthDate == LocalDate("1980-05-01"))
    #expect(found?.phone == "3")
    #expect(found?.email == "r@example.org")
    #expect(found?.deceased == true)
    #expect(found?.active == true)
}

@Test(arguments: [
    ("", false), (#","deceasedBoolean":true"#, true), (#","deceasedBoolean":false"#, false),
    (#","deceasedDateTime":"2020-01-01"#, true),
])
func `death is told by either element`(more: String, deceased: Bool) throws {
    let closed = more.contains("DateTime") ? more + "\"" : more
    #expect(try patient(patientLine(more: closed))?.deceased == deceased)
}

@Test(arguments: [("", "p1"), (#","identifier":[{"system":"s"},{"value":"X"}]"#, "X")])
func `the patient's number falls back to another identifier and to the id`(
    more: String,
    number: String
) throws {
    #expect(try patient(patientLine(more: more))?.patientIdNumber == number)
}

@Test func `a related person is read with what stands in it`() throws {
    let found = try lines(
        of: """
            {"resourceType":"RelatedPerson","id":"r","patient":{"reference":"Patient/p"},\
            "relationship":[{"coding":[{"code":"MTH","display":"mother"}]}],\
            "name":[{"family":"Ibsen","given":["Ada"]}],\
            "telecom":[{"system":"email","value":"a@b"}]}
            """
    )
    guard case .relatedPerson(let person) = found.first else {
        Issue.record("\(found)")
        return
    }
    #expect(person.patientID == "p")
    #expect(person.name == "Ada Ibsen")
    #expect(person.relationship == "mother")
    #expect(person.email == "a@b")
    #expect(person.phone == nil)
}

private func encounter(reference: String, start: String) throws -> FHIREncounter? {
    let found = try lines(
        of: """
            {"resourceType":"Encounter","id":"e","status":"finished",\
            "subject":{"reference":"\(reference)"},"period":{"start":"\(start)"}}
            """
    )
    guard case .encounter(let encounter) = found.first else { return nil }
    return encounter
}

@Test(
    arguments: [
        ("Patient/a-1", "a-1"), ("https://fhir.example.org/r4/Patient/a-1", "a-1"),
        ("urn:uuid:0f7d3a4e-0000-4000-8000-000000000000", "0f7d3a4e-0000-4000-8000-000000000000"),
        ("Patient/a-1/_history/2", "a-1"), ("Patient?identifier=x|y", nil), ("Practitioner/1", nil),
        ("Patient/", nil), ("urn:uuid:", nil), ("a-1", nil), ("#p", nil),
    ] as [(String, String?)]
)
func `a patient is found in each form of reference`(reference: String, id: String?) throws {
    #expect(try encounter(reference: reference, start: "2026-03-02")?.patientID == id)
}

@Test(
    arguments: [
        ("2026-03-02T23:30:00-05:00", "2026-03-02"), ("2026-03-02T00:10:00+09:00", "2026-03-02"),
        ("2026-03-02T23:30:00.123Z", "2026-03-02"), ("2026-03-02", "2026-03-02"), ("2026-03", nil),
        ("2026-03-02T25:00:00Z", nil), ("2026-03-02 10:00", nil), ("2026-03-02T10:00", nil),
    ] as [(String, String?)]
)
func `a visit is on the day that its own clock showed`(start: String, day: String?) throws {
    let date = try encounter(reference: "Patient/1", start: start)?.visitDate
    #expect(date?.description == day)
}
