import EventLine
import Foundation
import Testing

@testable import EventLog

/// When every segment is old enough to be sealed.
private let later = Instant(microseconds: .max / 2)

@Suite struct SealedIndexTests {
    let directory: DataDirectory
    private let packed = SegmentName(first: 1, isSealed: true)

    init() throws { directory = try DataDirectory() }

    private var place: LogDirectory { LogDirectory(path: directory.path, device: FileDevice()) }

    private func makeSealedLog(segmentBytes: Int = 3000, count: UInt64 = 60) async throws {
        let log = try directory.open {
            $0.segmentBytes = segmentBytes
            $0.keepsUp = false
        }
        try await fill(log, 1...count)
        _ = try log.sealRolledSegments(now: later)
        try log.close()
    }

    private func open(mayWrite: Bool) throws -> LogIndex {
        let names = try place.segments()
        return try LogIndex.open(
            place,
            of: names.dropLast(),
            before: names.last?.first,
            mayWrite: mayWrite
        )
    }

    private func check(_ index: LogIndex) throws {
        let last = try #require(index.lastSequence)
        for number in UInt64(0)..<3 {
            let expected = (1...last).filter { $0 % 3 == number }
            #expect(try index.lines(of: stream(number + 1)).map(\.sequence) == expected)
        }
        for sequence in 1...last {
            #expect(try index.sequence(of: id(sequence)) == sequence)
            #expect(try index.line(at: sequence).sequence == sequence)
        }
    }

    @Test func `a sealed segment needs no other file`() async throws {
        try await makeSealedLog()
        let index = try open(mayWrite: false)
        #expect(index.indexed.count == (try place.segments().count) - 1)
        #expect(!FileManager.default.fileExists(atPath: place.index))
        try check(index)
        let tags = try FrameFile(at: place.path(of: packed), on: FileDevice()).tags
        #expect(Set(tags) == Set(IndexFrame.Tag.allCases).subtracting([.footer, .run]))
    }

    @Test func `the index of a plain segment moves into the sealed one`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        try await fill(log, 1...60)
        let index = try open(mayWrite: true)
        let beside = try FrameFile(at: place.indexPath(of: 1), on: FileDevice())
        let before = try beside.tags.map { try beside.frame($0) }
        _ = try log.sealRolledSegments(now: later)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.index) == [])
        let behind = try FrameFile(at: place.path(of: packed), on: FileDevice())
        #expect(try beside.tags.map { try behind.frame($0) } == before)
        try check(index)
        try check(open(mayWrite: true))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.index) == [])
    }

    @Test func `a damaged index beside is not taken into the sealed segment`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        try await fill(log, 1...60)
        _ = try open(mayWrite: true)
        let path = URL(filePath: place.indexPath(of: 1))
        var bytes = [UInt8](try Data(contentsOf: path))
        bytes[40] ^= 1
        try Data(bytes).write(to: path)
        #expect(try log.reader.verify().findings.map(\.segment) == [SegmentName(first: 1).fileName])
        _ = try log.sealRolledSegments(now: later)
        #expect(try log.reader.verify().findings == [])
        try check(open(mayWrite: false))
    }

    @Test func `a segment that was sealed without an index gets one beside`() async throws {
        try await makeSealedLog()
        for name in try place.segments() where name.isSealed {
            let bytes = try directory.bytes(name.fileName)
            try directory.write(Array(bytes.prefix(try textEnd(bytes))), to: name.fileName)
        }
        #expect(try LogReader(directory: directory.path).verify().findings == [])
        #expect(try open(mayWrite: false).indexed.isEmpty)
        try check(open(mayWrite: false))
        let index = try open(mayWrite: true)
        #expect(index.indexed.count == (try place.segments().count) - 1)
        try check(index)
        try check(open(mayWrite: false))
    }

    @Test func `every changed byte behind the text is found, and no answer is wrong`()
        async throws
    {
        try await makeSealedLog(count: 25)
        let bytes = try directory.bytes(packed.fileName)
        for place in try textEnd(bytes)..<bytes.count {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 8)
            try directory.write(damaged, to: packed.fileName)
            let reader = LogReader(directory: directory.path)
            #expect(try reader.verify().findings.map(\.segment) == [packed.fileName], "\(place)")
            if place % 5 == 0 { try check(open(mayWrite: false)) }
            if place % 50 == 0 {
                try check(open(mayWrite: true))
                try FileManager.default.removeItem(atPath: self.place.index)
            }
        }
    }

    @Test func `damage between the blocks hides no line`() async throws {
        let log = try directory.open { $0.segmentBytes = 700_000 }
        try await fill(log, 1...40, padding: 30_000)
        _ = try log.sealRolledSegments(now: later)
        let bytes = try directory.bytes(packed.fileName)
        let layout = try LZ4Layout(walking: bytes.count) { offset, count in
            Array(bytes.dropFirst(offset).prefix(count))
        }
        for place in [0, 5, 14] + layout.blocks.map({ $0.offset - 2 }) {
            var damaged = bytes
            damaged[place] ^= 0x40
            try directory.write(damaged, to: packed.fileName)
            let reader = LogReader(directory: directory.path)
            #expect(readAll(reader).sequences == Array(1...40))
            #expect(try !reader.verify().findings.isEmpty)
        }
    }

    private func textEnd(_ bytes: [UInt8]) throws -> Int {
        try LZ4Layout(walking: bytes.count) { offset, count in
            Array(bytes.dropFirst(offset).prefix(count))
        }.frameEnd
    }
}
