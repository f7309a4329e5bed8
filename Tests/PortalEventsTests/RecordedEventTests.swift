import EventLine
import Foundation
import Testing

@testable import PortalEvents

private let organisation = UniqueID(high: 5, low: 6)

/// The samples of the repository's own schemas, as lines that stand in the log.
private func sampleLines() throws -> [EventLine] {
    let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "EventSchemas")
    return try EventShape.all.enumerated().map { place, shape in
        let file = schemas.appending(path: "\(shape.type).sample.json")
        let data = [UInt8](try Data(contentsOf: file)).dropLast()
        return line(place + 1, shape.type, Array(data))
    }
}

private func line(_ sequence: Int, _ type: String, _ data: [UInt8]) -> EventLine {
    let stream = StreamName("client", UniqueID(high: 1, low: 2))
    return EventLine(
        envelope: Envelope(
            sequence: UInt64(sequence),
            id: UniqueID(high: 3, low: 4),
            source: "/organisations/\(organisation)",
            type: type,
            subject: stream,
            time: Instant(microseconds: 1),
            streams: [StreamPosition(stream: stream, version: 1)],
            actor: "system/test"
        ),
        data: data
    )
}

@Test func `an event is read from its line with its envelope`() throws {
    for line in try sampleLines() {
        let parsed = try EventLine(parsing: Array(line.canonicalBytes.dropLast()))
        let recorded = try RecordedEvent(line: parsed) { _ in .unavailable }
        #expect(recorded.envelope == line.envelope)
        #expect(recorded.event.shape.title == EventShape.named(line.envelope.type)?.title)
    }
}

@Test func `every event can be written again as it was read, if its version is the newest`() throws
{
    for line in try sampleLines() {
        let event = try RecordedEvent(line: line) { _ in .unavailable }.event
        guard event.type == line.envelope.type else { continue }
        let data = event.encodedData { _, _ in "never called: nothing was opened" }
        #expect(String(decoding: data, as: UTF8.self) == String(decoding: line.data, as: UTF8.self))
    }
}

@Test func `every event names each of its streams once`() throws {
    for line in try sampleLines() {
        let event = try RecordedEvent(line: line) { _ in .unavailable }.event
        let streams = event.streams(organisation: organisation)
        #expect(!streams.isEmpty, "\(event.type)")
        #expect(Set(streams).count == streams.count, "\(event.type)")
    }
}

@Test func `every event with sealed fields names their key`() throws {
    for line in try sampleLines() {
        let event = try RecordedEvent(line: line) { _ in .unavailable }.event
        let hasPersonal = try JSONValue(parsing: line.data)["personal"] != nil
        #expect((event.personalKey != nil) == hasPersonal, "\(event.type)")
        #expect(event.label == event.shape.label)
    }
}

@Test func `a line of a type that nobody knows is refused`() {
    #expect(
        throws: EventDecodingError.unknownType(name: "Sung", version: 2, newestKnown: nil)
    ) { try RecordedEvent(line: line(1, "Sung.v2", Array("{}".utf8))) { _ in .unavailable } }
}
