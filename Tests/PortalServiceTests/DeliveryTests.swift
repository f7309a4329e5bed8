import EventLine
import Foundation
import PortalAccess
import Testing

@testable import PortalService

/// The outbox after crashes: no promised mail is lost, none is written twice.
@Suite(.opensStores) struct DeliveryTests {
    @Test func `a mail that could not be written is there after a restart`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.inviteWithoutOutbox(client)
        #expect(try house.manifests() == [])
        try await house.reopen()
        #expect(try house.manifests().count == 1)
        try await house.accept(client)
    }

    @Test func `a mail that could not be written comes before later ones`() async throws {
        let house = try await House()
        let first = try await house.client("Cara")
        let second = try await house.client("Dora")
        try await house.inviteWithoutOutbox(first)
        try await house.ids(
            "InviteClient",
            ["clientId": .uuid(second), "createProfileBeforeAcceptance": false],
            as: house.ana
        )
        #expect(try house.manifests().map { $0["clientId"] } == [.uuid(first), .uuid(second)])
        try await house.reopen()
        try await house.accept(first)
        try await house.accept(second)
    }

    @Test func `a mail that was written is not written again`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.letterTemplate()
        _ = try await house.inviteWithProfile(client)
        _ = try await house.sendCredentials(client)
        let outbox = try house.outbox()
        #expect(outbox.count == 5)
        try FileManager.default.removeItem(atPath: house.directory.deliveredPath)
        try await house.reopen()
        #expect(try house.outbox() == outbox)
    }

    @Test func `a mail is written after a crash right behind its event`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.crash(
            after: "InviteClient",
            ["clientId": .uuid(client), "createProfileBeforeAcceptance": false]
        )
        #expect(try house.manifests() == [])
        try await house.reopen()
        try await house.accept(client)
    }

    @Test func `a crash between a mail and the erasing of its secret writes it over itself`()
        async throws
    {
        let house = try await House()
        let client = try await house.client()
        try await house.crash(
            after: "InviteClient",
            ["clientId": .uuid(client), "createProfileBeforeAcceptance": false]
        )
        try house.close()
        let pending = try house.store.vaultCopy()
        try await house.open(at: house.store.clock.now)
        let outbox = try house.outbox()
        try house.close()
        // As if the power had failed before the vault forgot the token and the place was noted.
        try pending.restore(to: house.directory.vaultPath)
        try FileManager.default.removeItem(atPath: house.directory.deliveredPath)
        try await house.open(at: house.store.clock.now)
        #expect(try house.outbox() == outbox)
    }

    @Test func `a letter is printed by the template as it was`() async throws {
        let house = try await House()
        let client = try await house.client()
        let template = try await house.letterTemplate("The old words")
        _ = try await house.sendCredentials(client)
        let outbox = try house.outbox()
        let change: JSONValue = ["templateId": .uuid(template), "body": "The new words"]
        try await house.ids("ChangeLetterTemplate", change, as: house.ana)
        try FileManager.default.removeItem(atPath: house.directory.deliveredPath)
        for name in outbox.keys {
            try FileManager.default.removeItem(atPath: "\(house.directory.outboxPath)/\(name)")
        }
        try await house.reopen()
        #expect(try house.outbox() == outbox)
    }

    @Test func `a code that can no longer be used is not printed again`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.letterTemplate()
        _ = try await house.sendCredentials(client)
        let input = try house.registration(client)
        try await house.ids("RegisterPatientUser", input, as: .anonymous)
        try FileManager.default.removeItem(atPath: house.directory.outboxPath)
        try await house.reopen()
        #expect(try house.manifests() == [])
    }

    @Test func `manifests say what was merged, and only the owner may read them`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.letterTemplate()
        _ = try await house.sendCredentials(client)
        let letter = try #require(try house.manifests().first)
        #expect(letter["kind"] == "letter")
        #expect(letter["clientId"] == .uuid(client))
        #expect(letter["fields"]?["patientIdNumber"] == "N-Cara")
        #expect(letter["fields"]?["activationCode"]?.string?.count == 14)
        #expect(letter["fields"]?["registrationLink"]?.string?.contains("?token=") == true)
        for name in try house.outbox().keys {
            let path = "\(house.directory.outboxPath)/\(name)"
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }
}

extension House {
    /// Invites while the outbox cannot be written to: the event is durable, the mail is not there.
    fileprivate func inviteWithoutOutbox(_ client: UniqueID) async throws {
        let path = directory.outboxPath
        try FileManager.default.moveItem(atPath: path, toPath: "\(path).away")
        try Data().write(to: URL(fileURLWithPath: path))
        await #expect(throws: ServiceError.self) {
            try await run(
                "InviteClient",
                ["clientId": .uuid(client), "createProfileBeforeAcceptance": false],
                as: ana
            )
        }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: "\(path).away", toPath: path)
    }
}

/// The vault's files at some moment.
struct VaultCopy {
    let files: [String: Data]

    /// Puts the vault back as it was.
    func restore(to path: String) throws {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: path + suffix)
        }
        for (suffix, bytes) in files {
            try bytes.write(to: URL(fileURLWithPath: path + suffix))
        }
    }
}

extension Store {
    /// What a backup of the vault would hold now.
    func vaultCopy() throws -> VaultCopy {
        var files: [String: Data] = [:]
        for suffix in ["", "-wal"] {
            files[suffix] = FileManager.default.contents(atPath: directory.vaultPath + suffix)
        }
        return VaultCopy(files: files)
    }
}
