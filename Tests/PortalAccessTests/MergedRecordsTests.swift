import EventLine
import PortalAccess
import PortalEvents
import Testing

/// One person with two records that were merged: whichever of their accounts is kept, they are one
/// person to every rule, and the read models say the same.
struct MergedRecordsTests {
    /// Carla with a second record, each with an account that is in use, and a grandmother of whom
    /// the second record is a contact with access.
    private struct Twice {
        var stage = Stage.forFamilyPortal()
        var projected: ProjectedAccess
        let first: UniqueID
        let second: UniqueID
        let grandmother: UniqueID
        private(set) var contact = Stage.nobody

        init() throws {
            projected = try ProjectedAccess()
            first = stage.client
            stage.registerByLink()
            Self.signIn("carla@example.org", &stage)
            second = stage.addClient("P-2", email: "carla@work.example")
            stage.choose(second)
            stage.registerByLink()
            Self.signIn("carla@work.example", &stage)
            grandmother = stage.addClient("P-3", email: "grandmother@example.org")
            stage.choose(grandmother)
            stage.makeProfile()
            contact = stage.addContact(person: second)
            stage.addAccess("contact/\(contact)", email: "carla@work.example")
        }

        private static func signIn(_ email: String, _ stage: inout Stage) {
            stage.done("SignIn", stage.signingIn(email, Stage.password), as: .anonymous)
        }

        func account(_ client: UniqueID) -> UniqueID {
            stage.world.clients[client]?.ownAccount?.id ?? Stage.nobody
        }

        /// Merges the second record into the first; answers with the account that stays.
        @discardableResult
        mutating func merge(keepingSecond: Bool) -> UniqueID {
            let kept = account(keepingSecond ? second : first)
            let merging: JSONValue = [
                "survivor": .id(first), "merged": .id(second), "keepAccountId": .id(kept),
            ]
            stage.done("MergeClientRecords", merging)
            return kept
        }

        static func email(keepingSecond: Bool) -> String {
            keepingSecond ? "carla@work.example" : "carla@example.org"
        }

        mutating func expectAgreement(at location: SourceLocation = #_sourceLocation) throws {
            let differences = try projected.differences(in: stage.world, asked: [stage.ana])
            #expect(differences == [], sourceLocation: location)
        }

        func barrier(_ account: UniqueID, at client: UniqueID) throws -> Refusal.Reason? {
            let situation = stage.world.situation(about: client)
            let profile = try #require(situation.client.profile)
            return situation.access(of: account, to: profile).barrier
        }
    }

    @Test(arguments: [false, true])
    func `the survivor's end date shuts both records, and lifting it opens them`(
        keepingSecond: Bool
    ) throws {
        var twice = try Twice()
        // Who sees nobody else has no way in left.
        twice.stage.done("DisableContact", ["contactId": .id(twice.contact), "confirmed": true])
        let kept = twice.merge(keepingSecond: keepingSecond)
        let email = Twice.email(keepingSecond: keepingSecond)
        let ending: JSONValue = ["clientId": .id(twice.first), "endDate": "2026-03-01"]
        twice.stage.done("SetClientEndDate", ending)
        #expect(twice.stage.signInRefusal(email, Stage.password) == .clientEndDated)
        for client in [twice.first, twice.second] {
            #expect(try twice.barrier(kept, at: client) != nil)
            let message: JSONValue = ["clientId": .id(client), "body": "Hello"]
            let sent = twice.stage.world.run("SendPatientMessage", message, as: twice.stage.ana)
            #expect(sent.reason == .messagesReadOnly)
        }
        try twice.expectAgreement()
        twice.stage.done("RemoveClientEndDate", ["clientId": .id(twice.first)])
        #expect(twice.stage.signInRefusal(email, Stage.password) == nil)
        #expect(try twice.barrier(kept, at: twice.second) == nil)
        try twice.expectAgreement()
    }

    @Test(arguments: [false, true])
    func `the access of a merged person ends with their being a contact`(
        keepingSecond: Bool
    ) throws {
        var twice = try Twice()
        let kept = twice.merge(keepingSecond: keepingSecond)
        #expect(try twice.barrier(kept, at: twice.grandmother) == nil)
        let shown = twice.stage.world.actions(for: twice.grandmother, as: twice.stage.ana)
        let ofContact = shown.filter { $0.contactID == twice.contact }.map(\.label.rawValue)
        #expect(ofContact == ["Manage Family Portal Access"])
        try twice.expectAgreement()
        let disabling: JSONValue = ["contactId": .id(twice.contact)]
        let outcome = twice.stage.world.run("DisableContact", disabling, as: twice.stage.ana)
        #expect(outcome.reason == .confirmationRequired)
        let events = twice.stage.done("DisableContact", disabling.with("confirmed", true))
        #expect(events.map(\.name).contains("FamilyPortalAccessRemoved"))
        #expect(try twice.barrier(kept, at: twice.grandmother) == .noProfileAccess)
        try twice.expectAgreement()
    }

    @Test(arguments: [false, true])
    func `taking away a merged person's access ends all that they had`(keepingFirst: Bool) throws {
        var twice = try Twice()
        let profile = try #require(twice.stage.profile)
        let subject: JSONValue = [
            "profileId": .id(profile.id), "subject": .string("person/\(twice.first)"),
        ]
        let role = JSONValue.id(twice.stage.role("patient"))
        twice.stage.done("GrantCollaboratorAccess", subject.with("roleId", role))
        let kept = twice.merge(keepingSecond: !keepingFirst)
        let ended = twice.stage.done("RevokeAccess", subject).map(\.name)
        #expect(ended.count { $0 == "FamilyPortalAccessRemoved" } == 2)
        #expect(twice.stage.profile?.grants.allSatisfy { $0.state == .removed } == true)
        #expect(try twice.barrier(kept, at: twice.grandmother) == .noProfileAccess)
        try twice.expectAgreement()
    }

    @Test(arguments: [false, true])
    func `one person has one access, under whichever of their records`(
        keepingSecond: Bool
    ) throws {
        var twice = try Twice()
        twice.merge(keepingSecond: keepingSecond)
        let again = twice.stage.addContact(person: twice.first)
        let email = Twice.email(keepingSecond: keepingSecond)
        let input = twice.stage.givingAccess("contact/\(again)", email: email)
        let outcome = twice.stage.world.run("AddFamilyPortalAccess", input, as: twice.stage.ana)
        #expect(outcome.reason == .alreadyHasAccess)
        try twice.expectAgreement()
    }

    @Test(arguments: [false, true])
    func `a contact under the merged record can be given access`(keepingSecond: Bool) throws {
        var twice = try Twice()
        let kept = twice.merge(keepingSecond: keepingSecond)
        twice.stage.choose(twice.stage.addClient("P-4", email: "uncle@example.org"))
        twice.stage.makeProfile()
        let contact = twice.stage.addContact(person: twice.second)
        try twice.expectAgreement()
        let email = Twice.email(keepingSecond: keepingSecond)
        let grant = twice.stage.addAccess("contact/\(contact)", email: email)
        #expect(twice.stage.holder(of: grant) == kept)
        #expect(twice.stage.access(by: grant)?.barrier == nil)
        try twice.expectAgreement()
    }

    @Test func `who turns out to be the client keeps their own access`() throws {
        var twice = try Twice()
        twice.stage.choose(twice.first)
        let contact = twice.stage.addContact(person: twice.second)
        let kept = twice.merge(keepingSecond: false)
        twice.stage.done("DisableContact", ["contactId": .id(contact)])
        #expect(try twice.barrier(kept, at: twice.first) == nil)
    }

    /// Merges a second record, whose account is in use and stays, into the client's.
    @discardableResult
    private static func takeOverAccount(_ stage: inout Stage) -> UniqueID {
        let survivor = stage.client
        let merged = stage.addClient("P-2", email: "carla@work.example")
        stage.choose(merged)
        stage.registerByLink()
        let kept = stage.account?.id ?? Stage.nobody
        stage.choose(survivor)
        let merging: JSONValue = ["survivor": .id(survivor), "merged": .id(merged)]
        stage.done("MergeClientRecords", merging.with("keepAccountId", .id(kept)))
        return kept
    }

    @Test func `a survivor who was only invited gets in with the account that moves`() throws {
        var stage = Stage.forFamilyPortal()
        var projected = try ProjectedAccess()
        let survivor = stage.client
        stage.done("SendPortalInvitation", stage.sending)
        let old = stage.invitation(.registration)
        let kept = Self.takeOverAccount(&stage)
        let profile = try #require(stage.profile)
        #expect(stage.world.situation(about: survivor).access(of: kept, to: profile).barrier == nil)
        #expect(old.flatMap { stage.state.invitation($0.id) }?.state == .revoked)
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
    }

    @Test func `a contact who has not signed in yet keeps their way in to a merged record`() throws
    {
        var stage = Stage.forFamilyPortal()
        var projected = try ProjectedAccess()
        let merged = stage.client
        let grant = stage.addAccess("contact/\(stage.addContact())")
        let survivor = stage.addClient("P-2", email: "carla@work.example")
        let merging: JSONValue = ["survivor": .id(survivor), "merged": .id(merged)]
        stage.done("MergeClientRecords", merging)
        let invitation = stage.state.invitations.first { $0.grantID == grant }
        #expect(invitation?.isOpen == true)
        stage.enter()
        #expect(stage.access(by: grant)?.barrier == nil)
        #expect(stage.state.invitations.first { $0.grantID == grant }?.state == .accepted)
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
    }

    @Test func `an unused temporary password of the survivor dies with its invitation`() {
        var stage = Stage.forFamilyPortal()
        stage.addAccess("client/\(stage.client)", email: "carla@example.org", as: "patient")
        Self.takeOverAccount(&stage)
        #expect(stage.invitation(.familyPortal)?.state == .revoked)
    }

    @Test func `what the end date suspended stays so for the account that comes in its place`()
        throws
    {
        var twice = try Twice()
        let ended: JSONValue = ["clientId": .id(twice.second), "endDate": "2026-03-01"]
        twice.stage.done("SetClientEndDate", ended)
        let kept = twice.merge(keepingSecond: false)
        let grant = twice.stage.world.clients[twice.second]?.profile?.liveGrant(of: .account(kept))
        #expect(grant?.state == .suspended)
        twice.stage.done("RemoveClientEndDate", ["clientId": .id(twice.second)])
        #expect(try twice.barrier(kept, at: twice.second) == nil)
        try twice.expectAgreement()
    }

    @Test func `a closed account stays closed, whatever becomes of its record`() throws {
        var twice = try Twice()
        let closed = twice.account(twice.second)
        twice.merge(keepingSecond: false)
        let status: JSONValue = ["clientId": .id(twice.second), "status": "active"]
        twice.stage.done("ChangeRecordStatus", status)
        let enabling: JSONValue = ["accountId": .id(closed)]
        let outcome = twice.stage.outcome("EnablePatientProfileAccount", enabling)
        #expect(outcome == .alreadyMerged)
        try twice.expectAgreement()
    }
}
