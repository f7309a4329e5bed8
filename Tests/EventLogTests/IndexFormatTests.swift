import EventLine
import Foundation
import Testing

@testable import EventLog

@Suite struct IndexFormatTests {
    @Test(arguments: [0, 1, 127, 128, 129, 16383, 16384, 1 << 32, 1 << 62])
    func `a number is read as it was written`(number: UInt64) {
        var bytes: [UInt8] = []
        bytes.appendVarint(number)
        var place = 0
        #expect(bytes.varint(at: &place) == number)
        #expect(place == bytes.count)
        for count in 0..<bytes.count {
            place = 0
            #expect(Array(bytes.prefix(count)).varint(at: &place) == nil)
        }
    }

    @Test(arguments: [0, 1, 2, 127, 128, 129, 5000])
    func `every key of a table is found, and no other`(keyCount: Int) throws {
        var random = SeededGenerator()
        var known: [UInt32: [UInt64]] = [:]
        for _ in 0..<keyCount {
            var places: Set<UInt64> = []
            for _ in 0...random.next() % 5 { places.insert(random.next() % 200_000) }
            known[UInt32(truncatingIfNeeded: random.next())] = places.sorted()
        }
        let table = try FrameFile(Self.table(known))
        for (key, places) in known {
            #expect(try table.places(of: StreamKey(rawValue: key)) == places, "\(random.seed)")
        }
        for _ in 0..<500 {
            let key = UInt32(truncatingIfNeeded: random.next())
            #expect(try table.places(of: StreamKey(rawValue: key)) == known[key] ?? [])
        }
        for key in [UInt32.min, .max, 1 << 31] {
            #expect(try table.places(of: StreamKey(rawValue: key)) == known[key] ?? [])
        }
    }

    @Test func `a key that is the least or the greatest is found`() throws {
        let known: [UInt32: [UInt64]] = [0: [0], .max: [0, 4_000_000_000]]
        let table = try FrameFile(Self.table(known))
        for (key, places) in known {
            #expect(try table.places(of: StreamKey(rawValue: key)) == places)
        }
    }

    @Test func `a changed bit of a table is noticed or changes nothing`() throws {
        let known = Dictionary(
            uniqueKeysWithValues: (0..<300).map {
                (UInt32($0) &* 2_654_435_761, [UInt64($0), UInt64($0) + 7])
            }
        )
        let frames = Self.table(known)
        for place in frames.indices {
            var damaged = frames
            damaged[place] ^= 1 << UInt8(place % 8)
            guard let table = try? FrameFile(damaged) else { continue }
            for key in known.keys.prefix(40) {
                let found = try? table.places(of: StreamKey(rawValue: key))
                #expect(found == nil || found == known[key], "byte \(place)")
            }
        }
    }

    @Test func `a filter knows what it was given, and little else`() {
        var random = SeededGenerator()
        let keys = (0..<10_000).map { _ in
            StreamKey(rawValue: UInt32(truncatingIfNeeded: random.next()))
        }
        var filter = StreamFilter(streamCount: keys.count)
        for key in keys { filter.insert(key) }
        #expect(keys.allSatisfy { filter.mayContain($0) })
        let others = (0..<10_000).count { _ in
            filter.mayContain(StreamKey(rawValue: UInt32(truncatingIfNeeded: random.next())))
        }
        #expect(others < 500, "\(random.seed)")
        #expect(StreamFilter(bytes: filter.bytes) == filter)
        #expect(StreamFilter(bytes: Array(filter.bytes.dropLast())) == nil)
    }

    @Test func `a frame with any changed bit is not read`() {
        let frame = IndexFrame.encoded(.summary, Array(0..<40))
        #expect(IndexFrame.rest(of: frame, .summary) == Array(0..<40))
        #expect(IndexFrame.rest(of: frame, .times) == nil)
        for place in frame.indices {
            for bit in UInt8(0)..<8 {
                var damaged = frame
                damaged[place] ^= 1 << bit
                #expect(IndexFrame.rest(of: damaged, .summary) == nil)
            }
        }
    }

    @Test func `numbers are sorted by their upper half, and equal ones stay in order`() {
        var random = SeededGenerator()
        var numbers = (0..<20_000).map { UInt64(random.next() % 3000) << 51 | $0 }
        let expected = numbers.sorted()
        RadixSort.byHighHalf(&numbers)
        #expect(numbers == expected, "\(random.seed)")
    }

    private static func table(_ known: [UInt32: [UInt64]]) -> [UInt8] {
        var writer = PostingWriter(bits: PostingTable.bits(keyCount: known.count))
        for (key, places) in known.sorted(by: { $0.key < $1.key }) {
            for place in places { writer.append(StreamKey(rawValue: key), place) }
        }
        let (buckets, directory) = writer.finish()
        var frames = FrameSequence()
        frames.append(.buckets, buckets)
        frames.append(.directory, directory)
        return frames.finished()
    }
}

extension IndexFormatTests {
    /// The documented lines of hexadecimal digits, block by block.
    private func vectors() throws -> (line: [UInt8], blocks: [[UInt8]]) {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "Sources/EventLog/EventLog.docc/LogFormat.md"),
            encoding: .utf8
        )
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("{\"spec") })
        let section = try #require(text.components(separatedBy: "### Index vectors").last)
        let blocks = section.components(separatedBy: "```hex\n").dropFirst()
            .map { $0.components(separatedBy: "```")[0].filter { $0 != "\n" } }
        return (
            Array(line.utf8),
            blocks.map { digits in
                stride(from: 0, to: digits.count, by: 2).compactMap { place in
                    UInt8(digits.dropFirst(place).prefix(2), radix: 16)
                }
            }
        )
    }

    @Test func `the documented bucket and key are those of the program`() throws {
        let blocks = try vectors().blocks
        #expect(blocks.count == 2)
        for (key, places) in [(5, [3]), (300, [0, 1, 200]), (6, []), (1000, [])]
            as [(UInt32, [UInt64])]
        {
            let key = StreamKey(rawValue: key)
            #expect(PostingBucket.places(of: key, in: blocks[0], leastKey: 0) == places)
        }
        var writer = PostingWriter(bits: 0)
        for (key, place) in [(5, 3), (300, 0), (300, 1), (300, 200)] as [(UInt32, UInt64)] {
            writer.append(StreamKey(rawValue: key), place)
        }
        #expect(writer.finish().buckets == blocks[0])
        let name = try #require(StreamName("client/019a8c3e-5b00-7002-8000-000000000002"))
        #expect(StreamKey(name).rawValue == 0xf669_73d4)
    }

    @Test func `the documented frames are written to the byte`() throws {
        let vectors = try vectors()
        let directory = try DataDirectory()
        try FileManager.default.createDirectory(
            atPath: directory.log,
            withIntermediateDirectories: true
        )
        let name = SegmentName(first: 1)
        try directory.write(vectors.line + [10], to: name.fileName)
        let place = LogDirectory(path: directory.path, device: FileDevice())
        let contents = try SegmentContents(scanning: place.open(name))
        #expect(SegmentFrames.encoded(contents) == vectors.blocks[1])
    }

    @Test func `the documented frames hold what their text says`() throws {
        let file = try FrameFile(try vectors().blocks[1])
        let summary = try file.summary()
        #expect(summary.first == 1 && summary.last == 1 && summary.plainBytes == 412)
        let time = Instant(microseconds: 1_795_235_101_123_456)
        #expect(summary.times == time...time)
        #expect("\(summary.ids.lowerBound)" == "019a8c3e-5b00-7001-8000-000000000001")
        #expect(try file.places(of: StreamKey(rawValue: 0xf669_73d4)) == [0])
        #expect(try LineMap(file.rest(of: .lineMap))?.entries == [.init(ordinal: 0, offset: 0)])
        let range = time.microseconds...time.microseconds
        #expect(try TimeMap(file.rest(of: .times))?.steps == [range])
        let filter = try #require(StreamFilter(bytes: try file.rest(of: .filter)))
        #expect(filter.mayContain(StreamKey(rawValue: 0xf669_73d4)))
        #expect(try file.rest(of: .ids) == [1, 0, 0, 0])
    }
}

extension IndexFormatTests {
    /// Checksums are no shield against somebody who computes them.
    @Test func `tables of nonsense with right checksums do not trap`() throws {
        var random = SeededGenerator()
        for _ in 0..<2000 {
            let bits = Int(random.next() % 3)
            let bucket = (0..<random.next() % 40).map { _ in
                UInt8(truncatingIfNeeded: random.next() | (random.next() % 3 == 0 ? 0x80 : 0))
            }
            var directory: [UInt8] = []
            directory.appendLittleEndian(UInt32(bits))
            directory.appendLittleEndian(UInt32.random(in: 0...9, using: &random))
            for _ in 0..<1 << bits {
                directory.appendLittleEndian(UInt32(0))
                directory.appendLittleEndian(CRC32C.checksum(bucket))
            }
            directory.appendLittleEndian(UInt32(bucket.count))
            var frames = FrameSequence()
            frames.append(.buckets, bucket)
            frames.append(.directory, directory)
            let file = try FrameFile(frames.finished())
            for _ in 0..<10 {
                let key = StreamKey(rawValue: UInt32(truncatingIfNeeded: random.next() % 300))
                let places = (try? file.places(of: key)) ?? []
                #expect(places == places.sorted(), "seed \(random.seed)")
            }
            var stream = try PostingStream(file)
            while (try? stream.nextKey()) != nil, (try? stream.places()) != nil {}
        }
    }
}
