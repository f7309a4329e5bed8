import Foundation
import Testing

@testable import PortalService

/// Mail servers that want encryption and a password: what is sent to whom, and what is not.
struct SMTPSecurityTests {
    private static let login = SMTPRelay.Login(user: "portal", password: "open sesame 1")
    private static let wish = "login=portal:open sesame 1"
    private static let mail = OutgoingMail(
        sender: "portal@riverside.example",
        recipient: "cara@example.org",
        message: Array("Subject: Hello\n\nA secret.\n.\n".utf8)
    )

    private func relay(_ sink: MailSink, _ security: MailSecurity) throws -> SMTPRelay {
        var relay = try #require(SMTPRelay(sink.address))
        relay.security = security
        relay.login = Self.login
        relay.trusted = sink.certificate
        relay.patience = 10
        return relay
    }

    /// What comes of a mail, and whether it was ever about to be handed over.
    private func sent(by relay: SMTPRelay) throws -> (outcome: MailOutcome, isHanded: Bool) {
        var isHanded = false
        let outcome = try relay.send(Self.mail) { isHanded = true }
        return (outcome, isHanded)
    }

    private func expectKept(
        _ relay: SMTPRelay,
        _ sink: MailSink,
        saying words: String,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let (outcome, isHanded) = try sent(by: relay)
        #expect(!isHanded, sourceLocation: location)
        guard case .notNow(let failure) = outcome else {
            Issue.record("it is \(outcome)", sourceLocation: location)
            return
        }
        #expect(failure.detail.contains(words), sourceLocation: location)
        #expect(!failure.detail.contains("sesame"), sourceLocation: location)
        #expect(try sink.mails() == [], sourceLocation: location)
    }

    @Test(arguments: [MailSecurity.starttls, .tls])
    func `a mail arrives encrypted, from somebody who is known`(security: MailSecurity) throws {
        let sink = try MailSink(.accepts, [security.rawValue, Self.wish])
        let (outcome, isHanded) = try sent(by: relay(sink, security))
        #expect(outcome == .accepted)
        #expect(isHanded)
        #expect(try sink.mails().first?.contains("A secret.\r\n.\r\n") == true)
    }

    @Test(arguments: [MailSecurity.starttls, .tls])
    func `a wrong password gets nothing there, and may be mended`(security: MailSecurity) throws {
        let sink = try MailSink(.accepts, [security.rawValue, "login=portal:another"])
        try expectKept(try relay(sink, security), sink, saying: "user and password (535")
    }

    @Test(arguments: [MailSecurity.starttls, .tls])
    func `a certificate that nobody vouches for gets no mail`(security: MailSecurity) throws {
        let sink = try MailSink(.accepts, [security.rawValue, Self.wish])
        var relay = try relay(sink, security)
        relay.trusted = nil
        try expectKept(relay, sink, saying: "no certificate to trust")
    }

    @Test(arguments: [MailSecurity.starttls, .tls])
    func `a certificate for another host gets no mail`(security: MailSecurity) throws {
        let wishes = [security.rawValue, Self.wish, "name=other.example"]
        let sink = try MailSink(.accepts, wishes)
        try expectKept(try relay(sink, security), sink, saying: "no certificate to trust")
    }

    @Test func `a server that offers no STARTTLS gets no mail, and no password`() throws {
        let sink = try MailSink(.accepts)
        var relay = try relay(sink, .starttls)
        relay.trusted = nil
        try expectKept(relay, sink, saying: "offers no STARTTLS")
    }

    @Test func `a server that knows nothing of TLS gets no mail by it`() throws {
        let sink = try MailSink(.accepts)
        var relay = try relay(sink, .tls)
        relay.trusted = nil
        let (outcome, isHanded) = try sent(by: relay)
        #expect(!isHanded)
        guard case .notNow = outcome else {
            Issue.record("it is \(outcome)")
            return
        }
    }

    @Test func `a journal that cannot be written stops the mail`() throws {
        let sink = try MailSink(.accepts)
        let relay = try #require(SMTPRelay(sink.address))
        #expect(throws: ServiceError.self) {
            _ = try relay.send(Self.mail) { () throws(ServiceError) in
                throw ServiceError("the disk is full")
            }
        }
        #expect(try sink.mails() == [])
    }

    @Test(arguments: ["cara@example.org>\r\nRCPT TO:<dora@example.org", "a b@c", "a>@b"])
    func `an address that would be a command is none`(recipient: String) throws {
        let sink = try MailSink(.accepts)
        let relay = try #require(SMTPRelay(sink.address))
        let mail = OutgoingMail(sender: "a@b", recipient: recipient, message: [])
        guard case .never = try relay.send(mail, handing: {}) else {
            Issue.record("it was sent")
            return
        }
        #expect(try sink.mails() == [])
    }

    // MARK: Settings

    private func settings(_ security: MailSecurity?, _ file: String?) -> MailSettings {
        var settings = MailSettings(sender: "a@b", relay: "mail.example:587")
        settings.security = security
        settings.user = "portal"
        settings.passwordFile = file
        return settings
    }

    @Test func `a password that others may read, or that would go in clear, is not used`() throws {
        let folder = FileManager.default.temporaryDirectory.path
        let path = "\(folder)/daybook-password-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = settings(.starttls, path)
        #expect(throws: ServiceError.self) { try settings.transport() }
        try Data("open sesame 1\n".utf8).write(to: URL(fileURLWithPath: path))
        for permissions in [0o644, 0o640, 0o604] {
            try FileManager.default.setAttributes(
                [.posixPermissions: permissions],
                ofItemAtPath: path
            )
            #expect(throws: ServiceError.self) { try settings.transport() }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(try settings.transport()?.login?.password == "open sesame 1")
        let plain = self.settings(nil, path)
        #expect(throws: ServiceError.self) { try plain.transport() }
        let written = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        #expect(!written.contains("sesame"))
    }

    @Test(arguments: [
        ("mail.example:465", MailSecurity.tls), ("mail.example:587", .starttls),
        ("mail.example:25", .plain), ("[::1]:2525", .plain),
    ])
    func `a port says how servers are spoken to there`(relay: String, security: MailSecurity) {
        #expect(MailSecurity.usual(at: relay) == security)
    }
}
