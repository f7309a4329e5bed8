import EventLine
import Foundation
import Testing

@testable import EventLog

private let later = Instant(microseconds: .max / 2)
private let newest = "00000000000000000001.jsonl"

/// A reader that was asked before, while the log goes on.
@Suite struct KeptReaderTests {
    let directory: DataDirectory
    let reader: LogReader

    init() throws {
        directory = try DataDirectory()
        reader = LogReader(directory: directory.path)
    }

    private func sequences(of number: UInt64) throws -> [UInt64] {
        try reader.events(in: stream(number)).map(\.envelope.sequence)
    }

    @Test(arguments: 0..<20)
    func `what was acknowledged is in every answer that follows`(_: Int) async throws {
        var random = SeededGenerator()
        var course = try Course(in: directory, random.next() % 2 == 0 ? 1500 : 6000)
        for _ in 0..<120 {
            try await course.goOn(&random)
            try course.check(reader, &random)
        }
        try course.close()
        try course.check(reader, &random)
        try course.check(LogReader(directory: directory.path), &random)
    }

    @Test func `the first line, the first roll and the first seal are seen`() async throws {
        let log = try directory.open { $0.segmentBytes = 1000 }
        #expect(try reader.lastSequence() == 0)
        #expect(try sequences(of: 1) == [])
        for number in UInt64(1)...12 {
            _ = try await log.append([event(number)])
            #expect(try reader.lastSequence() == number)
            #expect(try sequences(of: 1) == Array(1...number))
        }
        #expect(try reader.segments().count > 3)
        #expect(try log.sealRolledSegments(now: later).count > 2)
        #expect(try sequences(of: 1) == Array(1...12))
    }

    /// A text of lines that each are of one stream.
    private func text(_ streams: [UInt64], ids: UInt64 = 0) -> [UInt8] {
        var versions: [UInt64: Int] = [:]
        return streams.enumerated().flatMap { place, number in
            versions[number, default: 0] += 1
            let sequence = UInt64(place + 1)
            return event(sequence + ids).line(
                sequence: sequence,
                streams: [
                    StreamPosition(stream: stream(number), version: versions[number] ?? 0)
                ],
                commitIndex: 1,
                commitCount: 1
            ).canonicalBytes
        }
    }

    private func write(_ text: [UInt8]) throws {
        try FileManager.default.createDirectory(
            atPath: directory.log,
            withIntermediateDirectories: true
        )
        try directory.write(text, to: newest)
    }

    @Test func `an end that was cut off is not remembered`() throws {
        try write(text([1, 2, 1, 2]))
        #expect(try sequences(of: 1) == [1, 3])
        try write(text([1, 2]))
        #expect(try reader.lastSequence() == 2)
        #expect(try sequences(of: 1) == [1])
    }

    @Test func `an end that was cut off and written anew is read anew`() throws {
        try write(text([1, 2, 1, 2]))
        #expect(try sequences(of: 1) == [1, 3])
        for streams in [[1, 2, 2, 1], [1, 2, 2, 1, 1], [2, 1, 2, 1, 2, 2]] as [[UInt64]] {
            try write(text(streams, ids: UInt64(streams.count)))
            #expect(try reader.lastSequence() == UInt64(streams.count))
            for number in UInt64(1)...2 {
                let expected = streams.indices.filter { streams[$0] == number }
                #expect(try sequences(of: number) == expected.map { UInt64($0 + 1) })
            }
        }
    }

    @Test func `a line that was not whole is read once it is`() throws {
        let whole = text([1, 2, 1])
        for length in 0...whole.count {
            try write(Array(whole.prefix(length)))
            let lines = UInt64(whole.prefix(length).count { $0 == 10 })
            #expect(try sequences(of: 1) == [1, 3].filter { $0 <= lines })
            #expect(try reader.lastSequence() == lines)
        }
    }

    @Test func `a torn end that a recovery cuts off does not mislead`() async throws {
        let log = try directory.open()
        try await fill(log, 1...3)
        try log.close()
        #expect(try reader.events(in: stream(1)).count == 1)
        let torn = try directory.bytes(newest) + text([1, 1, 1, 1]).suffix(200).dropLast(50)
        try directory.write(torn, to: newest)
        #expect(try reader.lastSequence() == 3)
        let again = try directory.open()
        #expect(try reader.lastSequence() == 3)
        _ = try await again.append([event(4)])
        #expect(try reader.lastSequence() == 4)
        #expect(try sequences(of: 1) == [3, 4])
    }

    @Test func `an index that the writer makes later is taken up`() async throws {
        let log = try directory.open {
            $0.segmentBytes = 2000
            $0.keepsUp = false
        }
        try await fill(log, 1...8)
        _ = try reader.events(in: stream(1))
        let kept = LogReader(directory: directory.path)
        _ = try kept.events(in: stream(1))
        let index = try #require(kept.kept.openIndex(of: kept.directory))
        #expect(index.readTexts.count == 2)
        try log.indexRolledSegments()
        let newer = try #require(kept.kept.openIndex(of: kept.directory))
        #expect(newer.readTexts.count == 1)
        #expect(newer.indexed.count == index.indexed.count + 1)
        // And is then asked no more than the log itself is.
        #expect(kept.kept.openIndex(of: kept.directory) === newer)
    }

    @Test func `damage that came after an answer leaves the next one right, or is told`() throws {
        let sound = text([1, 2, 1, 2, 1])
        try write(sound)
        let right = try (UInt64(1)...2).map { try reader.events(in: stream($0)) }
        var random = SeededGenerator()
        for _ in 0..<200 {
            try write(Array(sound.prefix(Int.random(in: 0...sound.count, using: &random))))
            let asked = LogReader(directory: directory.path)
            _ = try asked.events(in: stream(1))
            var damaged = sound
            damaged[Int.random(in: sound.indices, using: &random)] ^= 1 << UInt8(random.next() % 8)
            try write(damaged)
            let new = LogReader(directory: directory.path)
            for number in UInt64(1)...2 {
                let answer = Result { try asked.events(in: stream(number)) }
                // Who has read a line still knows where it ends when its line feed is damaged.
                if let events = try? answer.get(), events == right[Int(number - 1)] { continue }
                let expected = Result { try new.events(in: stream(number)) }
                #expect("\(answer)" == "\(expected)", "seed \(random.seed)")
            }
            if let last = try? asked.lastSequence() { #expect(last <= 5, "seed \(random.seed)") }
        }
    }
}

/// A log that goes on at random, and what must be found in it.
private struct Course {
    private let log: EventLog
    private var number: UInt64 = 0
    private var written: [NewEvent] = []

    init(in directory: DataDirectory, _ segmentBytes: Int) throws {
        log = try directory.open {
            $0.segmentBytes = segmentBytes
            $0.keepsUp = false
        }
    }

    func close() throws { try log.close() }

    mutating func goOn(_ random: inout SeededGenerator) async throws {
        switch random.next() % 8 {
        case 0: _ = try log.sealRolledSegments(now: later)
        case 1: try log.indexRolledSegments()
        case 2: break
        default:
            let events = (0...random.next() % 6).map { _ in
                number += 1
                var new = event(number, in: [stream(random.next() % 4)], padding: 50)
                new.type = "Something\(random.next() % 3).v1"
                new.time = Instant(
                    microseconds: 1_700_000_000_000_000 + Int64(number * 10 + random.next() % 40)
                )
                return new
            }
            _ = try await log.append(events)
            written += events
        }
    }

    /// Asks one question of each kind, in any order, and not always all of them.
    func check(_ reader: LogReader, _ random: inout SeededGenerator) throws {
        let seed = random.seed
        let own = stream(random.next() % 5)
        let found = written.enumerated().filter { $1.streams.contains(own) }
            .map { (sequence: UInt64($0 + 1), type: $1.type) }
        if random.oneIn(2) {
            #expect(try reader.lastSequence() == UInt64(written.count), "seed \(seed)")
        }
        if random.oneIn(2) {
            #expect(
                try reader.events(in: own).map(\.envelope.sequence) == found.map(\.sequence),
                "seed \(seed)"
            )
        }
        let end = random.next() % UInt64(written.count + 2)
        if random.oneIn(2) {
            let part = try reader.events(in: own, ofTypes: ["Something1.v1"], through: end)
            let expected = found.filter { $0.type == "Something1.v1" && $0.sequence <= end }
            #expect(part.map(\.envelope.sequence) == expected.map(\.sequence), "seed \(seed)")
        }
        if random.oneIn(2) {
            let time = Instant(microseconds: 1_700_000_000_000_000 + Int64(end * 10 + 5))
            let last = written.lastIndex { $0.time <= time }.map { UInt64($0 + 1) } ?? 0
            #expect(try reader.lastSequence(notAfter: time) == last, "seed \(seed)")
        }
        if end > 0, end <= written.count {
            #expect(try reader.line(at: end).sequence == end, "seed \(seed)")
        }
    }
}
