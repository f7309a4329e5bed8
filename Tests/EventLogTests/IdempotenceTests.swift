import EventLine
import EventLog
import Testing

/// How far the first appends have come when they are repeated.
enum RepetitionStage: CaseIterable {
    case notDurableYet
    case durable
    case afterRestart
    case sealed
}

enum RepetitionAnswer {
    case original(first: UInt64)
    case taken
    case invalid
}

struct Repetition: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let events: [NewEvent]
    let answer: RepetitionAnswer

    init(_ description: String, _ events: [NewEvent], _ answer: RepetitionAnswer) {
        testDescription = description
        self.events = events
        self.answer = answer
    }
}

/// What is in the log: a commit of three in one stream, one of two in two, one of one.
private let recorded: [[NewEvent]] = [
    [event(1), event(2), event(3)],
    [event(4, in: [stream(2), stream(3)]), event(5, in: [stream(2)])],
    [event(6)],
]

private let repetitions = [
    Repetition("the same", recorded[0], .original(first: 1)),
    Repetition("the same, of two streams", recorded[1], .original(first: 4)),
    Repetition("the same, of one event", recorded[2], .original(first: 6)),
    Repetition(
        "at another time, with other data",
        [event(1, padding: 9), later(2), event(3)],
        .original(first: 1)
    ),
    Repetition("the first of it", [event(1)], .taken),
    Repetition("the start of it", [event(1), event(2)], .taken),
    Repetition("the middle of it", [event(2)], .taken),
    Repetition("the end of it", [event(2), event(3)], .taken),
    Repetition("its ends", [event(1), event(3)], .taken),
    Repetition("in another order", [event(3), event(2), event(1)], .taken),
    Repetition("the last and a new one", [event(3), event(7)], .taken),
    Repetition("a new one and the first", [event(7), event(1)], .taken),
    Repetition("all and a new one", [event(1), event(2), event(3), event(7)], .taken),
    Repetition("a new one and all", [event(7), event(1), event(2), event(3)], .taken),
    Repetition("one in the middle is new", [event(1), event(7), event(3)], .taken),
    Repetition(
        "two commits as one",
        recorded[1] + recorded[2],
        .taken
    ),
    Repetition("the end of one and the start of another", [event(3), recorded[1][0]], .taken),
    Repetition(
        "in another stream",
        [event(1, in: [stream(2)]), event(2, in: [stream(2)]), event(3, in: [stream(2)])],
        .taken
    ),
    Repetition(
        "one of them in another stream",
        [
            event(1), event(2, in: [stream(4)]), event(3),
        ],
        .taken
    ),
    Repetition(
        "one of two streams is another",
        [
            event(4, in: [stream(2), stream(4)]), recorded[1][1],
        ],
        .taken
    ),
    Repetition(
        "the other stream first",
        [
            event(4, in: [stream(3), stream(2)]), recorded[1][1],
        ],
        .taken
    ),
    Repetition("a stream less", [event(4, in: [stream(2)]), recorded[1][1]], .taken),
    Repetition("a stream more", [event(6, in: [stream(1), stream(4)])], .taken),
    Repetition("of another type", [ofAnotherType(6)], .taken),
    Repetition("twice in one append", [event(6), event(6)], .taken),
    Repetition("a new one twice", [event(7), event(7)], .invalid),
]

/// The known sequences of conditions and repeated ids, in every state that their first append can
/// be in.
@Suite struct IdempotenceTests {
    @Test(arguments: repetitions, RepetitionStage.allCases)
    func `ids that are in the log are answered by their place`(
        repetition: Repetition,
        stage: RepetitionStage
    ) async throws {
        let device = SimulatedDevice(seed: 1)
        let (log, pending) = try await logWithRecorded(on: device, stage)
        let before = try versions(log)
        for expected in [ExpectedVersion.any, .none, .exactly(3), .exactly(99)] {
            do throws(AppendError) {
                let again = try log.submit(repetition.events, expecting: [stream(1): expected])
                guard case .original(let first) = repetition.answer else {
                    Issue.record("it was taken as \(again.provisional)")
                    break
                }
                #expect(again.provisional.first == first)
                #expect(again.provisional.events.map(\.envelope.id) == repetition.events.map(\.id))
            } catch {
                switch (repetition.answer, error) {
                case (.taken, .idIsTaken), (.invalid, .invalidEvent): break
                default: Issue.record("\(error)")
                }
            }
        }
        #expect(try versions(log) == before)
        device.gate.open()
        for pending in pending { _ = try await pending.receipt() }
        // Nothing that was refused stands in the way of what comes after.
        let last = log.lastSequence
        let next = try await log.append([event(8)], expecting: [stream(1): .exactly(4)])
        #expect(next.first == last + 1)
        #expect(try log.reader.verify().findings == [])
        try log.close()
    }

    private func logWithRecorded(
        on device: SimulatedDevice,
        _ stage: RepetitionStage
    ) async throws -> (EventLog, [PendingAppend]) {
        var log = try SimulatedLog.open(device)
        if stage == .notDurableYet { device.gate.close() }
        let pending = try recorded.map { try log.submit($0) }
        if stage == .notDurableYet { return (log, pending) }
        for pending in pending { _ = try await pending.receipt() }
        if stage == .sealed {
            // A line so long that the segment is full, and one that begins the next.
            _ = try await log.append([event(100, in: [stream(50)], padding: 5000)])
            _ = try await log.append([event(101, in: [stream(50)])])
            #expect(try !log.sealRolledSegments(now: Instant(microseconds: .max / 2)).isEmpty)
        }
        if stage == .afterRestart {
            try log.close()
            log = try SimulatedLog.open(device)
        }
        return (log, pending)
    }

    private func versions(_ log: EventLog) throws -> [Int] {
        try (1...9).map { try log.version(of: stream($0)) }
    }
}

struct Condition: Sendable, CustomTestStringConvertible {
    let version: Int
    let expected: ExpectedVersion
    let isMet: Bool

    var testDescription: String { "\(expected) at \(version)" }
}

private let conditions: [Condition] = [
    Condition(version: 0, expected: .none, isMet: true),
    Condition(version: 0, expected: .any, isMet: true),
    Condition(version: 0, expected: .exactly(0), isMet: true),
    Condition(version: 0, expected: .exactly(1), isMet: false),
    Condition(version: 0, expected: .exactly(-1), isMet: false),
    Condition(version: 0, expected: .exactly(.max), isMet: false),
    Condition(version: 3, expected: .none, isMet: false),
    Condition(version: 3, expected: .any, isMet: true),
    Condition(version: 3, expected: .exactly(0), isMet: false),
    Condition(version: 3, expected: .exactly(2), isMet: false),
    Condition(version: 3, expected: .exactly(3), isMet: true),
    Condition(version: 3, expected: .exactly(4), isMet: false),
]

/// What is expected of a stream, and what it is like.
@Suite struct ExpectedVersionTests {
    @Test(arguments: conditions, [false, true])
    func `a stream is as expected or the append is refused with what was found`(
        condition: Condition,
        isReopened: Bool
    ) async throws {
        let device = SimulatedDevice(seed: 1)
        var log = try SimulatedLog.open(device)
        for number in 0..<UInt64(condition.version) {
            _ = try await log.append([event(number + 1, in: [stream(5)])])
        }
        if isReopened {
            try log.close()
            log = try SimulatedLog.open(device)
        }
        let events = [event(10, in: [stream(6)]), event(11, in: [stream(5), stream(6)])]
        do throws(AppendError) {
            let receipt = try await log.append(events, expecting: [stream(5): condition.expected])
            #expect(condition.isMet)
            #expect(
                receipt.events[1].envelope.streams.map(\.version) == [condition.version + 1, 2]
            )
        } catch {
            #expect(!condition.isMet)
            let conflict = AppendError.conflict(
                stream: stream(5),
                expected: condition.expected,
                found: condition.version
            )
            #expect(error == conflict)
            #expect(
                try log.version(of: stream(6)) == 0
                    && log.version(of: stream(5)) == condition.version
            )
        }
        try log.close()
    }

    @Test func `a condition counts what waits, and its failure takes nothing back`() async throws {
        let device = SimulatedDevice(seed: 1)
        let log = try SimulatedLog.open(device)
        device.gate.close()
        let first = try log.submit([event(1)], expecting: [stream(1): .none])
        let second = try log.submit([event(2)], expecting: [stream(1): .exactly(1)])
        #expect(throws: AppendError.conflict(stream: stream(1), expected: .exactly(1), found: 2)) {
            try log.submit([event(3)], expecting: [stream(1): .exactly(1)])
        }
        device.gate.open()
        #expect(try await first.receipt().first == 1)
        #expect(try await second.receipt().first == 2)
        #expect(try log.version(of: stream(1)) == 2)
        try log.close()
    }
}

private func later(_ number: UInt64) -> NewEvent {
    var changed = event(number)
    changed.time = changed.time.adding(microseconds: 1_000_000)
    changed.traceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    return changed
}

private func ofAnotherType(_ number: UInt64) -> NewEvent {
    var changed = event(number)
    changed.type = "ClientRegistered.v2"
    return changed
}
