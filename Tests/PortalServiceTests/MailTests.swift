import EventLine
import Foundation
import PersonalData
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// What stands in the outbox for the events that promise a mail.
@Suite(.opensStores) struct MailTests {
    @Test(arguments: [
        (InvitationKind.registration, "portalInvitation"), (.auto, "autoInvitation"),
        (.caregiver, "portalInvitation"),
    ])
    func `an invitation carries its link`(kind: InvitationKind, purpose: String) async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.write(.portalInvitation(kind), client)
        let mail = try #require(try house.manifests().last)
        #expect(mail["kind"] == "mail")
        #expect(mail["purpose"]?.string == purpose)
        #expect(mail["recipient"] == "kin@example.org")
        #expect(mail["fields"]?.members?.map(\.name) == ["invitationLink"])
        let link = try #require(mail["fields"]?["invitationLink"]?.string)
        #expect(link.hasPrefix("https://portal.example.org/invitation?token="))
        #expect(try house.mailText().contains(link))
        #expect(try house.store.vault.secretNames() == [])
    }

    @Test func `family access is one mail with the temporary password`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.write(.familyAccess(hasPassword: true), client)
        let mail = try #require(try house.manifests().last)
        #expect(try house.manifests().count == 1)
        #expect(mail["purpose"] == "familyPortalAccess")
        #expect(mail["fields"]?.members?.map(\.name) == ["temporaryPassword"])
        let password = try #require(mail["fields"]?["temporaryPassword"]?.string)
        #expect(!password.isEmpty)
        #expect(try house.mailText().contains(password))
        #expect(try house.store.vault.secretNames() == [])
    }

    @Test func `somebody who has signed in before is mailed no password`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.write(.familyAccess(hasPassword: false), client)
        let mail = try #require(try house.manifests().last)
        #expect(mail["purpose"] == "familyPortalAccess")
        #expect(mail["fields"] == .object([]))
        #expect(try house.mailText().contains("the password that you already use"))
    }

    @Test func `a mail is written by the chosen template, else by the default`() async throws {
        let house = try await House()
        let client = try await house.client()
        var ids: [UniqueID] = []
        for name in ["First", "Second"] {
            let input: JSONValue = [
                "purpose": "portalInvitation", "name": .string(name),
                "subject": .string("\(name): {{recipientName}}"),
                "body": "{{clientName}} {{invitationLink}}",
            ]
            ids.append(
                try await house.ids("SaveEmailTemplate", input, as: house.ana)
                    .requiredID("templateId")
            )
        }
        try await house.write(.portalInvitation(.registration), client)
        #expect(try house.mailText().contains("Subject: First: Kin\r\n"))
        try await house.write(.portalInvitation(.registration, ids[1]), client)
        #expect(try house.mailText().contains("Subject: Second: Kin\r\n"))
        let invitation = try #require(try await house.invitation(of: client))
        try await house.write(.resent(invitation), client)
        #expect(try house.mailText().contains("Subject: Second: Kin\r\n"))
        try await house.write(.resent(invitation, ids[0]), client)
        #expect(try house.mailText().contains("Subject: First: Kin\r\n"))
        #expect(try house.manifests().count == 4)
    }

    @Test func `a mail for a new password carries its link`() async throws {
        let house = try await House()
        let client = try await house.client()
        _ = try await house.inviteWithProfile(client)
        let owner = "\(try await house.accept(client).owner)"
        let account = try #require(UniqueID(owner.dropFirst(11)))
        try await house.write(.passwordReset(account), client)
        let mail = try #require(try house.manifests().last)
        #expect(mail["purpose"] == "passwordReset")
        let link = try #require(mail["fields"]?["resetLink"]?.string)
        #expect(link.hasPrefix("https://portal.example.org/reset?token="))
    }

    @Test func `no secret is mailed to somebody who is shut out, not even later`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.ids(
            "ChangeRecordStatus",
            ["clientId": .uuid(client), "status": "inactive"],
            as: house.ana
        )
        try await house.write(.portalInvitation(.registration), client)
        #expect(try house.manifests() == [])
        let records = try house.store.deliveries.records()
        #expect(records.values.map(\.state) == [.dropped])
        #expect(records.values.map(\.reason) == ["disabled"])
        #expect(try house.store.vault.secretNames() == [])
        try await house.reopen()
        #expect(try house.manifests() == [])
    }

    @Test func `whoever lost their access meanwhile is mailed no link for a new password`()
        async throws
    {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let cara = try await house.clientWithProfile("Cara")
        let contact = try await house.contact(of: cara.client)
        let access = try await house.giveAccess(contact.id, to: cara.profile, family)
        let account = try access.requiredID("accountId")
        try await house.enter(account, try access.requiredID("invitationId"))
        let sent = try house.manifests().count
        try await house.crash(after: "RequestPasswordReset", ["email": "pat@example.org"])
        let removing: JSONValue = ["grantId": access["grantId"] ?? .null, "confirmed": true]
        try await house.crash(after: "RemoveFamilyPortalAccess", removing)
        try await house.reopen()
        #expect(try house.manifests().count == sent)
        let dropped = try house.store.deliveries.records().values.compactMap(\.reason)
        #expect(dropped == ["accessRemoved"])
    }

    @Test func `a representative whose account is disabled is mailed no link`() async throws {
        let house = try await House()
        let wife = try await house.client("Dora")
        _ = try await house.inviteWithProfile(wife)
        let owner = "\(try await house.accept(wife).owner)"
        let account: JSONValue = ["accountId": .string(String(owner.dropFirst(11)))]
        try await house.ids("DisablePatientProfileAccount", account, as: house.ana)
        try await house.ids("EnableAutoInvite", [:], as: house.ana)
        let client: JSONValue = ["clientId": .uuid(try await house.client("Cara"))]
        let phone = client.replacing("new", by: "6")
        try await house.ids("ChangeClientPhone", phone, as: house.ana)
        let recording: JSONValue = [
            "clientId": client["clientId"] ?? .null, "name": "Dora", "email": "dora@example.org",
            "capacity": "spouse",
        ]
        try await house.ids("RecordAuthorisedRepresentative", recording, as: house.ana)
        let visit = client.replacing("visitDate", by: "2026-03-01")
        let ids = try await house.ids("RecordEncounter", visit, as: house.ana)
        let encounter: JSONValue = ["encounterId": ids["encounterId"] ?? .null]
        let note = encounter.replacing("content", by: "Seen")
        try await house.ids("RecordChartNote", note, as: house.ana)
        try await house.ids("SignEncounter", encounter, as: house.ana)
        let mails = try house.manifests().filter { $0["purpose"] == "autoInvitation" }
        #expect(mails.map { $0["recipient"] } == ["Cara@example.org"])
        let dropped = try house.store.deliveries.records().values.compactMap(\.reason)
        #expect(dropped == ["disabled"])
    }

    @Test func `no secret is mailed of a merged record once the survivor's end date is there`()
        async throws
    {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let survivor = try await house.clientWithProfile("Cara")
        let merged = try await house.clientWithProfile("Dora")
        let merging: JSONValue = [
            "survivor": .uuid(survivor.client), "merged": .uuid(merged.client),
        ]
        try await house.ids("MergeClientRecords", merging, as: house.ana)
        let contact = try await house.contact(of: merged.client)
        let giving: JSONValue = [
            "profileId": .uuid(merged.profile), "holder": .string("contact/\(contact.id)"),
            "loginEmail": "pat@example.org", "roleId": .uuid(family),
        ]
        try await house.crash(after: "AddFamilyPortalAccess", giving)
        let ending: JSONValue = ["clientId": .uuid(survivor.client), "endDate": "2026-03-01"]
        try await house.crash(after: "SetClientEndDate", ending)
        try await house.reopen()
        #expect(try house.manifests() == [])
        #expect(try house.store.deliveries.records().values.map(\.reason) == ["endDated"])
    }

    @Test func `a link that was replaced before it was mailed is not mailed`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.crash(
            after: "InviteClient",
            ["clientId": .uuid(client), "createProfileBeforeAcceptance": false]
        )
        let invitation = try #require(try await house.invitation(of: client))
        try await house.crash(after: "ResendInvitation", ["invitationId": .uuid(invitation)])
        try await house.reopen()
        #expect(try house.manifests().count == 1)
        #expect(try house.store.deliveries.records().values.map(\.reason) == ["linkIsDead"])
        try await house.accept(client)
    }

    @Test func `a message to many is one mail, one text and one call for each`() async throws {
        let house = try await House()
        let first = try await house.client("Cara")
        let second = try await house.client("Dora")
        for client in [first, second] {
            try await house.ids(
                "ChangeClientPhone",
                ["clientId": .uuid(client), "new": "555 0100"],
                as: house.ana
            )
        }
        try await house.write(.bulk([first, second], [.portal, .email, .text, .voice]), first)
        let manifests = try house.manifests()
        #expect(manifests.count == 6)
        #expect(Set(manifests.compactMap { $0["id"]?.string }).count == 6)
        #expect(manifests.allSatisfy { $0["purpose"] == "bulkMessage" })
        let mails = manifests.filter { $0["kind"] == "mail" }.compactMap { $0["recipient"]?.string }
        #expect(mails.sorted() == ["Cara@example.org", "Dora@example.org"])
        let outbox = try house.outbox()
        try FileManager.default.removeItem(atPath: house.directory.deliveredPath)
        try await house.reopen()
        #expect(try house.outbox() == outbox)
    }

    @Test func `secrets of events that never came into the log are erased`() async throws {
        let house = try await House()
        try house.store.vault.storeSecret("token/lost", Array("secret".utf8))
        try house.store.vault.storeSecret("temporaryPassword/lost", Array("secret".utf8))
        try house.store.vault.storeSecret("activationCode/kept", Array("code".utf8))
        try await house.reopen()
        #expect(try house.store.vault.secretNames() == ["activationCode/kept"])
    }

    @Test(arguments: [
        "Ana\r\nBcc: eve@example.org", "Ana\nBcc: eve@example.org", "Zoë\rBcc: eve@example.org",
        String(repeating: "é", count: 90),
    ])
    func `a name cannot add a header, and a long line cannot break a mail`(name: String) throws {
        let message = MailMessage(
            id: UniqueID(high: 1, low: 2),
            sender: "portal@example.org",
            recipient: "ana@example.org",
            subject: name,
            body: String(repeating: "x", count: 2_000) + "\nend",
            date: try instant("2026-03-02T15:00:00Z")
        )
        let lines = message.text.utf8.split(separator: 0x0a).map { Array($0) }
        #expect(lines.allSatisfy { $0.count <= 79 && $0.count { $0 == 0x0d } <= 1 })
        #expect(!lines.contains { $0.starts(with: "Bcc".utf8) })
        #expect(lines.contains(Array("Content-Transfer-Encoding: base64\r".utf8)))
    }
}

/// Events that commands of other parts of the domain write.
enum Promise {
    case portalInvitation(InvitationKind, UniqueID? = nil)
    case familyAccess(hasPassword: Bool)
    case resent(UniqueID, UniqueID? = nil)
    case passwordReset(UniqueID)
    case bulk([UniqueID], [MessageChannel])
}

/// A command that writes just that.
private struct Promising: Command {
    let promise: Promise
    let clientID: UniqueID

    var audience: Audience { .system }
    var target: Target { .client(clientID) }
    var password: PasswordUse {
        if case .familyAccess(true) = promise { .draw } else { .none }
    }

    func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let expiresAt = situation.now.adding(microseconds: 86_400_000_000)
        switch promise {
        case .portalInvitation(let kind, let template):
            return [sent(kind, template, .emailLink, in: situation)]
        case .familyAccess(let hasPassword):
            let issued = TemporaryPasswordIssued(
                accountId: situation.ids[1],
                clientId: clientID,
                invitationId: situation.ids[0],
                passwordHash: situation.passwordHash ?? "",
                expiresAt: expiresAt
            )
            return (hasPassword ? [.temporaryPasswordIssued(issued)] : [])
                + [sent(.familyPortal, nil, .temporaryPassword, in: situation)]
        case .resent(let invitation, let template):
            let resent = PortalInvitationResent(
                invitationId: invitation,
                clientId: clientID,
                attempt: 1,
                templateId: template,
                tokenHash: situation.secrets.tokenHash,
                expiresAt: expiresAt
            )
            return [.portalInvitationResent(resent)]
        case .passwordReset(let account):
            let requested = PasswordResetRequested(
                accountId: account,
                clientId: clientID,
                tokenHash: situation.secrets.tokenHash,
                expiresAt: expiresAt,
                personal: .open(.init(email: "kin@example.org"))
            )
            return [.passwordResetRequested(requested)]
        case .bulk(let clients, let channels):
            let bulk = BulkMessageSent(
                bulkId: situation.ids[0],
                channels: channels,
                recipientIds: clients,
                skipped: [],
                personal: .open(.init(body: "We are closed on Monday"))
            )
            return [.bulkMessageSent(bulk)]
        }
    }

    private func sent(
        _ kind: InvitationKind,
        _ template: UniqueID?,
        _ verification: Verification,
        in situation: Situation
    ) -> PortalEvent {
        .portalInvitationSent(
            PortalInvitationSent(
                invitationId: situation.ids[0],
                clientId: clientID,
                kind: kind,
                recipientKind: kind == .familyPortal ? .contact : .patient,
                recipientId: nil,
                accountId: nil,
                grantId: nil,
                templateId: template,
                origin: .clientCard,
                verification: verification,
                tokenHash: situation.secrets.tokenHash,
                expiresAt: situation.now.adding(microseconds: 86_400_000_000),
                personal: .open(.init(recipientEmail: "kin@example.org", recipientName: "Kin"))
            )
        )
    }
}

extension House {
    /// Writes events that promise a mail.
    func write(_ promise: Promise, _ client: UniqueID) async throws {
        let desk = try CommandDesk(store: store)
        try await desk.start()
        let command = Promising(promise: promise, clientID: client)
        let reply = try await desk.run(command, in: organisation)
        guard case .accepted = reply else { throw Unexpected(reply.json.canonicalText) }
        session = try await BatchSession(desk: desk)
    }

    /// The newest mail in the outbox.
    func mailText() throws -> String {
        let mails = try outbox().filter { $0.key.hasSuffix(".eml") }.sorted { $0.key < $1.key }
        guard let last = mails.last else { throw Unexpected("there is no mail") }
        return String(decoding: last.value, as: UTF8.self)
    }

    /// The newest invitation of a client.
    func invitation(of client: UniqueID) async throws -> UniqueID? {
        var loader = StateLoader(log: store.log, vault: store.vault)
        return try loader.client(client, in: organisation)?.state.invitations.last?.id
    }
}
