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
    private func server(
        _ manner: String,
        _ wishes: [String] = []
    ) throws -> (server: Child, address: String) {
        let port = "\(sink)/.port"
        try? FileManager.default.removeItem(atPath: port)
        let tool = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("tools/mail-sink").path
        let server = try Child(
            [manner, sink] + wishes,
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

    private func configure(_ address: String, _ more: [String] = []) throws {
        let finished = try configuring(address, more)
        try #require(finished.status == 0, "\(finished.errors)")
    }

    private func configuring(_ address: String, _ more: [String]) throws -> Finished {
        let arguments = ["configure", "mail", "--smtp", address, "--from", "portal@example.org"]
        return try sandbox.daybook(arguments + more)
    }

    @Test func `a mail server gets the password encrypted, and only from its owner's file`()
        throws
    {
        try invite()
        let password = "\(sandbox.path)/password"
        let login = ["--user", "portal", "--password-file", password]
        let wishes = ["starttls", "login=portal:open sesame 1"]
        let (server, address) = try server("accepts", wishes)
        defer { server.kill() }
        try Data("open sesame 1\n".utf8).write(to: URL(fileURLWithPath: password))
        chmod(password, 0o644)
        let trusting = ["--security", "starttls", "--ca-file", "\(sink)/.certificate"] + login
        let readable = try configuring(address, trusting)
        #expect(readable.status == 2)
        #expect(readable.errors.contains("others may read the password file"))
        chmod(password, 0o600)
        let open = try configuring(address, ["--security", "plain"] + login)
        #expect(open.status == 2)
        #expect(open.errors.contains("only encrypted"))
        try configure(address, trusting)
        #expect(try deliver()["sent"] == 1)
        #expect(try mails().count == 1)
        let settings = try String(contentsOfFile: "\(sandbox.data)/daybook.json", encoding: .utf8)
        #expect(!settings.contains("sesame"))
        // Without that file nobody vouches for the certificate, and the operator is told.
        try invite()
        try configure(address, ["--security", "starttls"] + login)
        let round = try sandbox.daybook(["deliver", "--once"])
        #expect(round.errors.contains("no certificate to trust"))
        #expect(try mails().count == 1)
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
