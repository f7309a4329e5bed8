import EventLine
import Foundation
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// The way from the outbox to the receiver: each mail once, or an event that says it failed.
@Suite(.opensStores) struct DeliveryWorkerTests {
    private typealias Report = DeliveryWorker.Report

    private func report(
        sent: Int = 0,
        waiting: Int = 0,
        failed: Int = 0,
        dropped: Int = 0
    ) -> Report {
        var report = Report()
        report.sent = sent
        report.waiting = waiting
        report.failed = failed
        report.dropped = dropped
        return report
    }

    /// A house with one invited client.
    private func invited() async throws -> (house: House, client: UniqueID) {
        let house = try await House()
        let client = try await house.client()
        try await house.ids(
            "InviteClient",
            ["clientId": .uuid(client), "createProfileBeforeAcceptance": false],
            as: house.ana
        )
        return (house, client)
    }

    @Test func `a mail is handed over once, and then nothing of it is left here`() async throws {
        let (house, client) = try await invited()
        let link = try #require(
            try house.manifests().first?["fields"]?["invitationLink"]?.string
        )
        let sink = try MailSink(.accepts)
        #expect(try await house.deliver(to: sink) == report(sent: 1))
        #expect(try await house.deliver(to: sink) == report())
        let mails = try sink.mails()
        #expect(mails.count == 1)
        let mail = try #require(mails.first)
        #expect(mail.hasPrefix("MAIL FROM:<portal@daybook.local>"))
        #expect(mail.contains("RCPT TO:<Cara@example.org>\n"))
        #expect(mail.contains(link))
        #expect(try house.outbox().isEmpty)
        try FileManager.default.removeItem(atPath: house.directory.deliveredPath)
        try await house.reopen()
        #expect(try await house.deliver(to: sink) == report())
        #expect(try sink.mails().count == 1)
        _ = client
    }

    @Test func `a line of one dot does not end a mail`() async throws {
        let house = try await House()
        let client = try await house.client()
        let input: JSONValue = [
            "purpose": "clientInvitation", "name": "Dots", "subject": "Dots",
            "body": "{{invitationLink}}\n.\n..\nend",
        ]
        try await house.ids("SaveEmailTemplate", input, as: house.ana)
        try await house.ids(
            "InviteClient",
            ["clientId": .uuid(client), "createProfileBeforeAcceptance": false],
            as: house.ana
        )
        let sink = try MailSink(.accepts)
        #expect(try await house.deliver(to: sink) == report(sent: 1))
        #expect(try sink.mails().first?.contains("\r\n.\r\n..\r\nend\r\n") == true)
    }

    @Test func `a mail that is put off is tried again after twice as long each time`()
        async throws
    {
        let (house, _) = try await invited()
        let sink = try MailSink(.putsOff)
        var now = house.store.clock.now
        for minutes: Int64 in [1, 2, 4] {
            #expect(try await house.deliver(to: sink) == report(waiting: 1))
            let due = now.adding(microseconds: minutes * 60_000_000)
            let record = try house.store.deliveries.records().values.first
            #expect(record?.nextAttempt == due)
            // Too early: nothing is tried. The count tells.
            _ = try await house.deliver(to: sink)
            #expect(try house.store.deliveries.records().values.first == record)
            try await house.reopen(at: due)
            now = due
        }
        let willing = try MailSink(.accepts)
        #expect(try await house.deliver(to: willing) == report(sent: 1))
        #expect(try willing.mails().count == 1)
    }

    @Test(arguments: [
        (MailSink.Manner.rejectsAddress, "addressRejected"),
        (.rejectsMessage, "refusedByServer"), (.loses, "gaveUp"),
    ])
    func `a mail that cannot arrive becomes an event, and is not sent again`(
        manner: MailSink.Manner,
        reason: String
    ) async throws {
        let (house, client) = try await invited()
        let head = house.store.head
        let sink = try MailSink(manner)
        #expect(try await house.deliver(to: sink) == report(failed: 1))
        #expect(try house.types(after: head) == ["InvitationEmailFailed.v1"])
        #expect(try await house.mailFailure(of: client)?.rawValue == reason)
        let shown = try await house.result("Invitations", as: house.ana).array?.first
        #expect(shown?["mailFailure"]?.string == reason)
        #expect(try house.outbox().isEmpty)
        let willing = try MailSink(.accepts)
        #expect(try await house.deliver(to: willing) == report())
        let invitation = try #require(try await house.invitation(of: client))
        try await house.ids(
            "ResendInvitation",
            ["invitationId": .uuid(invitation)],
            as: house.ana
        )
        #expect(try await house.deliver(to: willing) == report(sent: 1))
        #expect(try await house.mailFailure(of: client) == nil)
    }

    @Test func `a connection that breaks before the end of a mail means only later`() async throws {
        let (house, _) = try await invited()
        let sink = try MailSink(.hangsUp)
        #expect(try await house.deliver(to: sink) == report(waiting: 1))
        let nobody = try #require(SMTPRelay("127.0.0.1:1"))
        try await house.reopen(at: house.store.clock.now.adding(microseconds: 60_000_000))
        #expect(try await house.deliver(by: nobody) == report(waiting: 1))
        #expect(try house.outbox().count == 2)
    }

    @Test func `a server that never answers has the mail for all that is known`() async throws {
        let (house, _) = try await invited()
        let sink = try MailSink(.stalls)
        var relay = try #require(SMTPRelay(sink.address))
        relay.patience = 1
        #expect(try await house.deliver(by: relay) == report(failed: 1))
        #expect(try sink.mails().count == 1)
    }

    @Test func `a crash while a mail is handed over does not send it twice`() async throws {
        let (house, client) = try await invited()
        let head = house.store.head
        let item = try #require(try house.store.waitingMails().first)
        try house.store.deliveries.append(
            DeliveryRecord(id: item.id, state: .handing, attempts: 1)
        )
        try await house.reopen()
        let sink = try MailSink(.accepts)
        #expect(try await house.deliver(to: sink) == report(failed: 1))
        #expect(try sink.mails() == [])
        #expect(try house.types(after: head) == ["InvitationEmailFailed.v1"])
        #expect(try await house.mailFailure(of: client) == .gaveUp)
    }

    @Test func `a crash between the event and its note writes no second event`() async throws {
        let (house, _) = try await invited()
        let sink = try MailSink(.rejectsAddress)
        let outbox = try house.outbox()
        #expect(try await house.deliver(to: sink) == report(failed: 1))
        // As if the journal's last line and the removal had not reached the disk.
        try FileManager.default.removeItem(atPath: house.directory.deliveriesPath)
        for (name, bytes) in outbox {
            try bytes.write(to: URL(fileURLWithPath: "\(house.directory.outboxPath)/\(name)"))
        }
        let head = house.store.head
        #expect(try await house.deliver(to: sink) == report(failed: 1))
        #expect(house.store.head == head)
    }

    @Test func `a line of the journal that a crash has torn says nothing`() async throws {
        let (house, _) = try await invited()
        let path = house.directory.deliveriesPath
        try Data("{\"id\":\"0190".utf8).write(to: URL(fileURLWithPath: path))
        let sink = try MailSink(.accepts)
        #expect(try await house.deliver(to: sink) == report(sent: 1))
        #expect(try house.store.deliveries.records().values.map(\.state) == [.sent])
    }

    @Test func `a mail that waits is dropped once its recipient is shut out`() async throws {
        let (house, client) = try await invited()
        let sink = try MailSink(.putsOff)
        #expect(try await house.deliver(to: sink) == report(waiting: 1))
        try await house.ids(
            "ChangeRecordStatus",
            ["clientId": .uuid(client), "status": "inactive"],
            as: house.ana
        )
        try await house.reopen(at: house.store.clock.now.adding(microseconds: 60_000_000))
        let willing = try MailSink(.accepts)
        #expect(try await house.deliver(to: willing) == report(dropped: 1))
        #expect(try willing.mails() == [])
        #expect(try house.outbox().isEmpty)
        #expect(try house.store.deliveries.records().values.map(\.reason) == ["disabled"])
    }

    @Test func `a mail whose link is dead by now is dropped`() async throws {
        let (house, client) = try await invited()
        let invitation = try #require(try await house.invitation(of: client))
        try await house.ids(
            "ResendInvitation",
            ["invitationId": .uuid(invitation)],
            as: house.ana
        )
        let sink = try MailSink(.accepts)
        #expect(try await house.deliver(to: sink) == report(sent: 1, dropped: 1))
        #expect(try sink.mails().count == 1)
    }

    @Test func `a mail is given up after a day and a half`() async throws {
        let (house, client) = try await invited()
        for attempt in 1..<DeliveryWorker.attemptsMax {
            #expect(try await house.deliver(by: Unwilling()) == report(waiting: 1), "\(attempt)")
            let next = try #require(try house.store.deliveries.records().values.first?.nextAttempt)
            try await house.reopen(at: next)
        }
        #expect(try await house.deliver(by: Unwilling()) == report(failed: 1))
        #expect(try await house.mailFailure(of: client) == .unreachable)
    }

    @Test func `a sendmail command gets the mail, and its status says what became of it`()
        async throws
    {
        let (house, client) = try await invited()
        let script = try Script(status: 75)
        #expect(try await house.deliver(by: script.command(house)) == report(waiting: 1))
        try await house.reopen(at: house.store.clock.now.adding(microseconds: 60_000_000))
        try script.end(with: 0)
        #expect(try await house.deliver(by: script.command(house)) == report(sent: 1))
        let taken = try script.taken()
        #expect(taken.hasPrefix("-i -f portal@daybook.local -- Cara@example.org\nDate: "))
        #expect(taken.contains("?token=") && !taken.contains("\r"))
        let other = try await house.client("Dora")
        try await house.ids(
            "InviteClient",
            ["clientId": .uuid(other), "createProfileBeforeAcceptance": false],
            as: house.ana
        )
        try script.end(with: 67)
        #expect(try await house.deliver(by: script.command(house)) == report(failed: 1))
        #expect(try await house.mailFailure(of: other) == .addressRejected)
        #expect(try await house.mailFailure(of: client) == nil)
    }

    @Test func `a confirmation that fails is an event of its own`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.letterTemplate()
        _ = try await house.sendCredentials(client)
        try await house.ids(
            "RegisterPatientUser",
            try house.registration(client),
            as: .anonymous
        )
        let head = house.store.head
        let sink = try MailSink(.rejectsAddress)
        #expect(try await house.deliver(to: sink) == report(failed: 1))
        #expect(try house.types(after: head) == ["MailFailed.v1"])
        #expect(try house.manifests().map { $0["kind"] } == ["letter"])
    }
}

/// A way out that is never open.
private struct Unwilling: MailTransport {
    func send(
        _ mail: OutgoingMail,
        handing: () throws(ServiceError) -> Void
    ) throws(ServiceError) -> MailOutcome {
        .notNow(MailFailure(kind: .unreachable, detail: "closed"))
    }
}

/// A sendmail command that keeps the last mail that it was given.
private final class Script {
    private let path: String

    init(status: Int) throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("daybook-sendmail-\(UInt64.random(in: 0 ... .max))").path
        let text = "#!/bin/sh\n(echo \"$@\"; cat) > \"$0.taken\"\nexit $(cat \"$0.status\")\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        try end(with: status)
    }

    deinit {
        for suffix in ["", ".taken", ".status"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
    }

    // In a file of its own: a script that was just written cannot be run while another test's
    // process, which is being started, has inherited it open.
    func end(with status: Int) throws {
        try "\(status)".write(toFile: "\(path).status", atomically: true, encoding: .utf8)
    }

    func taken() throws -> String { try String(contentsOfFile: "\(path).taken", encoding: .utf8) }

    func command(_ house: House) -> SendmailCommand {
        SendmailCommand(path: path, scratch: house.directory.outboxPath)
    }
}

extension House {
    fileprivate func deliver(to sink: MailSink) async throws -> DeliveryWorker.Report {
        guard let relay = SMTPRelay(sink.address) else { throw Unexpected(sink.address) }
        return try await deliver(by: relay)
    }

    fileprivate func deliver(
        by transport: some MailTransport
    ) async throws -> DeliveryWorker.Report {
        let desk = try CommandDesk(store: store)
        try await desk.start()
        var worker = try DeliveryWorker(desk: desk, transport: transport)
        let report = try await worker.runDue()
        session = try await BatchSession(desk: desk)
        return report
    }

    fileprivate func mailFailure(of client: UniqueID) async throws -> EmailFailure? {
        var loader = StateLoader(log: store.log, vault: store.vault)
        let state = try loader.client(client, in: organisation)?.state
        return state?.invitations.last?.mailFailure
    }
}
