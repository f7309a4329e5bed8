import EventLine
import Foundation
import Testing

@testable import EventLog

private let first = "00000000000000000001.jsonl"

@Suite struct RecoveryTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    /// A log of some events, closed, and its text.
    private func written(_ count: UInt64 = 4) async throws -> [UInt8] {
        let log = try directory.open()
        try await fill(log, 1...count)
        try log.close()
        return try directory.bytes(first)
    }

    private func start(of line: Int, in text: [UInt8]) -> Int {
        text.split(separator: 10).prefix(line).reduce(0) { $0 + $1.count + 1 }
    }

    @Test func `a text torn at any byte of its last lines is restored from the journal`()
        async throws
    {
        let text = try await written()
        for length in start(of: 2, in: text)..<text.count {
            try directory.write(Array(text.prefix(length)), to: first)
            let log = try directory.open()
            #expect(try directory.bytes(first) == text)
            #expect(log.recovery.cut == nil)
            #expect(log.recovery.restoredLineCount > 0)
            #expect(log.lastSequence == 4)
            try log.close()
        }
    }

    @Test func `a text torn at any byte is cut behind the last whole commit without a journal`()
        async throws
    {
        let text = try await written()
        let lastStart = start(of: 3, in: text)
        for length in lastStart + 1..<text.count {
            try directory.write(Array(text.prefix(length)), to: first)
            try directory.removeJournal()
            let log = try directory.open()
            #expect(try directory.bytes(first) == Array(text.prefix(lastStart)))
            let kept = "\(first).broken-\(lastStart)"
            #expect(try directory.bytes(kept) == Array(text[lastStart..<length]))
            #expect(log.recovery.cut?.byteCount == length - lastStart)
            #expect(log.lastSequence == 3)
            try log.close()
            try FileManager.default.removeItem(atPath: "\(directory.log)/\(kept)")
        }
    }

    @Test func `a commit of several events is cut as a whole`() async throws {
        let log = try directory.open()
        _ = try await log.append([event(1)])
        _ = try await log.append([event(2), event(3), event(4)])
        try log.close()
        let text = try directory.bytes(first)
        for line in [2, 3] {
            try directory.write(Array(text.prefix(start(of: line, in: text))), to: first)
            try directory.removeJournal()
            let again = try directory.open()
            #expect(again.lastSequence == 1)
            #expect(try again.version(of: stream(1)) == 1)
            try again.close()
        }
    }

    @Test func `broken ends at the same place are all kept`() async throws {
        let text = try await written()
        let end = start(of: 3, in: text)
        for _ in 0..<2 {
            try directory.write(Array(text.prefix(end + 7)), to: first)
            try directory.removeJournal()
            try directory.open().close()
        }
        #expect(
            try directory.names().filter { $0.contains("broken") }
                == ["\(first).broken-\(end)", "\(first).broken-\(end)-2"]
        )
    }

    @Test func `zeros behind the text are cut`() async throws {
        let text = try await written()
        try directory.write(text + [UInt8](repeating: 0, count: 5000), to: first)
        let log = try directory.open()
        #expect(try directory.bytes(first) == text)
        #expect(log.recovery.cut?.byteCount == 5000)
    }

    @Test(arguments: ["{\"specversion\":\"2.0\"}\n", "hello", "{\"a\":1}\n{\"a\":2}\n"])
    func `a file of another format is refused, not cut`(text: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory.log,
            withIntermediateDirectories: true
        )
        try directory.write(Array(text.utf8), to: first)
        let error = #expect(throws: LogError.self) { try directory.open() }
        guard case .foreignFormat = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try directory.bytes(first) == Array(text.utf8))
    }

    @Test func `a first line torn at any byte is cut`() async throws {
        let text = try await written(1)
        for length in 1..<text.count {
            try directory.write(Array(text.prefix(length)), to: first)
            try directory.removeJournal()
            let log = try directory.open()
            #expect(log.lastSequence == 0)
            try log.close()
        }
    }

    @Test func `a commit that only reached the journal becomes visible`() async throws {
        let text = try await written()
        try directory.write([], to: first)
        let log = try directory.open()
        #expect(try directory.bytes(first) == text)
        #expect(log.recovery.restoredLineCount == 4)
    }

    @Test func `a segment that only the journal knows of is made again`() async throws {
        let text = try await written()
        try FileManager.default.removeItem(atPath: "\(directory.log)/\(first)")
        let log = try directory.open()
        #expect(try directory.bytes(first) == text)
        #expect(log.lastSequence == 4)
    }

    @Test func `damage in the text that the journal holds is repaired`() async throws {
        let text = try await written()
        var damaged = text
        damaged[start(of: 1, in: text) + 200] ^= 1
        try directory.write(damaged, to: first)
        try directory.open().close()
        #expect(try directory.bytes(first) == text)
    }

    @Test func `damage in the middle is reported, not cut`() async throws {
        let text = try await written()
        var damaged = text
        let offset = start(of: 1, in: text)
        damaged[offset + 200] ^= 1
        try directory.write(damaged, to: first)
        try directory.removeJournal()
        let finding = LogFinding(segment: first, offset: offset, sequence: 2, problem: .checksum)
        let error = #expect(throws: LogError.self) { try directory.open() }
        guard case .damaged(let findings) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(findings.first == finding)
        #expect(try directory.bytes(first) == damaged)
        let found = readAll(LogReader(directory: directory.path))
        #expect(found.sequences == [1, 3, 4])
        #expect(found.findings.first == finding)
    }

    @Test func `lines that are missing before the journal begins are reported`() async throws {
        let text = try await written(4)
        let log = try directory.open()
        try await fill(log, 5...6)
        try log.close()
        try directory.write(Array(text.prefix(start(of: 3, in: text))), to: first)
        let error = #expect(throws: LogError.self) { try directory.open() }
        guard case .damaged(let findings) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(
            findings == [
                LogFinding(
                    segment: first,
                    offset: start(of: 3, in: text),
                    sequence: 4,
                    problem: .missing(through: 4)
                )
            ]
        )
    }

    @Test func `the journal of another log is refused`() async throws {
        _ = try await written()
        let other = try DataDirectory()
        let log = try other.open()
        _ = try await log.append([event(9, in: [stream(9)])])
        try log.close()
        try FileManager.default.removeItem(atPath: directory.journal)
        try FileManager.default.copyItem(atPath: other.journal, toPath: directory.journal)
        let text = try directory.bytes(first)
        let error = #expect(throws: LogError.self) { try directory.open() }
        guard case .foreignFormat = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try directory.bytes(first) == text)
    }

    @Test func `a journal torn at any byte loses only what was not acknowledged`() async throws {
        let log = try directory.open()
        _ = try await log.append([event(1)])
        try log.close()
        let before = try directory.bytes(first)
        let again = try directory.open()
        _ = try await again.append([event(2)])
        try again.close()
        let journal = try Data(contentsOf: URL(filePath: directory.journal))
        let seed = UInt64.random(in: 0..<1000)
        for length in stride(from: Int(seed % 13), to: 700, by: 13) {
            var torn = journal
            torn.replaceSubrange(
                4096 + length..<8192,
                with: [UInt8](repeating: 0, count: 4096 - length)
            )
            try torn.write(to: URL(filePath: directory.journal))
            try directory.write(before, to: first)
            let log = try directory.open()
            let isWhole = torn == journal
            #expect(log.lastSequence == (isWhole ? 2 : 1), "length \(length), seed \(seed)")
            try log.close()
        }
    }

    @Test func `the journal is used again and again`() async throws {
        let log = try directory.open { $0.journalBytes = 64 << 10 }
        try await fill(log, 1...100, padding: 1000)
        try log.close()
        let text = try directory.bytes(first)
        let again = try directory.open()
        #expect(again.lastSequence == 100)
        #expect(again.recovery == RecoveryReport())
        try again.close()
        #expect(try directory.bytes(first) == text)
    }

    @Test func `opening again and again changes nothing`() async throws {
        let text = try await written()
        for _ in 0..<5 {
            let log = try directory.open()
            #expect(log.recovery == RecoveryReport())
            try log.close()
        }
        #expect(try directory.bytes(first) == text)
    }

    @Test func `a log goes on where it ended`() async throws {
        let log = try directory.open()
        try await fill(log, 1...4)
        try log.close()
        let again = try directory.open()
        #expect(try again.version(of: stream(2)) == 2)
        let receipt = try await again.append([event(5, in: [stream(2)])])
        #expect(receipt.first == 5)
        #expect(receipt.events[0].envelope.streams[0].version == 3)
    }
}
