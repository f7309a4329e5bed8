import EventLine
import Foundation
import Testing

@testable import EventLog

/// When every segment is old enough to be sealed.
private let later = Instant(microseconds: .max / 2)

@Suite struct SegmentTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    private func open(_ bytes: Int = 2000) throws -> EventLog {
        try directory.open { $0.segmentBytes = bytes }
    }

    @Test func `a segment that is full is followed by one named by its first sequence`()
        async throws
    {
        let log = try open()
        try await fill(log, 1...30)
        let segments = try log.reader.segments()
        #expect(segments.count > 3)
        for (segment, next) in zip(segments, segments.dropFirst()) {
            #expect(segment.byteCount >= 2000 && segment.byteCount < 3000)
            let count = try directory.bytes(SegmentName(first: segment.firstSequence).fileName)
                .count { $0 == 10 }
            #expect(next.firstSequence == segment.firstSequence + UInt64(count))
        }
        #expect(readAll(log.reader).sequences == Array(1...30))
        #expect(
            try log.reader.verify()
                == LogVerification(
                    findings: [],
                    lineCount: 30,
                    segmentCount: segments.count,
                    unfinishedByteCount: 0
                )
        )
    }

    @Test func `the link names the newest segment`() async throws {
        let log = try open()
        for number in UInt64(1)...30 {
            _ = try await log.append([event(number)])
            let target = try FileManager.default.destinationOfSymbolicLink(
                atPath: "\(directory.log)/current.jsonl"
            )
            #expect(try log.reader.segments().last?.path == "\(directory.log)/\(target)")
        }
    }

    @Test func `a commit is never split between segments`() async throws {
        let log = try open(1500)
        for number in stride(from: UInt64(1), to: 60, by: 3) {
            _ = try await log.append([event(number), event(number + 1), event(number + 2)])
        }
        for segment in try log.reader.segments() {
            #expect(segment.firstSequence % 3 == 1)
        }
    }

    @Test func `a log with many segments is found again`() async throws {
        let log = try open()
        try await fill(log, 1...30)
        _ = try log.sealRolledSegments(now: later)
        try log.close()
        let again = try open()
        #expect(again.lastSequence == 30)
        #expect(try again.version(of: stream(1)) == 10)
        #expect(
            try again.events(in: stream(1)).map(\.envelope.sequence)
                == Array(stride(from: 3, through: 30, by: 3))
        )
        try await fill(again, 31...40)
        #expect(try again.reader.verify().findings == [])
    }

    @Test func `only rolled segments that are old enough are sealed`() async throws {
        let log = try directory.open {
            $0.segmentBytes = 2000
            $0.sealingGrace = .seconds(600)
        }
        let before = Instant(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        try await fill(log, 1...30)
        let after = Instant(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        #expect(try log.sealRolledSegments(now: before) == [])
        #expect(try log.sealRolledSegments(now: before.adding(microseconds: 590_000_000)) == [])
        let sealed = try log.sealRolledSegments(now: after.adding(microseconds: 610_000_000))
        let segments = try log.reader.segments()
        #expect(sealed.count == segments.count - 1)
        #expect(segments.map(\.isSealed) == sealed.map { _ in true } + [false])
    }

    @Test func `sealed text is the plain text, for every reader`() async throws {
        let log = try open(700_000)
        try await fill(log, 1...40, padding: 30_000)
        let plain = try directory.bytes("00000000000000000001.jsonl")
        let before = try (1...40).map { try log.reader.line(at: $0) }
        _ = try log.sealRolledSegments(now: later)
        #expect(try !directory.names().contains("00000000000000000001.jsonl"))
        let segment = try log.reader.directory.open(SegmentName(first: 1))
        #expect(segment.name.isSealed)
        #expect(try segment.bytes(in: 0..<plain.count) == plain)
        #expect(try (1...40).map { try log.reader.line(at: $0) } == before)
        #expect(try log.events(in: stream(1)).count == 13)
        #expect(try log.reader.verify().findings == [])
    }

    @Test(.enabled(if: lz4 != nil, "the lz4 tool is not installed"))
    func `the lz4 tool reads a sealed segment`() async throws {
        let log = try open(700_000)
        try await fill(log, 1...40, padding: 30_000)
        let plain = try directory.bytes("00000000000000000001.jsonl")
        _ = try log.sealRolledSegments(now: later)
        let path = "\(directory.log)/00000000000000000001.jsonl.lz4"
        #expect(try run(["-t", path]).status == 0)
        #expect(try run(["-dc", path]).output == plain)
        try append(skippable, to: path)
        #expect(try run(["-t", path]).status == 0)
        #expect(try run(["-dc", path]).output == plain)
    }

    @Test func `skippable frames behind a sealed segment are ignored`() async throws {
        let log = try open()
        try await fill(log, 1...30)
        for name in try log.sealRolledSegments(now: later) {
            try append(skippable, to: "\(directory.log)/\(name).lz4")
        }
        #expect(readAll(log.reader).sequences == Array(1...30))
        #expect(try log.reader.verify().findings == [])
        try log.close()
        #expect(try open().lastSequence == 30)
    }

    @Test func `a sealing that was interrupted before the rename is done again`() async throws {
        let log = try open()
        try await fill(log, 1...30)
        try log.close()
        try directory.write([1, 2, 3], to: "00000000000000000001.jsonl.lz4.new")
        let again = try open()
        #expect(try !directory.names().contains { $0.hasSuffix(".new") })
        #expect(try !again.sealRolledSegments(now: later).isEmpty)
        #expect(readAll(again.reader).sequences == Array(1...30))
    }

    @Test func `a sealing that was interrupted before the removal is finished`() async throws {
        let log = try open()
        try await fill(log, 1...30)
        let name = "00000000000000000001.jsonl"
        let plain = try directory.bytes(name)
        _ = try log.sealRolledSegments(now: later)
        try directory.write(plain, to: name)
        #expect(readAll(log.reader).sequences == Array(1...30))
        #expect(try log.reader.verify().findings == [])
        try log.close()
        try open().close()
        #expect(try !directory.names().contains(name))
    }

    @Test func `a text is not removed for a packed file that differs`() async throws {
        let log = try open()
        try await fill(log, 1...30)
        let name = "00000000000000000001.jsonl"
        let plain = try directory.bytes(name)
        _ = try log.sealRolledSegments(now: later)
        try log.close()
        try directory.write(plain + [10], to: name)
        _ = try? open()
        #expect(try directory.names().contains(name))
    }

    @Test func `damage in a sealed segment is local`() async throws {
        let log = try open(4_000_000)
        try await fill(log, 1...100, padding: 50_000)
        _ = try log.sealRolledSegments(now: later)
        let packed = "00000000000000000001.jsonl.lz4"
        let segment = try log.reader.directory.open(SegmentName(first: 1, isSealed: true))
        #expect(try segment.byteCount() > 4_000_000)
        var bytes = try directory.bytes(packed)
        // Somewhere in the middle: every line repeats, so a changed byte is sure to be noticed.
        bytes[bytes.count / 2] ^= 0x55
        try directory.write(bytes, to: packed)
        let found = readAll(LogReader(directory: directory.path))
        #expect(!found.findings.isEmpty)
        #expect(found.sequences.count >= 100 - 12)
        #expect(found.sequences == found.sequences.sorted())
        #expect(try log.reader.verify().findings.contains { $0.segment == packed })
    }

    @Test func `a sealed segment cut at any place is reported and does not stop the rest`()
        async throws
    {
        let log = try open()
        try await fill(log, 1...30)
        _ = try log.sealRolledSegments(now: later)
        let packed = "00000000000000000001.jsonl.lz4"
        let bytes = try directory.bytes(packed)
        let textEnd = try LZ4Layout(walking: bytes.count) { offset, count in
            Array(bytes.dropFirst(offset).prefix(count))
        }.frameEnd
        // Where the packed text ends, and nothing follows, nothing is missing.
        for length in stride(from: 0, to: bytes.count, by: 7) where length != textEnd {
            try directory.write(Array(bytes.prefix(length)), to: packed)
            let verification = try LogReader(directory: directory.path).verify()
            #expect(verification.findings.contains { $0.segment == packed }, "length \(length)")
            #expect(verification.lineCount > 15)
            let found = readAll(LogReader(directory: directory.path))
            // Without the last four bytes, the checksum, all lines are there.
            if length < textEnd - 4 { #expect(found.findings.first?.sequence == 1) }
            #expect(found.sequences.last == 30 && found.sequences.count > 15)
        }
    }
}

/// A skippable frame of nine bytes.
private let skippable: [UInt8] = [0x5e, 0x2a, 0x4d, 0x18, 9, 0, 0, 0] + Array("an index!".utf8)

private let lz4 = ["/usr/bin/lz4", "/usr/local/bin/lz4"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

private func run(_ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
    try output(of: lz4 ?? "", arguments)
}

private func append(_ bytes: [UInt8], to path: String) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(bytes))
    try file.close()
}
