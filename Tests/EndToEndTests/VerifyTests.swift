import EventLine
import Foundation
import Testing

/// Checking and packing the log from the command line.
@Suite struct VerifyTests {
    let sandbox: Sandbox
    private var segment: String { "\(sandbox.data)/log/00000000000000000001.jsonl" }

    init() throws {
        sandbox = try Sandbox()
        _ = try sandbox.daybook(["run", "TurnOnProfileBeforeAcceptance"])
    }

    private func verifyJSON() throws -> (status: Int32, outcome: JSONValue) {
        let finished = try sandbox.daybook(["verify", "--json"])
        return (finished.status, try JSONValue(parsing: Array(finished.output.utf8.dropLast())))
    }

    @Test func `a sound log is said to be as it was written`() throws {
        let finished = try sandbox.daybook(["verify"])
        #expect(finished.status == 0)
        #expect(finished.output.hasSuffix("segments. All is as it was written.\n"))
        #expect(finished.errors == "")
        let (status, outcome) = try verifyJSON()
        #expect(status == 0)
        #expect(outcome["sound"] == true && outcome["findings"] == .array([]))
        #expect(outcome["events"]?.integer ?? 0 > 1)
    }

    @Test func `a changed byte is named by segment, offset and sequence`() throws {
        var bytes = try sandbox.logBytes()
        let second = try #require(bytes.firstIndex(of: 10)) + 1
        bytes[second + 200] ^= 1
        try bytes.write(to: URL(fileURLWithPath: segment))
        let before = try sandbox.logFiles()
        let (status, outcome) = try verifyJSON()
        #expect(status == 1)
        #expect(outcome["sound"] == false)
        let finding = try #require(outcome["findings"]?.array?.first)
        #expect(outcome["findings"]?.array?.count == 1)
        #expect(finding["segment"]?.string == "00000000000000000001.jsonl")
        #expect(finding["offset"]?.integer == Int64(second))
        #expect(finding["sequence"]?.integer == 2)
        let finished = try sandbox.daybook(["verify"])
        #expect(finished.status == 1)
        #expect(finished.output.contains("at byte \(second), sequence 2: "))
        #expect(finished.output.hasSuffix("One thing is wrong.\n"))
        #expect(try sandbox.logFiles() == before)
    }

    @Test(arguments: ["verify", "seal"])
    func `where there is no store, that is said`(verb: String) throws {
        let finished = try sandbox.daybook([verb], data: "\(sandbox.path)/none")
        #expect(finished.status == 2)
        #expect(finished.errors.hasPrefix("daybook: "))
    }

    @Test func `sealing packs complete segments and leaves the newest`() throws {
        // Only what a newer segment follows is complete: begin one where the first ends.
        let count = try #require(try verifyJSON().outcome["events"]?.integer)
        let digits = String(count + 1)
        let next =
            "\(sandbox.data)/log/\(String(repeating: "0", count: 20 - digits.count))\(digits)"
        try Data().write(to: URL(fileURLWithPath: next + ".jsonl"))
        #expect(try sandbox.daybook(["seal"]).output == "")
        let plain = try Data(contentsOf: URL(fileURLWithPath: segment))
        let finished = try sandbox.daybook(["seal", "--now"])
        #expect(finished.status == 0, "\(finished.errors)")
        #expect(finished.output == "00000000000000000001.jsonl\n")
        #expect(!FileManager.default.fileExists(atPath: segment))
        let read = try sandbox.daybook(["log", "read"])
        #expect(Data(read.output.utf8) == plain)
        #expect(try verifyJSON().status == 0)
    }
}
