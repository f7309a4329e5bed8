import EventLine
import Foundation
import Testing

@testable import EventLog

@Suite struct LogIndexTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    private var place: LogDirectory { LogDirectory(path: directory.path, device: FileDevice()) }

    private func makeLog(_ count: Int, segmentBytes: Int = 3000) async throws -> Oracle {
        try await Oracle.make(in: directory, count, segmentBytes: segmentBytes)
    }

    private func open(_ count: Int = .max, mayWrite: Bool = true) throws -> LogIndex {
        try LogIndex.open(place, first: count, mayWrite: mayWrite)
    }

    @Test func `every lookup answers as a scan of the log does`() async throws {
        let oracle = try await makeLog(600)
        let index = try open()
        #expect(index.indexed.count > 50)
        try oracle.check(index)
        try oracle.check(open())
        try oracle.check(open(mayWrite: false))
    }

    @Test func `without an index every lookup answers the same`() async throws {
        let oracle = try await makeLog(200)
        let index = try open(mayWrite: false)
        #expect(index.indexed.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.index).isEmpty)
        try oracle.check(index)
    }

    @Test func `larger segments are found through their maps`() async throws {
        let oracle = try await makeLog(3000, segmentBytes: 700_000)
        let index = try open()
        #expect(index.indexed.count == 2)
        try oracle.check(index)
    }

    @Test func `a segment that is added is found like the others`() async throws {
        let oracle = try await makeLog(300)
        let names = try place.segments().dropLast()
        let index = try open(3)
        for name in names.dropFirst(3) {
            try index.add(name)
            try oracle.check(index, sparsely: true)
        }
        try oracle.check(index)
        #expect(index.indexed.map(\.first) == names.map(\.first))
    }

    @Test func `a segment that does not follow is not added`() async throws {
        _ = try await makeLog(100)
        let names = try place.segments()
        let index = try open(1)
        #expect(throws: LogError.self) { try index.add(names[2]) }
        try index.add(names[1])
        #expect(index.indexed.count == 2)
    }

    @Test func `a missing segment is a gap`() async throws {
        _ = try await makeLog(100)
        let names = try place.segments()
        try FileManager.default.removeItem(atPath: place.path(of: names[2]))
        #expect(throws: LogError.self) { try open() }
    }
}

extension LogIndex {
    /// Opens the index of the first segments, at most of all that are complete.
    static func open(
        _ place: LogDirectory,
        first count: Int = .max,
        mayWrite: Bool
    ) throws -> LogIndex {
        let names = try place.segments()
        let taken = min(count, names.count - 1)
        return try LogIndex.open(
            place,
            of: Array(names.prefix(taken)),
            before: names[taken].first,
            mayWrite: mayWrite
        )
    }
}

/// What the log holds, looked through from start to end.
struct Oracle {
    let events: [EventLine]
    let seed: UInt64

    /// A log of many small segments, and all of its events.
    static func make(
        in directory: DataDirectory,
        _ count: Int,
        segmentBytes: Int,
        seed: UInt64 = .random(in: 0 ... .max)
    ) async throws -> Oracle {
        var random = SeededGenerator(seed: seed)
        let log = try directory.open {
            $0.segmentBytes = segmentBytes
            $0.keepsUp = false
            // What is committed together stands in one segment.
            $0.groupBytes = 1000
        }
        var pending: [PendingAppend] = []
        for number in 0..<UInt64(count) {
            var streams = [stream(random.next() % 40)]
            let other = stream(random.next() % 7)
            if other != streams[0] { streams.append(other) }
            var new = event(number + 1, in: streams, padding: Int(random.next() % 300))
            new.id = UniqueID(
                at: Instant(microseconds: 1_700_000_000_000_000 + Int64(number) * 1000),
                random: (random.next(), random.next())
            )
            new.time = Instant(
                microseconds: 1_700_000_000_000_000 + Int64(number) * 1000
                    + Int64(random.next() % 5000)
            )
            new.type = "Something\(random.next() % 3).v1"
            pending.append(try log.submit([new]))
        }
        for append in pending { _ = try await append.receipt() }
        var lines = log.reader.lines()
        var events: [EventLine] = []
        while let line = try lines.next() { events.append(try line.event()) }
        try log.close()
        return Oracle(events: events, seed: seed)
    }

    func check(_ index: LogIndex, sparsely: Bool = false) throws {
        let known = events.prefix { $0.envelope.sequence <= index.lastSequence ?? 0 }
        var random = SeededGenerator(seed: seed)
        for number in UInt64(0)..<45 {
            try check(index, stream(number), known, &random)
        }
        for (place, event) in known.enumerated() where !sparsely || place % 17 == 0 {
            let envelope = event.envelope
            #expect(try index.line(at: envelope.sequence).event() == event)
            #expect(try index.sequence(of: envelope.id) == envelope.sequence)
        }
        #expect(try index.sequence(of: id(random.next())) == nil)
        for _ in 0..<40 {
            let time = Instant(
                microseconds: 1_700_000_000_000_000
                    + Int64(random.next() % UInt64(events.count + 20)) * 1000 - 10_000
            )
            let last = known.last { $0.envelope.time <= time }?.envelope.sequence ?? 0
            #expect(try index.lastSequence(notAfter: time) == last, "seed \(seed)")
        }
    }

    private func check(
        _ index: LogIndex,
        _ stream: StreamName,
        _ known: ArraySlice<EventLine>,
        _ random: inout SeededGenerator
    ) throws {
        let own = known.filter { $0.envelope.streams.contains { $0.stream == stream } }
        #expect(try index.version(of: stream) == own.count, "seed \(seed)")
        let found = try index.lines(of: stream)
        #expect(found.map(\.sequence) == own.map(\.envelope.sequence), "seed \(seed)")
        #expect(try found.map { try $0.event() } == Array(own))
        let through = random.next() % UInt64(events.count + 2)
        let after = Int(random.next() % UInt64(own.count + 2))
        let part = own.filter { $0.envelope.sequence <= through }.dropFirst(after)
        #expect(
            try index.lines(of: stream, after: after, through: through).map(\.sequence)
                == part.map(\.envelope.sequence),
            "seed \(seed)"
        )
    }
}

extension LogIndexTests {
    @Test func `an index that hides events is found out, and no short answer given`() async throws {
        // Two logs of the same lengths: in the second, other streams have the events 4 to 6.
        let other = try DataDirectory()
        for (target, number) in [(directory, UInt64(1)), (other, UInt64(2))] {
            let log = try target.open {
                $0.segmentBytes = 1000
                $0.groupBytes = 1
            }
            for place in UInt64(1)...12 {
                let isMoved = (4...6).contains(place)
                _ = try await log.append([event(place, in: [stream(isMoved ? number : 1)])])
            }
            try log.close()
        }
        _ = try open()
        let there = LogDirectory(path: other.path, device: FileDevice())
        _ = try LogIndex.open(there, first: .max, mayWrite: true)
        let first = try #require(try place.segments().last { $0.first <= 5 }).first
        try FileManager.default.removeItem(atPath: place.indexPath(of: first))
        try FileManager.default.copyItem(
            atPath: there.indexPath(of: first),
            toPath: place.indexPath(of: first)
        )
        for mayWrite in [false, true] {
            let index = try open(mayWrite: mayWrite)
            #expect {
                try index.lines(of: stream(1))
            } throws: { error in
                guard case .damaged(let findings) = error as? LogError,
                    case .streamVersion = findings.first?.problem
                else { return false }
                return true
            }
            #expect(
                try index.lines(of: stream(1), after: 9).map(\.sequence)
                    == [10, 11, 12].filter { $0 <= index.lastSequence ?? 0 }
            )
        }
        #expect(try LogReader(directory: directory.path).verify().findings.count == 1)
    }
}
