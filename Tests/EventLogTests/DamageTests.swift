import EventLine
import Foundation
import Testing

@testable import EventLog

private let later = Instant(microseconds: .max / 2)

/// One flipped bit anywhere: found, named by segment, offset and sequence, and everything that it
/// does not touch still there.
@Suite struct DamageTests {
    let directory: DataDirectory
    private let name = "00000000000000000001.jsonl"

    init() throws { directory = try DataDirectory() }

    private func text(_ lineCount: UInt64) async throws -> [UInt8] {
        let log = try directory.open()
        try await fill(log, 1...lineCount)
        try log.close()
        return try directory.bytes(name)
    }

    @Test func `a flipped bit in a plain segment is found where it is and costs one line at most`()
        async throws
    {
        let text = try await text(3)
        let reader = LogReader(directory: directory.path)
        let feeds = text.indices.filter { text[$0] == 10 }
        for place in text.indices {
            let number = feeds.count { $0 < place }
            let start = number == 0 ? 0 : feeds[number - 1] + 1
            // Every bit of a line feed; of the others, each place of a bit in turn.
            let bits = text[place] == 10 ? Array(UInt8(0)..<8) : [UInt8(place % 8)]
            for bit in bits {
                var damaged = text
                damaged[place] ^= 1 << bit
                try directory.write(damaged, to: name)
                let isFeed = text[place] == 10
                let lost = isFeed ? nil : UInt64(number) + 1
                let expected = LogFinding(
                    segment: name,
                    offset: isFeed ? place : start,
                    sequence: UInt64(number) + 1,
                    problem: .checksum
                )
                let found = readAll(reader)
                #expect(found.sequences == (1...3).filter { $0 != lost }, "\(place), \(bit)")
                let verified = try reader.verify()
                #expect(verified.lineCount == (isFeed ? 3 : 2), "\(place), \(bit)")
                for findings in [found.findings, verified.findings] {
                    #expect(findings.count == 1, "\(place), \(bit)")
                    #expect(findings.first?.offset == expected.offset, "\(place), \(bit)")
                    #expect(findings.first?.sequence == expected.sequence, "\(place), \(bit)")
                }
            }
        }
    }

    @Test func `lines that were joined are both found`() async throws {
        var text = try await text(4)
        let feed = try #require(text.firstIndex(of: 10))
        text[feed] = UInt8(ascii: "x")
        try directory.write(text, to: name)
        let found = readAll(LogReader(directory: directory.path))
        #expect(found.sequences == [1, 2, 3, 4])
        #expect(
            found.findings == [
                LogFinding(segment: name, offset: feed, sequence: 1, problem: .unterminated)
            ]
        )
    }

    @Test func `a scan goes on behind damage as the lines do`() async throws {
        var text = try await text(6)
        let feeds = text.indices.filter { text[$0] == 10 }
        text[feeds[1] + 100] ^= 1
        text[feeds[3]] ^= 1
        try directory.write(text, to: name)
        var scan = LogReader(directory: directory.path).scan()
        var sequences: [UInt64] = []
        var findings: [LogFinding] = []
        for _ in 0..<4 {
            do throws(LogError) {
                try scan.run { line, bytes throws(LogError) in
                    sequences.append(line.sequence)
                    let isIntact = line.isIntact(in: bytes)
                    #expect(isIntact)
                }
            } catch {
                guard case .damaged(let found) = error else { throw error }
                findings += found
            }
        }
        #expect(sequences == [1, 2, 4, 5, 6])
        #expect(findings.map(\.sequence) == [3, 4])
        #expect(findings.map(\.offset) == [feeds[1] + 1, feeds[3]])
    }

    @Test func `a scan ends with the sequence that was asked for, and goes on from there`()
        async throws
    {
        let log = try directory.open { $0.segmentBytes = 2000 }
        try await fill(log, 1...30)
        _ = try log.sealRolledSegments(now: later)
        for end in UInt64(1)...30 {
            var scan = log.reader.scan()
            var sequences: [UInt64] = []
            try scan.run(through: end) { line, _ throws(LogError) in
                sequences.append(line.sequence)
            }
            #expect(sequences == Array(1...end))
            try scan.run { line, _ throws(LogError) in sequences.append(line.sequence) }
            #expect(sequences == Array(1...30))
        }
    }

    @Test func `a line in another form is shown in the canonical one`() async throws {
        let text = try await text(2)
        let body = text.prefix { $0 != 10 }.dropLast(21)
        let wide = String(decoding: body, as: UTF8.self)
            .replacing(",\"data\"", with: " , \"extension\":\"x\",\"data\"")
        let checksum = String(CRC32C.checksum(Array(wide.utf8)), radix: 16)
        let digits = String(repeating: "0", count: 8 - checksum.count) + checksum
        let other = Array("\(wide),\"crc32c\":\"\(digits)\"}".utf8)
        try directory.write(other + text.drop { $0 != 10 }, to: name)
        let reader = LogReader(directory: directory.path)
        var scan = reader.scan()
        var shown: [[UInt8]] = []
        try scan.run { line, bytes throws(LogError) in
            shown.append(bytes.indices.map { bytes[$0] })
        }
        #expect(shown.map { $0 + [10] } == text.split(separator: 10).map { Array($0) + [10] })
        #expect(try reader.line(at: 1).bytes == other)
        #expect(try reader.verify().findings == [])
    }

    @Test func `a flipped bit in a block of a sealed segment costs no line of another block`()
        async throws
    {
        let log = try directory.open { $0.segmentBytes = 1_200_000 }
        for first in stride(from: UInt64(1), through: 3000, by: 100) {
            _ = try await log.append((first..<first + 100).map { event($0, padding: 20) })
        }
        _ = try log.sealRolledSegments(now: later)
        try log.close()
        let sealed = name + ".lz4"
        let packed = try directory.bytes(sealed)
        let reader = LogReader(directory: directory.path)
        let segment = try reader.directory.open(SegmentName(first: 1, isSealed: true))
        let linesInBlock = 600
        let blocks = try #require(segment.layout).blocks.map {
            $0.offset..<$0.offset + $0.byteCount
        }
        var generator = SystemRandomNumberGenerator()
        let seed = generator.next()
        for trial in UInt64(0)..<150 {
            var damaged = packed
            let place = Int((seed &+ trial &* 0x9e37_79b9_7f4a_7c15) % UInt64(packed.count))
            damaged[place] ^= 1 << UInt8(trial % 8)
            try directory.write(damaged, to: sealed)
            let verified = try reader.verify()
            #expect(!verified.isSound, "byte \(place)")
            #expect(verified.findings.contains { $0.segment == sealed }, "byte \(place)")
            guard blocks.contains(where: { $0.contains(place) }) else { continue }
            let found = readAll(reader)
            #expect(found.sequences.count >= 3000 - linesInBlock - 2, "byte \(place)")
            #expect(found.sequences == found.sequences.sorted(), "byte \(place)")
        }
    }
}
