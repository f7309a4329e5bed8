import EventLine
import Foundation
import Testing

@testable import EventLog

@Suite struct FormatTests {
    /// The lines in the code block under "Test vectors" of the format's documentation.
    private func vectors() throws -> [[UInt8]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "Sources/EventLog/EventLog.docc/LogFormat.md"),
            encoding: .utf8
        )
        let section = try #require(text.components(separatedBy: "### Test vectors").last)
        let block = section.components(separatedBy: "```json\n")[1].components(separatedBy: "```")[
            0
        ]
        return block.split(separator: "\n").map { Array($0.utf8) }
    }

    @Test func `the documented lines are read and written to the byte`() throws {
        let vectors = try vectors()
        #expect(vectors.count == 2)
        for line in vectors {
            #expect(LineCheck.problem(in: line) == nil)
            #expect(try EventLine(parsing: line).canonicalBytes == line + [10])
        }
    }

    @Test func `the documented lines hold what their text says`() throws {
        let events = try vectors().map { try EventLine(parsing: $0) }
        #expect(events.map(\.envelope.sequence) == [1, 183_022])
        let second = events[1].envelope
        #expect(second.streams.map(\.version) == [7, 12])
        #expect(second.subject.category == "portalAccount")
        #expect(second.commitIndex == 2 && second.commitCount == 3)
        #expect(second.onBehalfOf == "organisation \"Riverside\"")
        #expect(second.traceParent?.hasPrefix("00-4bf9") == true)
        #expect(events[0].envelope.client == nil)
    }

    @Test func `the sequence stands at byte 33`() throws {
        for line in try vectors() {
            #expect(
                String(decoding: line[33..<53], as: UTF8.self)
                    == twentyDigits(try EventLine(parsing: line).envelope.sequence)
            )
        }
    }

    @Test(arguments: [
        "00000000000000000001.jsonl", "00000000000000183022.jsonl.lz4",
        "09223372036854775806.jsonl",
    ])
    func `a segment is named as it is read`(name: String) throws {
        #expect(SegmentName(name)?.fileName == name)
    }

    @Test(arguments: [
        "1.jsonl", "00000000000000000000.jsonl", "00000000000000000001.jsonl.lz4.new",
        "00000000000000000001.jsonl.broken-17", "09223372036854775807.jsonl",
        "99999999999999999999.jsonl", "current.jsonl", "",
        "0000000000000000000١.jsonl",
    ])
    func `what is not the name of a segment is not taken for one`(name: String) {
        #expect(SegmentName(name) == nil)
    }

    private func frame(of line: String) -> [UInt8] {
        var group = CommitGroup(first: 7, count: 1, lines: line.utf8)
        JournalFrame.seal(&group, run: 3)
        return group.bytes
    }

    @Test func `a frame torn after any byte does not parse`() {
        let frame = frame(of: "{}\n")
        #expect(JournalFrame(frame)?.group.lines == Array("{}\n".utf8)[...])
        for count in frame.indices { #expect(JournalFrame(Array(frame.prefix(count))) == nil) }
    }

    @Test func `a frame with any changed bit does not parse`() {
        let frame = frame(of: "{}\n")
        for place in frame.indices {
            for bit in UInt8(0)..<8 {
                var damaged = frame
                damaged[place] ^= 1 << bit
                #expect(JournalFrame(damaged) == nil)
            }
        }
    }
}
