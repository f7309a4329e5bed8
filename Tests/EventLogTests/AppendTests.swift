import EventLine
import EventLog
import Testing

@Suite struct AppendTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    @Test func `sequences are dense from one`() async throws {
        let log = try directory.open()
        try await fill(log, 1...20)
        #expect(readAll(log.reader).sequences == Array(1...20))
        #expect(log.lastSequence == 20)
    }

    @Test func `a line has the version in each of its streams and its place in the commit`()
        async throws
    {
        let log = try directory.open()
        _ = try await log.append([event(1, in: [stream(1)])])
        let receipt = try await log.append([
            event(2, in: [stream(1), stream(2)]), event(3, in: [stream(2), stream(1)]),
        ])
        #expect(receipt.first == 2 && receipt.last == 3)
        let envelopes = receipt.events.map(\.envelope)
        #expect(envelopes.map { $0.streams.map(\.version) } == [[2, 1], [2, 3]])
        #expect(envelopes.map(\.subject) == [stream(1), stream(2)])
        #expect(envelopes.map { "\($0.commitIndex)/\($0.commitCount)" } == ["1/2", "2/2"])
        #expect(try log.reader.line(at: 3).event() == receipt.events[1])
    }

    @Test func `what is in the file is the canonical line`() async throws {
        let log = try directory.open()
        let receipt = try await log.append([event(1)])
        let name = "00000000000000000001.jsonl"
        #expect(try directory.bytes(name) == receipt.events[0].canonicalBytes)
    }

    @Test(arguments: [ExpectedVersion.none, .exactly(1), .exactly(3)])
    func `a stream at another version than expected is a conflict`(expected: ExpectedVersion)
        async throws
    {
        let log = try directory.open()
        _ = try await log.append([event(1), event(2)])
        await #expect(throws: AppendError.conflict(stream: stream(1), expected: expected, found: 2))
        {
            try await log.append([event(3)], expecting: [stream(1): expected])
        }
        #expect(log.lastSequence == 2)
    }

    @Test func `one stream in conflict refuses the whole append`() async throws {
        let log = try directory.open()
        _ = try await log.append([event(1)])
        await #expect(throws: AppendError.self) {
            try await log.append(
                [event(2, in: [stream(1)]), event(3, in: [stream(2)])],
                expecting: [stream(1): .exactly(1), stream(2): .exactly(1)]
            )
        }
        #expect(try log.version(of: stream(1)) == 1)
        #expect(try log.version(of: stream(2)) == 0)
    }

    @Test func `a condition may name a stream that is not written to`() async throws {
        let log = try directory.open()
        _ = try await log.append([event(1)], expecting: [stream(2): .none, stream(1): .any])
        #expect(log.lastSequence == 1)
    }

    @Test func `what was submitted counts before it is durable`() async throws {
        let log = try directory.open()
        let pending = try log.submit([event(1)], expecting: [stream(1): .none])
        #expect(try log.version(of: stream(1)) == 1)
        #expect(throws: AppendError.conflict(stream: stream(1), expected: .none, found: 1)) {
            try log.submit([event(2)], expecting: [stream(1): .none])
        }
        let receipt = try await pending.receipt()
        #expect(receipt == pending.provisional)
    }

    @Test func `the same append again gives the original receipt`() async throws {
        let log = try directory.open()
        let events = [event(1), event(2, in: [stream(2)])]
        let first = try log.submit(events, expecting: [stream(1): .none])
        let second = try log.submit(events, expecting: [stream(1): .none])
        let receipt = try await first.receipt()
        #expect(try await second.receipt() == receipt)
        #expect(try await log.append(events, expecting: [stream(1): .none]) == receipt)
        #expect(log.lastSequence == 2)
    }

    @Test func `a repeated append is known after a restart`() async throws {
        let log = try directory.open()
        let receipt = try await log.append([event(1), event(2)])
        try log.close()
        let again = try directory.open()
        #expect(try await again.append([event(1), event(2)]) == receipt)
    }

    @Test(arguments: [
        [event(1, in: [stream(2)]), event(2)], [event(2), event(1)], [event(1)], [event(2)],
        [event(1), event(2), event(3)], [event(3), event(1)],
    ])
    func `an id that is in another place is refused`(events: [NewEvent]) async throws {
        let log = try directory.open()
        _ = try await log.append([event(1), event(2)])
        let error = await #expect(throws: AppendError.self) { try await log.append(events) }
        guard case .idIsTaken = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.lastSequence == 2)
    }

    @Test func `an id twice in one append is refused`() async throws {
        let log = try directory.open()
        await #expect(throws: AppendError.self) { try await log.append([event(1), event(1)]) }
    }

    @Test func `the longest line is written, one byte more is refused with its size`()
        async throws
    {
        let log = try directory.open()
        let short = try await log.append([event(1)]).events[0].canonicalBytes.count - 1
        let room = EventLine.byteCountMax - short
        _ = try await log.append([event(2, padding: room)])
        #expect(try log.reader.line(at: 2).bytes.count == 65_535)
        await #expect(throws: AppendError.lineTooLong(id: id(3), byteCount: 65_536)) {
            try await log.append([event(3, padding: room + 1)])
        }
        #expect(try log.version(of: stream(1)) == 2)
    }

    @Test func `an append that the journal cannot hold is refused`() async throws {
        let log = try directory.open()
        let events = (1...10).map { event($0, padding: 60_000) }
        let error = await #expect(throws: AppendError.self) { try await log.append(events) }
        guard case .appendTooLong = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: ["", "[]", "{\n}", "{\"a\":\"\u{01}\"}"])
    func `data that would break a line is refused`(data: String) async throws {
        let log = try directory.open()
        var broken = event(1)
        broken.data = Array(data.utf8)
        await #expect(throws: AppendError.self) { try await log.append([broken]) }
    }

    @Test(arguments: [[], [stream(1), stream(1)]])
    func `an event without a stream, or twice in one, is refused`(streams: [StreamName])
        async throws
    {
        let log = try directory.open()
        await #expect(throws: AppendError.self) { try await log.append([event(1, in: streams)]) }
    }

    @Test func `an empty append is a programmer error`() async {
        await #expect(processExitsWith: .failure) {
            let directory = try DataDirectory()
            _ = try directory.open().submit([])
        }
    }

    @Test func `many appends at once are all written, in the order of their receipts`()
        async throws
    {
        let log = try directory.open()
        let sequences = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for number in UInt64(1)...500 {
                group.addTask {
                    try await log.append([event(number, in: [stream(number % 7)])]).first
                }
            }
            return try await group.reduce(into: Set<UInt64>()) { $0.insert($1) }
        }
        #expect(sequences == Set(1...500))
        #expect(try log.reader.verify().findings == [])
    }

    @Test func `a stream is read by version and up to a sequence`() async throws {
        let log = try directory.open()
        for number in UInt64(1)...9 {
            _ = try await log.append([event(number, in: [stream(number % 3)])])
        }
        let all = try log.events(in: stream(1))
        #expect(all.map(\.envelope.sequence) == [1, 4, 7])
        #expect(try log.events(in: stream(1), after: 1).map(\.envelope.sequence) == [4, 7])
        #expect(try log.events(in: stream(1), through: 6).map(\.envelope.sequence) == [1, 4])
        #expect(try log.events(in: stream(9)) == [])
        #expect(try log.event(at: 4) == all[1])
        #expect(throws: LogError.noSuchLine(sequence: 10)) { try log.event(at: 10) }
    }

    @Test func `a closed log takes no more, and closing twice does nothing`() async throws {
        let log = try directory.open()
        _ = try await log.append([event(1)])
        try log.close()
        try log.close()
        await #expect(throws: AppendError.closed) { try await log.append([event(2)]) }
    }

    @Test func `closing waits for what was submitted`() async throws {
        let log = try directory.open()
        let pending = try (1...50).map { try log.submit([event($0)]) }
        try log.close()
        for pending in pending { _ = try await pending.receipt() }
        #expect(readAll(LogReader(directory: directory.path)).sequences == Array(1...50))
    }

    @Test func `a log that nobody holds on to gives its lock back`() async throws {
        do {
            let log = try directory.open()
            _ = try await log.append([event(1)])
        }
        var again: EventLog?
        for _ in 0..<1000 where again == nil {
            again = try? directory.open()
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(again?.lastSequence == 1)
    }
}
