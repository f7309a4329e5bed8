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

    private func sealAll(on device: any LogDevice = FileDevice()) throws {
        let directory = LogDirectory(path: directory.path, device: device)
        let sealer = SegmentSealer(directory: directory, grace: .zero)
        for name in try sealer.due(at: later) { try sealer.seal(name) }
    }

    private func indexNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: place.index)
            .filter { $0.hasSuffix(LogDirectory.indexSuffix) }
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
        try FileManager.default.removeItem(atPath: place.index)
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
        try log.close()
        let index = try open(mayWrite: true)
        let beside = try FrameFile(at: place.indexPath(of: 1), on: FileDevice())
        let before = try beside.tags.map { try beside.frame($0) }
        try sealAll()
        #expect(try indexNames() == [])
        let behind = try FrameFile(at: place.path(of: packed), on: FileDevice())
        #expect(try beside.tags.map { try behind.frame($0) } == before)
        try check(index)
        try check(open(mayWrite: true))
        #expect(try indexNames() == [])
    }

    @Test func `a damaged index beside is not taken into the sealed segment`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        try await fill(log, 1...60)
        try log.close()
        _ = try open(mayWrite: true)
        let path = URL(filePath: place.indexPath(of: 1))
        var bytes = [UInt8](try Data(contentsOf: path))
        bytes[40] ^= 1
        try Data(bytes).write(to: path)
        let reader = LogReader(directory: directory.path)
        #expect(try reader.verify().findings.map(\.segment) == [SegmentName(first: 1).fileName])
        try sealAll()
        #expect(try LogReader(directory: directory.path).verify().findings == [])
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
            if place % 9 == 0 { try check(open(mayWrite: false)) }
            if place % 90 == 0 {
                try check(open(mayWrite: true))
                try FileManager.default.removeItem(atPath: self.place.index)
            }
        }
    }

    @Test func `a reader finds streams, ids and moments while the log is written`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        let reader = LogReader(directory: directory.path)
        #expect(try reader.events(in: stream(1)) == [])
        for number in UInt64(1)...40 {
            _ = try await log.append([event(number, in: [stream(number % 3 + 1)])])
            if number == 15 { _ = try log.sealRolledSegments(now: later) }
            let known = try log.events(in: stream(2))
            #expect(try reader.events(in: stream(2)) == known)
            #expect(
                try reader.events(in: stream(2), after: 3, through: 20).count
                    == known.dropFirst(3).count { $0.envelope.sequence <= 20 }
            )
            #expect(try reader.sequence(of: id(number)) == number)
            #expect(try reader.sequence(of: id(number + 1)) == nil)
            let moment = Instant(microseconds: 1_700_000_000_000_000 + Int64(number))
            #expect(try reader.lastSequence(notAfter: moment) == number)
            #expect(
                try reader.lastSequence(notAfter: moment.adding(microseconds: -1)) == number - 1
            )
        }
        #expect(try reader.events(in: stream(9)) == [])
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

extension SealedIndexTests {
    /// After so many steps the device fails for good, as if the power had gone.
    @Test func `whatever step of sealing is the last, nothing is lost`() async throws {
        let log = try directory.open { $0.segmentBytes = 2000 }
        try await fill(log, 1...12)
        try log.close()
        let index = try open(mayWrite: true)
        let names = try place.segments()
        let beside = try indexNames()
        var files: [String: [UInt8]] = [:]
        for name in names { files[name.fileName] = try directory.bytes(name.fileName) }
        var isFinished = false
        var step = 0
        while !isFinished {
            let device = FaultyDevice()
            let left = StepCounter(step)
            device.fail { operation, _ in operation == .read || left.next() ? nil : EIO }
            do {
                try sealAll(on: device)
                isFinished = true
            } catch {
                #expect(step < 1000)
            }
            #expect(readAll(LogReader(directory: directory.path)).sequences == Array(1...12))
            try check(index)
            try check(open(mayWrite: false))
            try check(open(mayWrite: true))
            try directory.open().close()
            #expect(try LogReader(directory: directory.path).verify().findings == [])
            try restore(files, names, step % 2 == 0 ? beside : [])
            step += 1
        }
    }

    /// Everything plain again, with or without an index beside it.
    private func restore(
        _ files: [String: [UInt8]],
        _ names: [SegmentName],
        _ beside: [String]
    ) throws {
        for name in try directory.names() where name.hasSuffix(".lz4") || name.hasSuffix(".new") {
            try FileManager.default.removeItem(atPath: "\(directory.log)/\(name)")
        }
        for (name, bytes) in files { try directory.write(bytes, to: name) }
        try? FileManager.default.removeItem(atPath: place.index)
        if !beside.isEmpty { _ = try open(mayWrite: true) }
    }
}

extension SealedIndexTests {
    @Test func `a reader beside a busy writer never misses an event`() async throws {
        let log = try directory.open {
            $0.segmentBytes = 1500
            $0.sealingGrace = .zero
        }
        let path = directory.path
        let reading = Task {
            let reader = LogReader(directory: path)
            var seen = 0
            while seen < 100 {
                let acknowledged = try log.version(of: stream(1))
                let durable = log.lastSequence
                let events = try reader.events(in: stream(1))
                #expect(
                    events.map { $0.envelope.streams[0].version } == Array(1..<events.count + 1)
                )
                #expect(events.count >= max(seen, Int(durable / 2)))
                #expect(acknowledged >= seen)
                seen = events.count
                await Task.yield()
            }
        }
        for number in UInt64(1)...200 {
            _ = try await log.append([event(number, in: [stream(number % 2)])])
        }
        try await reading.value
        #expect(try log.events(in: stream(1)).count == 100)
        try log.close()
        #expect(try log.reader.verify().findings == [])
    }
}

extension SealedIndexTests {
    @Test(.enabled(if: pythonUnpacks, "python3 with lz4 is not installed"))
    func `Python reads a sealed segment`() async throws {
        let log = try directory.open { $0.segmentBytes = 3000 }
        try await fill(log, 1...20)
        let plain = try directory.bytes(SegmentName(first: 1).fileName)
        _ = try log.sealRolledSegments(now: later)
        let program =
            "import lz4.frame,sys;sys.stdout.buffer.write(lz4.frame.open(sys.argv[1]).read())"
        #expect(try python(program, place.path(of: packed)) == plain)
    }
}

private let pythonUnpacks = (try? python("import lz4.frame;print(1)")) == Array("1\n".utf8)

private func python(_ program: String, _ arguments: String...) throws -> [UInt8] {
    try output(of: "/usr/bin/env", ["python3", "-c", program] + arguments).output
}
