import EventLine
import Testing

private func read<Value>(
    _ text: String,
    _ body: (inout JSONCursor, [UInt8]) -> Value?
) -> (value: Value?, offset: Int) {
    var cursor = JSONCursor()
    let value = body(&cursor, Array(text.utf8))
    return (value, cursor.offset)
}

private func uniqueID(_ text: String) -> (value: UniqueID?, offset: Int) {
    read(text) { $0.uniqueID(in: $1.span) }
}

private func localDate(_ text: String) -> (value: LocalDate?, offset: Int) {
    read(text) { $0.localDate(in: $1.span) }
}

private func instant(_ text: String) -> (value: Instant?, offset: Int) {
    read(text) { $0.instant(in: $1.span) }
}

@Test func `identifiers, dates and moments are read in place as from their strings`() {
    let id = "01939e2a-7c00-7abc-8000-fedcba987654"
    #expect(uniqueID("\"\(id)\",") == (UniqueID(id), 38))
    #expect(localDate("\"2024-02-29\"}") == (LocalDate("2024-02-29"), 12))
    let moment = "2026-11-21T04:25:01.123456Z"
    #expect(instant("\"\(moment)\"") == (Instant(rfc3339: moment), 29))
    #expect(instant("\"0001-01-01T00:00:00.000000Z\"").value?.description.prefix(4) == "0001")
}

@Test(arguments: [
    "", "\"", "null", "01939e2a-7c00-7abc-8000-fedcba987654",
    "\"01939E2A-7c00-7abc-8000-fedcba987654\"", "\"01939e2a07c00-7abc-8000-fedcba987654\"",
    "\"01939e2a-7c00-7abc-8000-fedcba98765\"", "\"01939e2a-7c00-7abc-8000-fedcba9876543\"",
    "\"01939e2a-7c00-7abc-8000-fedcba98765g\"", " \"01939e2a-7c00-7abc-8000-fedcba987654\"",
])
func `what is no lower-case UUID is left where it is`(text: String) {
    #expect(uniqueID(text) == (nil, 0))
}

@Test(arguments: [
    "", "\"2025-02-29\"", "\"2025-2-28\"", "\"20250228xx\"", "\"2025-0a-28\"", "2025-02-28",
])
func `what is no date is left where it is`(text: String) {
    #expect(localDate(text) == (nil, 0))
}

@Test(arguments: [
    "", "\"2026-11-21T04:25:01Z\"", "\"2026-11-21T24:25:01.123456Z\"",
    "\"2026-11-21T04:60:01.123456Z\"", "\"2026-11-21T04:25:60.123456Z\"",
    "\"2026-11-21t04:25:01.123456Z\"", "\"2026-11-21T04:25:01.123456z\"",
    "\"2026-11-21T04:25:01,123456Z\"", "\"2026-11-21T04:25:01.12345aZ\"",
    "\"2026-02-30T04:25:01.123456Z\"",
])
func `what is no canonical moment is left where it is`(text: String) {
    #expect(instant(text) == (nil, 0))
}
