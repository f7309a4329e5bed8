import EventLine
import EventLog
import Foundation
import PersonalData
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// What was deleted cannot be read again, whatever crashes or is restored.
@Suite(.opensStores) struct ErasureTests {
    @Test func `a revoked invitation destroys the profile's key and says so`() async throws {
        let (house, profile, invitation) = try await houseWithRecord()
        let head = house.store.head
        try await house.ids("RevokeInvitation", ["invitationId": invitation], as: house.ana)
        #expect(
            try house.types(after: head) == [
                "InvitationRevoked.v1", "MedicalProfileDeleted.v1", "PersonalDataKeyDestroyed.v1",
                "PersonalDataErasureCompleted.v1",
            ]
        )
        #expect(try house.store.vault.isDestroyed("profile/\(profile)"))
        #expect(try house.contents(of: profile) == [.erased])
    }

    @Test func `an erasure that was ordered is carried out at the next start`() async throws {
        let (house, profile, invitation) = try await houseWithRecord()
        try await house.crash(after: "RevokeInvitation", ["invitationId": invitation])
        #expect(try house.store.vault.isDestroyed("profile/\(profile)") == false)
        try await house.reopen()
        #expect(try house.store.vault.isDestroyed("profile/\(profile)"))
        #expect(try house.contents(of: profile) == [.erased])
        try await house.reopen()
        let types = try house.types(after: 0)
        #expect(types.last == "PersonalDataErasureCompleted.v1")
        #expect(types.count { $0 == "PersonalDataErasureCompleted.v1" } == 1)
    }

    @Test func `an old vault that is copied back does not bring a key back`() async throws {
        let (house, profile, invitation) = try await houseWithRecord()
        try house.close()
        let old = try house.store.vaultCopy()
        try await house.open(at: house.store.clock.now)
        try await house.ids("RevokeInvitation", ["invitationId": invitation], as: house.ana)
        let head = house.store.head
        try house.close()
        try old.restore(to: house.directory.vaultPath)
        try await house.open(at: house.store.clock.now)
        #expect(try house.store.vault.isDestroyed("profile/\(profile)"))
        #expect(try house.contents(of: profile) == [.erased])
        #expect(house.store.head == head)
    }

    @Test func `what the vault has seen finished is not read again`() async throws {
        let (house, _, invitation) = try await houseWithRecord()
        try await house.ids("RevokeInvitation", ["invitationId": invitation], as: house.ana)
        try await house.reopen()
        let stream = try #require(StreamName("erasures/keys"))
        #expect(try house.store.log.eventCount(of: stream) == 2)
        #expect(try house.store.vault.finishedErasureCount() == 2)
    }

    @Test func `a vault that has seen more than the log has is believed nothing`() async throws {
        let (house, profile, invitation) = try await houseWithRecord()
        try house.store.vault.noteFinishedErasures(99)
        try await house.crash(after: "RevokeInvitation", ["invitationId": invitation])
        #expect(try house.store.vault.isDestroyed("profile/\(profile)") == false)
        try await house.reopen()
        #expect(try house.store.vault.isDestroyed("profile/\(profile)"))
        #expect(try house.store.vault.finishedErasureCount() == 1)
    }

    @Test func `the log's bytes stay as they are when a key is destroyed`() async throws {
        let (house, _, invitation) = try await houseWithRecord()
        let before = try house.logBytes()
        try await house.ids("RevokeInvitation", ["invitationId": invitation], as: house.ana)
        #expect(try house.logBytes().starts(with: before))
    }

    @Test func `the client's card outlives the profile`() async throws {
        let (house, _, invitation) = try await houseWithRecord()
        try await house.ids("RevokeInvitation", ["invitationId": invitation], as: house.ana)
        let rows = try await house.result("ClientList").array ?? []
        #expect(rows.first?["name"] == "Cara Lane")
        #expect(rows.first?["clientStatus"] == "notInvited")
    }

    private func houseWithRecord() async throws -> (House, profile: UniqueID, JSONValue) {
        let house = try await House()
        let invited = try await house.inviteWithProfile(try await house.client())
        let profile = try invited.requiredID("profileId")
        let input: JSONValue = [
            "profileId": .uuid(profile), "kind": "condition", "content": ["name": "asthma"],
        ]
        try await house.ids("AddRecordResource", input, as: house.ana)
        return (house, profile, invited["invitationId"] ?? .null)
    }
}

extension House {
    /// What can be read of a profile's resources.
    fileprivate func contents(of profile: UniqueID) throws -> [Readable] {
        let loader = StateLoader(log: store.log, vault: store.vault)
        return try loader.events(in: StreamName("profile", profile)).compactMap { event in
            guard case .recordResourceAdded(let added) = event else { return nil }
            return added.personal.content == nil ? .erased : .readable
        }
    }

    fileprivate enum Readable {
        case readable
        case erased
    }

    fileprivate func logBytes() throws -> Data {
        var lines = store.log.reader.lines()
        var bytes = Data()
        while let line = try lines.next() { bytes.append(contentsOf: line.bytes + [0x0a]) }
        return bytes
    }
}
