import Testing

@testable import EventLine

/// A line with random parts, drawn from a seed.
struct LineDraw {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func number(below bound: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % bound
    }

    mutating func id() -> UniqueID {
        UniqueID(
            high: number(below: 1 << 31) << 33 | number(below: 1 << 31),
            low: number(below: 1 << 31) << 33 | number(below: 1 << 31)
        )
    }

    mutating func text() -> String {
        let pieces = ["a", "staff/", "é", "😀", "\"", "\\", "\n", "\u{01}", " ", "0123456789"]
        return (0..<number(below: 9)).map { _ in pieces[Int(number(below: 10))] }.joined()
    }

    mutating func optional(_ part: (inout LineDraw) -> String) -> String? {
        number(below: 2) == 0 ? nil : part(&self)
    }

    mutating func line() -> EventLine {
        let streams = (0...number(below: 4)).map { _ in
            StreamPosition(
                stream: StreamName("client", id()),
                version: Int(1 + number(below: 1 << number(below: 30)))
            )
        }
        let commitCount = 1 + Int(number(below: 100_000))
        return EventLine(
            envelope: Envelope(
                sequence: 1 + number(below: 1 << 31) << number(below: 32),
                id: id(),
                source: text(),
                type: text(),
                subject: streams[0].stream,
                time: Instant(
                    microseconds: Int64(number(below: 1 << 31)) << 18
                        - Int64(number(below: 1 << 31)) << 14
                ),
                streams: streams,
                commitIndex: 1 + Int(number(below: UInt64(commitCount))),
                commitCount: commitCount,
                actor: text(),
                client: number(below: 2) == 0 ? nil : id(),
                onBehalfOf: optional { $0.text() },
                correlationID: optional { $0.text() },
                causationID: optional { $0.text() },
                traceParent: optional { $0.text() }
            ),
            data: JSONValue.object([JSONMember("text", .string(text()))]).canonicalBytes
        )
    }
}

/// An event before it has its numbers.
private struct Content: LineContent {
    let line: EventLine

    var id: UniqueID { line.envelope.id }
    var source: String { line.envelope.source }
    var type: String { line.envelope.type }
    var streams: [StreamName] { line.envelope.streams.map(\.stream) }
    var time: Instant { line.envelope.time }
    var actor: String { line.envelope.actor }
    var client: UniqueID? { line.envelope.client }
    var onBehalfOf: String? { line.envelope.onBehalfOf }
    var correlationID: String? { line.envelope.correlationID }
    var causationID: String? { line.envelope.causationID }
    var traceParent: String? { line.envelope.traceParent }
    var data: [UInt8] { line.data }
}

private func view(_ bytes: [UInt8]) -> LineView? { LineView(canonical: bytes.span) }

private func streamName(_ range: Range<Int>, in bytes: [UInt8]) -> StreamName? {
    StreamName(bytes.span.extracting(range))
}

@Suite struct LineViewTests {
    private let seed = UInt64.random(in: 0..<1 << 32)

    /// The line as any JSON parser would write it: the reference for the writer by hand.
    private func reference(_ line: EventLine) throws -> [UInt8] {
        let envelope = line.envelope
        let digits = String(envelope.sequence)
        var members: [JSONMember] = [
            JSONMember("specversion", "1.0"),
            JSONMember(
                "sequence",
                .string(String(repeating: "0", count: 20 - digits.count) + digits)
            ),
            JSONMember("id", .string(plainText(envelope.id))),
            JSONMember("source", .string(envelope.source)),
            JSONMember("type", .string(envelope.type)),
            JSONMember("subject", .string(envelope.subject.text)),
            JSONMember("time", .string(plainText(envelope.time))),
            JSONMember(
                "streams",
                .string(
                    envelope.streams.map { "\($0.stream.text)@\($0.version)" }
                        .joined(separator: " ")
                )
            ),
            JSONMember("commit", .string("\(envelope.commitIndex)/\(envelope.commitCount)")),
            JSONMember("actor", .string(envelope.actor)),
        ]
        let optional = [
            ("client", envelope.client.map { plainText($0) }),
            ("onbehalfof", envelope.onBehalfOf), ("correlationid", envelope.correlationID),
            ("causationid", envelope.causationID), ("traceparent", envelope.traceParent),
        ]
        for (name, text) in optional {
            if let text { members.append(JSONMember(name, .string(text))) }
        }
        members.append(JSONMember("data", try JSONValue(parsing: line.data)))
        let body = Array(JSONValue.object(members).canonicalBytes.dropLast())
        let checksum = String(CRC32C.checksum(body), radix: 16)
        let padded = String(repeating: "0", count: 8 - checksum.count) + checksum
        return body + Array(",\"crc32c\":\"\(padded)\"}\n".utf8)
    }

    private func plainText(_ id: UniqueID) -> String {
        let digits = [id.high, id.low].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        let ends = [8, 12, 16, 20, 32]
        return zip([0] + ends, ends).map { start, end in
            String(digits.dropFirst(start).prefix(end - start))
        }.joined(separator: "-")
    }

    private func plainText(_ time: Instant) -> String {
        let day =
            time.microseconds >= 0
            ? time.microseconds / 86_400_000_000 : (time.microseconds + 1) / 86_400_000_000 - 1
        let inDay = time.microseconds - day * 86_400_000_000
        func padded(_ number: Int64, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: width - text.count) + text
        }
        let date = LocalDate(daysSinceEpoch: Int(day))?.description ?? ""
        let seconds = inDay / 1_000_000
        return "\(date)T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):"
            + "\(padded(seconds % 60, 2)).\(padded(inDay % 1_000_000, 6))Z"
    }

    @Test func `lines of any parts are written and read in place as a JSON parser would`() throws {
        var draw = LineDraw(seed: seed)
        for number in 0..<500 {
            let line = draw.line()
            let bytes = line.canonicalBytes
            #expect(try bytes == reference(line), "seed \(seed), line \(number)")
            var appended: [UInt8] = [1, 2, 3]
            appended.append(
                PreparedLines([Content(line: draw.line()), Content(line: line)]),
                1,
                at: LinePlace(
                    sequence: line.envelope.sequence,
                    commitIndex: line.envelope.commitIndex,
                    commitCount: line.envelope.commitCount,
                    versions: line.envelope.streams.map(\.version)
                ),
                in: line.envelope.streams.map(\.stream)
            )
            #expect(appended == [1, 2, 3] + bytes, "seed \(seed), line \(number)")
            let text = Array(bytes.dropLast())
            let found = try #require(view(text), "seed \(seed)")
            let read = EventLine(found, in: text.span)
            #expect(read == line, "seed \(seed), line \(number)")
            let isIntact = found.isIntact(in: text.span)
            #expect(isIntact)
        }
    }

    @Test func `a view names every part by its place`() throws {
        var draw = LineDraw(seed: 5)
        var line = draw.line()
        line.envelope.source = "/organisations/x"
        line.envelope.type = "ClientRegistered.v1"
        line.envelope.actor = "staff/1"
        line.envelope.client = UniqueID(high: 1, low: 2)
        line.envelope.onBehalfOf = "somebody"
        line.envelope.correlationID = "req-1"
        line.envelope.causationID = nil
        line.envelope.traceParent = "00-01"
        let bytes = Array(line.canonicalBytes.dropLast())
        let found = try #require(view(bytes))
        func text(_ range: Range<Int>?) -> String? {
            range.map { String(decoding: bytes[$0], as: UTF8.self) }
        }
        #expect(found.sequence == line.envelope.sequence && found.id == line.envelope.id)
        #expect(found.time == line.envelope.time)
        #expect(found.commitIndex == line.envelope.commitIndex)
        #expect(found.commitCount == line.envelope.commitCount)
        #expect(text(found.source) == "/organisations/x")
        #expect(text(found.type) == "ClientRegistered.v1")
        #expect(text(found.subject) == line.envelope.subject.text)
        #expect(text(found.actor) == "staff/1")
        #expect(text(found.client) == "\(UniqueID(high: 1, low: 2))")
        #expect(text(found.onBehalfOf) == "somebody")
        #expect(text(found.correlationID) == "req-1")
        #expect(text(found.causationID) == nil)
        #expect(text(found.traceParent) == "00-01")
        #expect(Array(bytes[found.data]) == line.data)
        var places = StreamPlaces(found)
        var streams: [StreamPosition] = []
        while let place = places.next(in: bytes.span) {
            let stream = streamName(place.name, in: bytes)
            let name = try #require(stream)
            streams.append(StreamPosition(stream: name, version: place.version))
        }
        #expect(streams == line.envelope.streams)
    }

    @Test func `no change and no cut makes reading in place trap or see another line`() {
        var draw = LineDraw(seed: seed)
        for _ in 0..<20 {
            let line = draw.line()
            let bytes = Array(line.canonicalBytes.dropLast())
            for place in bytes.indices {
                for change: UInt8 in [0x01, 0x10, 0x02, 0x80] {
                    var damaged = bytes
                    damaged[place] ^= change
                    guard let found = view(damaged) else { continue }
                    let isIntact = found.isIntact(in: damaged.span)
                    #expect(!isIntact, "seed \(seed), byte \(place)")
                    _ = EventLine(found, in: damaged.span)
                }
                let isRead = LineView(canonical: bytes.span.extracting(0..<place)) != nil
                #expect(!isRead, "seed \(seed), \(place) bytes")
            }
        }
    }

    @Test(arguments: [
        ("\"streams\":\"a@1\"", "\"streams\":\"a@1 \""),
        ("\"streams\":\"a@1\"", "\"streams\":\"@1\""),
        ("\"streams\":\"a@1\"", "\"streams\":\"a@0\""), ("\"streams\":\"a@1\"", "\"streams\":\"\""),
        ("\"streams\":\"a@1\"", "\"streams\":\"a@1  a@1\""),
        ("\"streams\":\"a@1\"", "\"streams\":\"a1\""), ("\"subject\":\"a\"", "\"subject\":\"a b\""),
        ("\"commit\":\"1/1\"", "\"commit\":\"2/1\""), ("\"commit\":\"1/1\"", "\"commit\":\"0/1\""),
        ("\"commit\":\"1/1\"", "\"commit\":\"1\""), ("\"actor\":\"x\"", "\"actor\":\"\u{01}\""),
        ("\"id\":\"0", "\"id\":\"g"), ("\"time\":\"1970-01", "\"time\":\"1970-13"),
        ("\"sequence\":\"0", "\"sequence\":\"9"),
        ("\"specversion\":\"1.0\"", "\"specversion\":\"2.0\""),
    ])
    func `a line that is in no form of an event is refused, checksum or not`(
        good: String,
        bad: String
    ) throws {
        let body = """
            {"specversion":"1.0","sequence":"00000000000000000007",\
            "id":"00000000-0000-0003-0000-000000000004","source":"/organisations/x",\
            "type":"ClientRegistered.v1","subject":"a","time":"1970-01-01T00:00:00.000001Z",\
            "streams":"a@1","commit":"1/1","actor":"x","data":{"a":1}
            """
        func line(_ body: String) -> [UInt8] {
            let checksum = String(CRC32C.checksum(Array(body.utf8)), radix: 16)
            let padded = String(repeating: "0", count: 8 - checksum.count) + checksum
            return Array("\(body),\"crc32c\":\"\(padded)\"}".utf8)
        }
        _ = try EventLine(parsing: line(body))
        let parts = body.split(separator: good, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2)
        #expect(throws: LineError.self) { try EventLine(parsing: line(parts[0] + bad + parts[1])) }
    }
}
