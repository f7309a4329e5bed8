import EventLine
import Foundation
import Testing

@testable import EventLog

private let later = Instant(microseconds: .max / 2)

@Suite struct ReaderTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    private func open(_ bytes: Int = 2000) throws -> EventLog {
        try directory.open { $0.segmentBytes = bytes }
    }

    @Test(arguments: 0...31)
    func `lines are read from behind any sequence`(sequence: UInt64) async throws {
        let log = try open()
        try await fill(log, 1...30)
        _ = try log.sealRolledSegments(now: later)
        let expected = sequence < 30 ? Array(sequence + 1...30) : []
        #expect(readAll(log.reader, after: sequence).sequences == expected)
    }

    @Test func `any line of a large segment is found`() async throws {
        let log = try open(64 << 20)
        for first in stride(from: UInt64(1), through: 3000, by: 100) {
            _ = try await log.append((first..<first + 100).map { event($0, padding: 400) })
        }
        for sequence in stride(from: UInt64(1), through: 3000, by: 37) {
            #expect(try log.reader.line(at: sequence).sequence == sequence)
        }
        #expect(throws: LogError.noSuchLine(sequence: 3001)) { try log.reader.line(at: 3001) }
        #expect(throws: LogError.noSuchLine(sequence: 0)) { try log.reader.line(at: 0) }
    }

    @Test func `a changed sequence does not mislead the search`() async throws {
        let log = try open(64 << 20)
        for first in stride(from: UInt64(1), through: 3000, by: 100) {
            _ = try await log.append((first..<first + 100).map { event($0, padding: 400) })
        }
        try log.close()
        let name = "00000000000000000001.jsonl"
        let text = try directory.bytes(name)
        let starts = [0] + text.indices.filter { text[$0] == 10 }.map { $0 + 1 }
        // The search looks first at the line behind the middle.
        let middle = try #require(starts.firstIndex { $0 > text.count / 2 })
        for line in [5, middle, 2995] {
            for digits in ["00000000000000000001", "00000000000000002999"] {
                var damaged = text
                let digitsStart = starts[line] + 33
                damaged.replaceSubrange(digitsStart..<digitsStart + 20, with: Array(digits.utf8))
                try directory.write(damaged, to: name)
                let reader = LogReader(directory: directory.path)
                for sequence in [UInt64(2), 1000, 2990] where sequence != UInt64(line + 1) {
                    #expect(try reader.line(at: sequence).sequence == sequence)
                }
                #expect(throws: LogError.self) { try reader.line(at: UInt64(line + 1)) }
            }
        }
    }

    @Test func `a reader sees what is written after it came to the end`() async throws {
        let log = try open()
        var lines = log.reader.lines()
        #expect(try lines.next() == nil)
        for number in UInt64(1)...30 {
            _ = try await log.append([event(number)])
            #expect(try lines.next()?.sequence == number)
            #expect(try lines.next() == nil)
        }
    }

    @Test func `a line that is being written is not shown`() async throws {
        let log = try open()
        try await fill(log, 1...2)
        try log.close()
        let name = "00000000000000000001.jsonl"
        let text = try directory.bytes(name)
        for length in 0...text.count {
            try directory.write(Array(text.prefix(length)), to: name)
            let found = readAll(LogReader(directory: directory.path))
            #expect(found.findings == [])
            #expect(found.sequences.count == text.prefix(length).count { $0 == 10 })
        }
    }

    @Test func `a reader keeps its place while segments roll and are sealed`() async throws {
        let log = try open(6000)
        var lines = log.reader.lines()
        try await fill(log, 1...5)
        #expect(try lines.next()?.sequence == 1)
        try await fill(log, 6...60)
        _ = try log.sealRolledSegments(now: later)
        var sequences: [UInt64] = []
        while let line = try lines.next() { sequences.append(line.sequence) }
        #expect(sequences == Array(2...60))
    }

    @Test func `a reader beside a writer and a sealer misses nothing and sees nothing twice`()
        async throws
    {
        let log = try open(3000)
        let path = directory.path
        try await withThrowingTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var sequences: [UInt64] = []
                    for try await line in LogReader(directory: path).follow(every: .milliseconds(1))
                    {
                        sequences.append(line.sequence)
                        if line.sequence == 600 { break }
                    }
                    return sequences
                }
            }
            group.addTask {
                for number in UInt64(1)...600 {
                    _ = try await log.append([event(number)])
                    if number % 50 == 0 { _ = try log.sealRolledSegments(now: later) }
                }
                return Array(1...600)
            }
            for try await sequences in group { #expect(sequences == Array(1...600)) }
        }
    }

    @Test func `a follower ends when its task is cancelled`() async throws {
        let log = try open()
        try await fill(log, 1...3)
        let reader = log.reader
        let task = Task {
            var count = 0
            for try await _ in reader.follow() { count += 1 }
            return count
        }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        #expect(try await task.value <= 3)
    }

    @Test func `a missing segment is a gap, and the rest is read`() async throws {
        let log = try open()
        try await fill(log, 1...30)
        let segments = try log.reader.segments()
        try FileManager.default.removeItem(atPath: segments[1].path)
        let found = readAll(log.reader)
        let gap = Array(segments[1].firstSequence..<segments[2].firstSequence)
        #expect(found.sequences == (1...30).filter { !gap.contains($0) })
        #expect(found.findings.map(\.sequence) == [segments[1].firstSequence])
        #expect(found.findings.first?.problem == .gap(found: segments[2].firstSequence))
    }

    @Test func `a rolled segment that lacks its last byte is reported`() async throws {
        let log = try open()
        try await fill(log, 1...30)
        let name = SegmentName(first: 1).fileName
        let text = try directory.bytes(name)
        try directory.write(Array(text.dropLast()), to: name)
        let found = readAll(log.reader)
        #expect(found.findings.first?.problem == .unterminated)
        #expect(found.sequences.count == 29)
    }

    @Test func `where there is no log, reading says so`() {
        let error = #expect(throws: LogError.self) {
            try LogReader(directory: "\(directory.path)/none").segments()
        }
        guard case .device = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

@Suite struct VerifyTests {
    let directory: DataDirectory
    private let name = "00000000000000000001.jsonl"

    init() throws { directory = try DataDirectory() }

    /// The findings for a text of these lines.
    private func findings(_ lines: [EventLine]) throws -> [LogFinding] {
        try FileManager.default.createDirectory(
            atPath: directory.log,
            withIntermediateDirectories: true
        )
        try directory.write(lines.flatMap(\.canonicalBytes), to: name)
        return try LogReader(directory: directory.path).verify().findings
    }

    private func line(
        _ sequence: UInt64,
        version: Int,
        commit: (Int, Int) = (1, 1)
    ) -> EventLine {
        event(sequence).line(
            sequence: sequence,
            streams: [StreamPosition(stream: stream(1), version: version)],
            commitIndex: commit.0,
            commitCount: commit.1
        )
    }

    @Test func `a sound log has no findings`() throws {
        #expect(try findings([line(1, version: 1), line(2, version: 2)]) == [])
    }

    @Test func `a gap is found with its place`() throws {
        let found = try findings([line(1, version: 1), line(3, version: 2)])
        let offset = line(1, version: 1).canonicalBytes.count
        #expect(
            found == [
                LogFinding(segment: name, offset: offset, sequence: 3, problem: .gap(found: 3))
            ]
        )
    }

    @Test func `a version out of turn is found`() throws {
        let found = try findings([line(1, version: 1), line(2, version: 3)])
        #expect(
            found.map(\.problem) == [
                .streamVersion(stream: stream(1).text, expected: 2, found: 3)
            ]
        )
    }

    @Test(arguments: [[(1, 2), (1, 1)], [(1, 2), (2, 3)], [(2, 2), (1, 1)], [(1, 3), (3, 3)]])
    func `a commit that is not whole is found`(places: [(Int, Int)]) throws {
        let lines = places.enumerated().map {
            line(UInt64($0 + 1), version: $0 + 1, commit: $1)
        }
        #expect(
            try findings(lines).contains {
                if case .commit = $0.problem { true } else { false }
            }
        )
    }

    @Test func `every single changed byte is found`() async throws {
        let log = try directory.open()
        try await fill(log, 1...3)
        try log.close()
        let text = try directory.bytes(name)
        for place in text.indices.dropLast() {
            var damaged = text
            damaged[place] ^= 0x01
            try directory.write(damaged, to: name)
            let verification = try LogReader(directory: directory.path).verify()
            #expect(!verification.isSound, "byte \(place)")
            #expect(verification.lineCount >= 1)
        }
    }
}
