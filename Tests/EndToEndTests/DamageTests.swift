import EventLine
import Foundation
import Testing

/// Crashes and damage, seen from outside.
@Suite struct DamageTests {
    let sandbox: Sandbox
    private var segment: String { "\(sandbox.data)/log/00000000000000000001.jsonl" }

    init() throws { sandbox = try Sandbox() }

    @Test func `a torn end of the log is mended from the journal, and said`() throws {
        _ = try sandbox.daybook(["run", "TurnOnProfileBeforeAcceptance"])
        let whole = try sandbox.logBytes()
        truncate(segment, whole.count - 30)
        let finished = try sandbox.daybook(["rebuild"])
        #expect(finished.status == 0)
        #expect(finished.errors.contains("restored from the journal"))
        #expect(try sandbox.logBytes() == whole)
    }

    @Test func `a log that lost what the journal does not have is reported and left alone`() throws
    {
        for _ in 1...3 { _ = try sandbox.daybook(["run", "TurnOnProfileBeforeAcceptance"]) }
        truncate(segment, 100)
        let before = try sandbox.logFiles()
        for arguments in [["run", "TurnOnProfileBeforeAcceptance"], ["rebuild"]] {
            let finished = try sandbox.daybook(arguments)
            #expect(finished.status == 2)
            #expect(finished.errors.contains("00000000000000000001.jsonl"))
            #expect(finished.errors.contains("Restore"))
        }
        #expect(try sandbox.logFiles() == before)
    }

    @Test func `a changed byte in the log is reported with its place`() throws {
        var bytes = try sandbox.logBytes()
        bytes[200] ^= 1
        try bytes.write(to: URL(fileURLWithPath: segment))
        let finished = try sandbox.daybook(["log", "read"])
        #expect(finished.status != 0)
        #expect(finished.errors.contains("00000000000000000001.jsonl"))
    }

    @Test(arguments: [3, 25, 60])
    func `what a killed batch has answered is in the log`(answered: Int) throws {
        let pipe = try InputPipe()
        let child = try batch(from: pipe)
        try pipe.write(requests(400))
        try child.waitForLines(answered)
        child.kill()
        pipe.closeBoth()
        let replies = try complete(child.output)
        #expect(replies.count >= answered)
        let lines = try sandbox.daybook(["log", "read"]).lines
        for reply in replies { try expect(reply, in: lines) }
        try expectOutboxIsComplete()
    }

    private func batch(from pipe: InputPipe) throws -> Child {
        try Child(["run", "--batch", "-"], in: sandbox, data: sandbox.data, input: pipe.reading)
    }

    private func requests(_ count: Int) -> String {
        (1...count).map { number in
            let card = """
                {"givenName":"A","familyName":"B","dateOfBirth":"1980-01-01",\
                "email":"a\(number)@example.org"}
                """
            return #"{"command":"RegisterClient","input":\#(card)}"# + "\n"
        }.joined()
    }

    /// The replies that came whole.
    private func complete(_ output: String) throws -> [JSONValue] {
        try output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { try JSONValue(parsing: Array($0.utf8)) }
    }

    private func expect(_ reply: JSONValue, in lines: [String]) throws {
        let sequence = try #require(reply["sequence"]?.integer)
        let line = try #require(lines.count >= sequence ? lines[Int(sequence) - 1] : nil)
        let client = try #require(reply["ids"]?["clientId"]?.string)
        #expect(line.contains("\"subject\":\"client/\(client)\""))
    }

    private func invitation(_ client: String) -> String {
        #"{"command":"InviteClient","input":{"clientId":"\#(client)","#
            + #""createProfileBeforeAcceptance":false}}"#
    }

    /// After a restart every client can be invited, and every mail is there once.
    private func expectOutboxIsComplete() throws {
        let list = try sandbox.batch([#"{"show":"ClientList"}"#]).first?["result"]?.array ?? []
        let ids = list.prefix(5).compactMap { $0["clientId"]?.string }
        let replies = try sandbox.batch(
            ids.map(invitation)
        )
        #expect(replies.allSatisfy { $0["ok"] == true })
        let mails = try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.data)/outbox")
        #expect(mails.count { $0.hasSuffix(".eml") } == ids.count)
    }

    @Test func `mails that a killed batch has answered for are in the outbox once`() throws {
        let clients = try sandbox.batch(requests(60).split(separator: "\n").map(String.init))
            .compactMap { $0["ids"]?["clientId"]?.string }
        let invitations = clients.map {
            invitation($0) + "\n"
        }.joined()
        let pipe = try InputPipe()
        let child = try batch(from: pipe)
        try pipe.write(invitations)
        try child.waitForLines(20)
        child.kill()
        pipe.closeBoth()
        let answered = try complete(child.output).count
        #expect(try mails().count >= answered)
        _ = try sandbox.batch([#"{"show":"ClientList"}"#])
        let invited = try sandbox.daybook(["log", "read"]).lines
            .count { $0.contains("\"type\":\"ClientInvited.v1\"") }
        #expect(try mails().count == invited)
        #expect(Set(try mails().compactMap { $0["clientId"]?.string }).count == invited)
    }

    private func mails() throws -> [JSONValue] {
        let outbox = "\(sandbox.data)/outbox"
        return try FileManager.default.contentsOfDirectory(atPath: outbox)
            .filter { $0.hasSuffix(".json") }.sorted().map { name in
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(outbox)/\(name)"))
                return try JSONValue(parsing: Array(bytes.dropLast()))
            }
    }
}
