import EventLine
import Foundation
import Testing

/// Rebuilding and verifying beside a process that writes, and after one that was killed.
@Suite struct RebuildTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func `a rebuild runs beside a batch, which goes on and answers from the new files`()
        throws
    {
        let input = try InputPipe()
        defer { input.closeBoth() }
        let batch = try writer(input)
        var lines = 0
        for round in 1...4 {
            try register("Before\(round)", input)
            lines += 2
            try batch.waitForLines(lines)
            let rebuilt = try sandbox.daybook(["rebuild", "--json"])
            #expect(rebuilt.status == 0, "\(rebuilt.errors)")
            try register("After\(round)", input)
            lines += 2
            try batch.waitForLines(lines)
        }
        input.closeWriting()
        let finished = batch.finish()
        #expect(finished.status == 0, "\(finished.errors)")
        let replies = try finished.replies
        #expect(replies.allSatisfy { $0["ok"] == true })
        let counts = replies.compactMap { $0["result"]?.array?.count }
        #expect(counts == Array(1...8))
        #expect(try clientCount() == 8)
        try expectSound()
    }

    @Test func `a rebuild that was killed anywhere does no harm and is gone on with`() throws {
        let input = try InputPipe()
        defer { input.closeBoth() }
        let batch = try writer(input)
        for number in 1...300 { try register("Client\(number)", input, asking: false) }
        try batch.waitForLines(300)
        for delay in [1, 5, 15, 30, 45, 60, 90, 120] {
            let rebuild = try Child(["rebuild"], in: sandbox, data: sandbox.data, input: nil)
            usleep(UInt32(delay) * 1000)
            rebuild.kill()
            try register("Killed\(delay)", input, asking: true)
        }
        try batch.waitForLines(316)
        #expect(try sandbox.daybook(["rebuild"]).status == 0)
        input.closeWriting()
        let finished = batch.finish()
        #expect(finished.status == 0, "\(finished.errors)")
        let counts = try finished.replies.compactMap { $0["result"]?.array?.count }
        #expect(counts == Array(301...308))
        try expectSound()
        let left = try FileManager.default.contentsOfDirectory(
            atPath: "\(sandbox.data)/projections"
        ).filter { $0.contains("building") || $0.hasPrefix("scratch") }
        #expect(left == [])
    }

    @Test func `a writer that was killed leaves projections that go on`() throws {
        for round in 1...3 {
            let input = try InputPipe()
            defer { input.closeBoth() }
            let batch = try writer(input)
            for number in 1...20 { try register("R\(round)N\(number)", input, asking: false) }
            try batch.waitForLines(20)
            batch.kill()
            let list = try sandbox.daybook(["show", "ClientList", "--json"]).replies.first
            #expect(list?["result"]?.array?.count == round * 20)
        }
        #expect(try sandbox.daybook(["projections", "verify"]).status == 0)
        #expect(try clientCount() == 60)
    }

    @Test func `show waits for an event that another process writes`() throws {
        let head = try sandbox.daybook(["stats", "--json"]).replies.first?["events"]?.integer ?? 0
        let reader = try Child(
            ["show", "ClientList", "--after", "\(head + 1)", "--json"],
            in: sandbox,
            data: sandbox.data,
            input: nil
        )
        _ = try sandbox.batch([
            #"{"command":"RegisterClient","input":\#(card("Lane"))}"#,
            #"{"show":"ClientList","after":\#(head + 1)}"#,
        ])
        let finished = reader.finish()
        #expect(finished.status == 0, "\(finished.errors)")
        #expect(try finished.replies.first?["result"]?.array?.count == 1)
        let ahead = try sandbox.batch([#"{"show":"ClientList","after":\#(head + 2)}"#])
        #expect(ahead.first?["reason"] == "invalidInput")
        #expect(ahead.first?["field"] == "after")
        let wrong = try sandbox.batch([#"{"show":"ClientList","after":"soon"}"#])
        #expect(wrong.first?["field"] == "after")
    }

    @Test func `the rows as of a moment go into a file that any tool opens`() throws {
        _ = try sandbox.batch(
            (1...3).map { name in
                #"{"command":"RegisterClient","input":\#(card("N\(name)"))}"#
            }
        )
        let head = try sandbox.daybook(["stats", "--json"]).replies.first?["events"]?.integer ?? 0
        let file = "\(sandbox.path)/then.sqlite"
        let written = try sandbox.daybook(["rebuild", "--at", "\(head - 1)", "--into", file])
        #expect(written.status == 0, "\(written.errors)")
        #expect(try sql(file, "select value from about where name = 'sequence'") == "\(head - 1)")
        #expect(try sql(file, "select count(*) from audit_trail") == "\(head - 1)")
        #expect(try sql(file, "pragma integrity_check") == "ok")
        #expect(try sql(file, "pragma journal_mode") == "delete")
        let again = try sandbox.daybook(["rebuild", "--at", "3", "--into", file])
        #expect(again.status == 2)
        #expect(again.errors.contains("is there already"))
        let lost = try sandbox.daybook(["rebuild", "--at", "3"])
        #expect(lost.status == 2)
        #expect(lost.errors.contains("--into"))
        let folder = "\(sandbox.path)/files"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        #expect(try sandbox.daybook(["rebuild", "letters", "--into", folder]).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["letters.sqlite"])
    }

    @Test func `verify with a replay finds what only the projections have`() throws {
        let sound = try sandbox.daybook(["verify", "--replay", "--json"])
        #expect(sound.status == 0, "\(sound.errors)")
        let compared = try sound.replies.first?["projections"]?.array
        #expect(compared?.isEmpty == false)
        #expect(compared?.allSatisfy { $0["sound"] == true } == true)
        // A file that is none of ours in the place of one.
        let link = "\(sandbox.data)/projections/letters.sqlite"
        try FileManager.default.removeItem(atPath: link)
        try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: link))
        let found = try sandbox.daybook(["verify", "--replay"])
        #expect(found.status == 1)
        #expect(found.output.contains("run `daybook rebuild letters`"))
        #expect(try sandbox.daybook(["verify"]).status == 0)
        #expect(try sandbox.daybook(["rebuild", "letters"]).status == 0)
        #expect(try sandbox.daybook(["verify", "--replay"]).status == 0)
    }

    // MARK: - Steps

    private func writer(_ input: InputPipe) throws -> Child {
        try Child(
            ["run", "--batch", "-"],
            in: sandbox,
            data: sandbox.data,
            input: input.reading
        )
    }

    private func card(_ name: String) -> String {
        #"{"givenName":"Ada","familyName":"\#(name)","dateOfBirth":"1980-02-29"}"#
    }

    /// Registers a client, and asks for all of them.
    private func register(_ name: String, _ input: InputPipe, asking: Bool = true) throws {
        try input.write(#"{"command":"RegisterClient","input":\#(card(name))}"# + "\n")
        if asking { try input.write(#"{"show":"ClientList"}"# + "\n") }
    }

    private func clientCount() throws -> Int? {
        try sandbox.daybook(["show", "ClientList", "--json"]).replies.first?["result"]?.array?
            .count
    }

    private func expectSound() throws {
        let verified = try sandbox.daybook(["projections", "verify"])
        #expect(verified.status == 0, "\(verified.output)")
        let list = try sandbox.daybook(["projections", "list", "--json"])
        #expect(list.status == 0)
        #expect(try list.replies.first?.array?.allSatisfy { $0["lag"] == 0 } == true)
    }

    private func sql(_ file: String, _ query: String) throws -> String {
        let script =
            "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2])"
            + ".fetchone()[0])"
        let asked = try shell("python3 -c '\(script)' '\(file)' \"\(query)\"")
        return asked.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
