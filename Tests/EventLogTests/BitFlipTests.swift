import EventLine
import EventLog
import Foundation
import Glibc
import Testing

/// One bit of a log is changed at a time.
@Suite struct BitFlipTests {
    let directory: DataDirectory
    /// A bit in so many; a prime, so that every bit of a byte comes in turn.
    private let step = TrialPlan.factor > 10 ? 1 : 101

    init() throws { directory = try DataDirectory() }

    /// Some segments of some lines each; all but the newest are sealed, or none.
    private func written(isSealed: Bool) async throws -> LogReader {
        let log = try directory.open { $0.segmentBytes = 900 }
        _ = try await log.append([event(1), event(2, in: [stream(1), stream(2)])])
        for number in UInt64(3)...8 { _ = try await log.append([event(number)]) }
        if isSealed {
            #expect(try !log.sealRolledSegments(now: Instant(microseconds: .max / 2)).isEmpty)
        }
        try log.close()
        #expect(try log.reader.verify().findings == [])
        return LogReader(directory: directory.path)
    }

    /// Changes one bit of a file for as long as something is looked at.
    private func flip(_ bit: Int, of path: String, _ body: () throws -> Void) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        defer { try? file.close() }
        func change() throws {
            try file.seek(toOffset: UInt64(bit / 8))
            let byte = try #require(try file.read(upToCount: 1)?.first)
            try file.seek(toOffset: UInt64(bit / 8))
            try file.write(contentsOf: Data([byte ^ 1 << (bit % 8)]))
        }
        try change()
        try body()
        try change()
    }

    @Test func `every bit of a text is found, located, and costs no other line`() async throws {
        let reader = try await written(isSealed: false)
        let all = readAll(reader).sequences
        for segment in try reader.segments() {
            let name = (segment.path as NSString).lastPathComponent
            let text = try directory.bytes(name)
            for bit in stride(from: Int(segment.firstSequence), to: text.count * 8, by: step) {
                let damage = TextDamage(byte: bit / 8, in: text, from: segment.firstSequence)
                let comment = Comment("\(name), bit \(bit)")
                try flip(bit, of: segment.path) {
                    let verification = try reader.verify()
                    let isEnd = bit / 8 == text.count - 1 && damage.lost.contains(all.max() ?? 0)
                    // A last line without its line feed may still be being written.
                    if !isEnd || verification.unfinishedByteCount == 0 {
                        let finding = try #require(verification.findings.first, comment)
                        #expect(finding.segment == name, comment)
                        #expect(damage.range.contains(finding.offset), comment)
                        #expect(damage.lost.contains(finding.sequence), comment)
                    }
                    // A changed line feed joins two lines, and both are found.
                    let isFeed = text[bit / 8] == 10
                    let lost = isFeed ? [] : damage.lost
                    #expect(
                        readAll(reader).sequences == all.filter { !lost.contains($0) },
                        comment
                    )
                }
            }
        }
    }

    @Test func `every bit of a sealed segment is found, and costs no other segment`()
        async throws
    {
        let reader = try await written(isSealed: true)
        let all = readAll(reader).sequences
        let segments = try reader.segments()
        // Without it a bit of a packed block can change and still give the same text.
        let header = try directory.bytes((segments[0].path as NSString).lastPathComponent).prefix(5)
        #expect(header[4] & 0b0001_0000 != 0, "there is a checksum of each block")
        for (segment, next) in zip(segments, segments.dropFirst()) {
            let name = (segment.path as NSString).lastPathComponent
            let own = segment.firstSequence..<next.firstSequence
            for bit in stride(from: Int(own.lowerBound), to: segment.byteCount * 8, by: step) {
                let comment = Comment("\(name), bit \(bit)")
                try flip(bit, of: segment.path) {
                    let finding = try #require(try reader.verify().findings.first, comment)
                    #expect(finding.segment == name, comment)
                    #expect(own.contains(finding.sequence), comment)
                    let others = readAll(reader).sequences.filter { !own.contains($0) }
                    #expect(others == all.filter { !own.contains($0) }, comment)
                }
            }
        }
    }

    @Test func `no bit of an index changes an answer`() async throws {
        let (disk, commits) = try await indexed()
        let names = disk.names["\(SimulatedDevice.root)/index"] ?? [:]
        #expect(names.keys.contains { $0.hasSuffix(".index") })
        for (name, number) in names.sorted(by: { $0.key < $1.key }) {
            let bits = (disk.files[number]?.seen.count ?? 0) * 8
            for bit in stride(from: number, to: bits, by: step) {
                var damaged = disk
                damaged.files[number]?.seen[bit / 8] ^= 1 << (bit % 8)
                let log = try SimulatedLog.open(SimulatedDevice(damaged, seed: 1))
                for number in UInt64(1)...3 {
                    let expected = commits.flatMap(\.events).filter {
                        $0.envelope.subject == stream(number)
                    }
                    #expect(try log.events(in: stream(number)) == expected, "\(name), bit \(bit)")
                }
                let again = try await log.append([event(4, in: [stream(2)])])
                #expect(again == commits[3], "\(name), bit \(bit)")
                try log.close()
            }
        }
    }

    /// A disk with segments that are indexed and not sealed, and what was appended.
    private func indexed() async throws -> (SimulatedDisk, [Receipt]) {
        let device = SimulatedDevice(seed: 1)
        let log = try SimulatedLog.open(device)
        var receipts: [Receipt] = []
        for number in UInt64(1)...24 {
            receipts.append(try await log.append([event(number, in: [stream(number % 3 + 1)])]))
        }
        try log.indexRolledSegments()
        try log.close()
        return (device.disk, receipts)
    }

    @Test func `no bit of the journal costs anything while the text is whole`() async throws {
        let run = try await RecordedRun.record(seed: TrialPlan.seed, steps: 12)
        guard let disk = run.moments.last?.disk,
            let journal = disk.file(at: "\(SimulatedDevice.root)/journal/commits"),
            let bits = disk.files[journal].map({ $0.seen.count * 8 })
        else { throw Surprise("there is no journal") }
        for bit in stride(from: 4096 * 8, to: bits, by: step * 11) {
            var damaged = disk
            damaged.files[journal]?.seen[bit / 8] ^= 1 << (bit % 8)
            let device = SimulatedDevice(damaged, seed: 1)
            let log = try SimulatedLog.open(device)
            #expect(try LogText(device.disk).bytes == run.text, "bit \(bit), seed \(run.seed)")
            try log.close()
        }
    }
}

/// Which lines a changed byte of a text takes with it.
private struct TextDamage {
    /// From the start of the line to its line feed.
    let range: ClosedRange<Int>
    let lost: Set<UInt64>

    init(byte: Int, in text: [UInt8], from first: UInt64) {
        let line = first + UInt64(text.prefix(byte).count { $0 == 10 })
        let start = text.prefix(byte).lastIndex(of: 10).map { $0 + 1 } ?? 0
        range = start...(text[byte...].firstIndex(of: 10) ?? text.count)
        // Without the line feed between them two lines are one.
        lost = text[byte] == 10 && byte < text.count - 1 ? [line, line + 1] : [line]
    }
}
