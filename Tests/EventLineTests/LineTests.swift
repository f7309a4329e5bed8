import EventLine
import Testing

private func sample(client: UniqueID? = nil, actor: String = "system/import") -> EventLine {
    let stream = StreamName("client", UniqueID(high: 1, low: 2))
    return EventLine(
        envelope: Envelope(
            sequence: 7,
            id: UniqueID(high: 3, low: 4),
            source: "/organisations/x",
            type: "ClientRegistered.v1",
            subject: stream,
            time: Instant(microseconds: 1),
            streams: [StreamPosition(stream: stream, version: 1)],
            commitIndex: 1,
            commitCount: 2,
            actor: actor,
            client: client,
            correlationID: "a\"b"
        ),
        data: Array("{\"a\":1}".utf8)
    )
}

@Test func `a line is read back as it was written`() throws {
    for line in [sample(), sample(client: UniqueID(high: 9, low: 9))] {
        let bytes = line.canonicalBytes
        #expect(bytes.last == UInt8(ascii: "\n"))
        #expect(try EventLine(parsing: Array(bytes.dropLast())) == line)
    }
}

@Test func `a line in another order and spacing is read too`() throws {
    let body = """
        { "type":"ClientRegistered.v1", "specversion":"1.0","sequence":"00000000000000000007",\
        "id":"00000000-0000-0003-0000-000000000004","source":"/organisations/x",\
        "time":"1970-01-01T00:00:00.000001Z","subject":"client/00000000-0000-0001-0000-000000000002",\
        "streams":"client/00000000-0000-0001-0000-000000000002@1","commit":"1/2",\
        "correlationid":"a\\u0022b", "data":{ "a" : 1 },"actor":"system/import"
        """
    let checksum = String(CRC32C.checksum(Array(body.utf8)), radix: 16)
    let padded = String(repeating: "0", count: 8 - checksum.count) + checksum
    let line = Array("\(body),\"crc32c\":\"\(padded)\"}".utf8)
    #expect(try EventLine(parsing: line) == sample())
}

@Test func `every single changed bit of a line is noticed`() {
    let bytes = Array(sample().canonicalBytes.dropLast())
    for place in bytes.indices {
        for bit in 0..<8 {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(bit)
            #expect(throws: LineError.self) { try EventLine(parsing: damaged) }
        }
    }
}

@Test(arguments: [
    "2026-11-21T04:25:01.123456Z", "1969-12-31T23:59:59.999999Z", "0001-01-01T00:00:00.000000Z",
    "2024-02-29T12:00:00.000000Z",
])
func `a moment is written as it is read`(text: String) {
    #expect(Instant(rfc3339: text)?.description == text)
}

@Test(arguments: [
    ("2026-03-02T10:00:00-05:00", "2026-03-02T15:00:00Z"),
    ("2026-03-02T02:15:00+05:45", "2026-03-01T20:30:00Z"),
    ("2026-03-02T10:00:00.5+00:00", "2026-03-02T10:00:00.500000Z"),
])
func `an offset is taken off`(local: String, universal: String) {
    #expect(Instant(rfc3339: local) == Instant(rfc3339: universal))
    #expect(Instant(rfc3339: local) != nil)
}

@Test(arguments: [
    "2026-02-29", "1900-02-29", "2026-04-31", "2026-06-31", "2026-09-31", "2026-11-31",
    "2026-12-32", "2026-00-10", "2026-05-00",
])
func `a day that no month has is refused`(text: String) {
    #expect(LocalDate(text) == nil)
}

@Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-1-01", "02/03/2026", "0000-01-01", "2026-01-32",
])
func `what is no date is refused`(text: String) {
    #expect(LocalDate(text) == nil)
}

@Test func `every day of four centuries is followed by the next`() throws {
    var date = try #require(LocalDate("1890-12-31"))
    for _ in 0..<146_097 {
        let next = date.adding(days: 1)
        #expect(LocalDate(next.description) == next)
        #expect(next > date)
        date = next
    }
    #expect(date.description == "2290-12-31")
}

@Test(arguments: [
    "{\"a\":1,\"a\":2}", "[1,]", "01", "1.", "\"\u{01}\"", "\"\\x\"", "\"\\ud800\"", "{} x", "nul",
    "", "{\"a\"}", String(repeating: "[", count: 65),
])
func `what is not JSON is refused`(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
}

@Test func `invalid UTF-8 is refused`() {
    #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
}

@Test func `JSON is written canonically`() throws {
    let text = " { \"b\" : [ 1 , -2.50 , true , null ] , \"a\" : \"\\u00e9\\n\\/\\ud83d\\ude00\" } "
    let value = try JSONValue(parsing: Array(text.utf8))
    #expect(value.canonicalText == "{\"b\":[1,-2.50,true,null],\"a\":\"é\\n/😀\"}")
}
