import EventLine
import Foundation
import Testing

/// `daybook deliver`, as an operator runs it.
@Suite struct DeliverTests {
    private let sandbox: Sandbox
    private let sink: String

    init() throws {
        sandbox = try Sandbox()
        sink = "\(sandbox.path)/sink"
        try FileManager.default.createDirectory(atPath: sink, withIntermediateDirectories: false)
    }

    /// A mail server that behaves in this manner, and its address.
    private func server(_ manner: String) throws -> (server: Child, address: String) {
        let port = "\(sink)/.port"
        try? FileManager.default.removeItem(atPath: port)
        let tool = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("tools/mail-sink").path
        let server = try Child(
            [manner, sink],
            in: sandbox,
            data: sandbox.data,
            input: nil,
            program: tool
        )
        let patience = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < patience {
            if let port = FileManager.default.contents(atPath: port) {
                return (server, "127.0.0.1:\(String(decoding: port, as: UTF8.self))")
            }
            usleep(5000)
        }
        throw Failure("the mail server did not start")
    }

    private func mails() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: sink).filter { !$0.hasPrefix(".") }
    }

    private func invite() throws {
        let card =
            #"{"givenName":"A","familyName":"B","dateOfBirth":"1980-01-01","email":"a@b.example"}"#
        let client = try sandbox.batch([#"{"command":"RegisterClient","input":\#(card)}"#])
            .first?["ids"]?["clientId"]?.string
        let input =
            #"{"clientId":"\#(client ?? "")","createProfileBeforeAcceptance":false}"#
        let replies = try sandbox.batch([#"{"command":"InviteClient","input":\#(input)}"#])
        try #require(replies.first?["ok"] == true)
    }

    private func deliver() throws -> JSONValue {
        let finished = try sandbox.daybook(["deliver", "--once", "--json"])
        try #require(finished.status == 0, "\(finished.errors)")
        return try #require(try finished.replies.first)
    }

    private func configure(_ address: String) throws {
        let arguments = ["configure", "mail", "--smtp", address, "--from", "portal@example.org"]
        let finished = try sandbox.daybook(arguments)
        try #require(finished.status == 0, "\(finished.errors)")
    }

    @Test func `a mail that was being handed over when the power failed is not sent twice`()
        throws
    {
        try invite()
        let (stalling, address) = try server("stalls")
        try configure(address)
        let child = try Child(["deliver", "--once"], in: sandbox, data: sandbox.data, input: nil)
        let patience = ContinuousClock.now + .seconds(60)
        while try mails().isEmpty {
            guard ContinuousClock.now < patience else { throw Failure("no mail came") }
            usleep(2000)
        }
        child.kill()
        stalling.kill()
        let (server, other) = try server("accepts")
        defer { server.kill() }
        try configure(other)
        let report = try deliver()
        #expect(report["failed"] == 1 && report["sent"] == 0)
        #expect(try mails().count == 1)
        let trail = try sandbox.batch([#"{"show":"AuditTrail"}"#]).first?["result"]?.array
        #expect(trail?.last?["type"]?.string?.hasPrefix("InvitationEmailFailed") == true)
        #expect(try deliver()["failed"] == 0)
        #expect(try mails().count == 1)
    }

    @Test func `without a way out mails stay where they are`() throws {
        try invite()
        let finished = try sandbox.daybook(["deliver", "--once"])
        #expect(finished.status == 2)
        #expect(finished.errors.contains("daybook configure mail"))
        let wrongs = [
            ["--smtp", "localhost"], ["--smtp", "a:0"], ["--outbox", "--smtp", "a:25"],
        ]
        for wrong in wrongs {
            #expect(try sandbox.daybook(["configure", "mail"] + wrong).status == 2)
        }
        let outbox = try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.data)/outbox")
        #expect(outbox.count { $0.hasSuffix(".eml") } == 1)
    }
}
