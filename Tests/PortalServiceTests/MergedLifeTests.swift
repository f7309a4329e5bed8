import EventLine
import EventLog
import PortalAccess
import Testing

@testable import PortalService

/// Merged records over a real store: who gets in where, and that nothing but the log says so.
@Suite(.opensStores) struct MergedLifeTests {
    private func owner(
        _ name: String,
        _ house: House
    ) async throws -> (client: UniqueID, profile: UniqueID, account: JSONValue) {
        let client = try await house.client(name)
        _ = try await house.inviteWithProfile(client)
        let accepted = try await house.accept(client)
        return (
            client, accepted.profile, .string(String("\(accepted.owner)".dropFirst(11)))
        )
    }

    private func signIn(_ name: String, _ house: House) async throws -> String {
        let input: JSONValue = [
            "email": .string("\(name)@example.org"), "password": "open sesame 1",
        ]
        return try await house.outcome("SignIn", input, as: .anonymous)
    }

    @Test func `the kept account owns both profiles, and the closed one is shut everywhere`()
        async throws
    {
        let house = try await House()
        let cara = try await owner("Cara", house)
        let dora = try await owner("Dora", house)
        let merging: JSONValue = [
            "survivor": .uuid(cara.client), "merged": .uuid(dora.client),
            "keepAccountId": cara.account,
        ]
        let ids = try await house.ids("MergeClientRecords", merging, as: house.ana)
        #expect(ids["keptAccountId"] == cara.account)
        #expect(ids["closedAccountId"] == dora.account)
        #expect(try await signIn("Cara", house) == "accepted")
        #expect(try await signIn("Dora", house) == "signInRefused")
        let kept = Actor("portalUser/\(cara.account.string ?? "")") ?? .anonymous
        let closed = Actor("portalUser/\(dora.account.string ?? "")") ?? .anonymous
        for profile in [cara.profile, dora.profile] {
            let input: JSONValue = ["profileId": .uuid(profile)]
            #expect(try await house.show("ProfileState", input, as: kept)["ok"] == true)
            #expect(try await house.show("ProfileState", input, as: closed)["ok"] == false)
            let access = input.replacing("accountId", by: cara.account)
            #expect(try await house.result("EffectiveAccess", access)["allowed"] == true)
            let shut = input.replacing("accountId", by: dora.account)
            #expect(try await house.result("EffectiveAccess", shut)["allowed"] == false)
        }
        let card = try await house.result("ClientCard", ["clientId": .uuid(dora.client)])
        #expect(card["recordStatus"] == "merged")
        try await expectRebuildsAgree(house)
    }

    @Test func `what the closed account saw as a collaborator the kept one sees`() async throws {
        let house = try await House()
        let cara = try await owner("Cara", house)
        let dora = try await owner("Dora", house)
        let child = try await owner("Emil", house)
        let defining: JSONValue = ["name": "friend", "permissions": ["visits"]]
        let role = try #require(
            try await house.ids("DefinePortalRole", defining, as: house.ana)["roleId"]
        )
        let granting: JSONValue = [
            "profileId": .uuid(child.profile), "subject": .string("person/\(dora.client)"),
            "roleId": role,
        ]
        let parent = Actor("portalUser/\(child.account.string ?? "")") ?? .anonymous
        try await house.ids("GrantCollaboratorAccess", granting, as: parent)
        let before = house.store.head
        let merging: JSONValue = [
            "survivor": .uuid(cara.client), "merged": .uuid(dora.client),
            "keepAccountId": cara.account,
        ]
        try await house.ids("MergeClientRecords", merging, as: house.ana)
        let kept: JSONValue = ["profileId": .uuid(child.profile), "accountId": cara.account]
        let closed = kept.replacing("accountId", by: dora.account)
        #expect(try await house.result("EffectiveAccess", kept)["allowed"] == true)
        #expect(try await house.result("EffectiveAccess", closed)["allowed"] == false)
        let past: JSONValue = .integer(Int64(before))
        let wasKept = kept.replacing("asOf", by: past)
        #expect(try await house.result("EffectiveAccess", wasKept)["allowed"] == false)
        let wasClosed = closed.replacing("asOf", by: past)
        #expect(try await house.result("EffectiveAccess", wasClosed)["allowed"] == true)
        let accounts: JSONValue = ["accountId": cara.account]
        let seen = try await house.result("MultiProfileAccess", accounts).array ?? []
        #expect(seen.contains { $0["profileId"] == .uuid(child.profile) })
        let now = kept.replacing("asOf", by: .integer(Int64(house.store.head)))
        #expect(try await house.result("EffectiveAccess", now)["allowed"] == true)
        let input: JSONValue = ["email": "Cara@example.org", "password": "open sesame 1"]
        try await house.ids("SignIn", input, as: .anonymous)
        let line = try house.store.log.event(at: house.store.head)
        let opened = try JSONValue(parsing: line.data)["profileIds"]?.array
        #expect(opened?.contains(.uuid(child.profile)) == true)
        try await expectRebuildsAgree(house)
    }

    @Test func `what the closed account owned for others the kept one owns`() async throws {
        let house = try await House()
        let cara = try await owner("Cara", house)
        let dora = try await owner("Dora", house)
        let child = try await house.client("Emil")
        _ = try await house.inviteWithProfile(child)
        let accepting: JSONValue = [
            "token": .string(try house.token("invitationLink", of: child)),
            "capacity": "legalRepresentative",
        ]
        let closed = Actor("portalUser/\(dora.account.string ?? "")") ?? .anonymous
        let owned = try await house.ids("AcceptInvitation", accepting, as: closed)
        #expect(owned["accountId"] == dora.account)
        let merging: JSONValue = [
            "survivor": .uuid(cara.client), "merged": .uuid(dora.client),
            "keepAccountId": cara.account,
        ]
        try await house.ids("MergeClientRecords", merging, as: house.ana)
        let kept = Actor("portalUser/\(cara.account.string ?? "")") ?? .anonymous
        let changing: JSONValue = [
            "profileId": owned["profileId"] ?? .null,
            "subject": .string("\(house.ana)"),
        ]
        #expect(
            try await house.outcome("RevokeAccess", changing, as: closed) != "accepted"
        )
        try await house.ids("RevokeAccess", changing, as: kept)
        try await expectRebuildsAgree(house)
    }

    @Test func `the account that is named stays, and is the survivor's from then on`() async throws
    {
        let house = try await House()
        let cara = try await owner("Cara", house)
        let dora = try await owner("Dora", house)
        let before = try await house.result("PatientUserState", ["clientId": .uuid(dora.client)])
        try await house.advance(to: try instant("2026-03-03T15:00:00Z"))
        let merging: JSONValue = [
            "survivor": .uuid(cara.client), "merged": .uuid(dora.client),
            "keepAccountId": dora.account,
        ]
        let ids = try await house.ids("MergeClientRecords", merging, as: house.ana)
        #expect(ids["keptAccountId"] == dora.account)
        #expect(ids["closedAccountId"] == cara.account)
        #expect(try await signIn("Cara", house) == "signInRefused")
        let input: JSONValue = ["email": "Dora@example.org", "password": "open sesame 1"]
        let entered = try await house.ids("SignIn", input, as: .anonymous)
        #expect(entered["accountId"] == dora.account)
        let kept = Actor("portalUser/\(dora.account.string ?? "")") ?? .anonymous
        for profile in [cara.profile, dora.profile] {
            let input: JSONValue = ["profileId": .uuid(profile)]
            #expect(try await house.show("ProfileState", input, as: kept)["ok"] == true)
            let access = input.replacing("accountId", by: dora.account)
            #expect(try await house.result("EffectiveAccess", access)["allowed"] == true)
            let shut = input.replacing("accountId", by: cara.account)
            #expect(try await house.result("EffectiveAccess", shut)["allowed"] == false)
        }
        try await house.ids(
            "DisablePatientProfileAccount",
            ["accountId": dora.account],
            as: house.ana
        )
        let after = try await house.result("PatientUserState", ["clientId": .uuid(cara.client)])
        #expect(after["state"] == "Disabled")
        // As it was before, both records had accounts of their own.
        let asked: JSONValue = [
            "clientId": .uuid(dora.client), "asOf": "2026-03-03T14:59:59Z",
        ]
        #expect(try await house.result("PatientUserState", asked) == before)
        try await expectRebuildsAgree(house)
    }

    @Test func `access that ended with a birthday agrees with the log, and is not due again`()
        async throws
    {
        let house = try await House()
        try await house.ids("ChangeComingOfAge", ["ageYears": 46], as: house.ana)
        let client = try await house.client("Cara")
        _ = try await house.inviteWithProfile(client)
        let accepting: JSONValue = [
            "token": .string(try house.token("invitationLink", of: client)),
            "capacity": "legalRepresentative", "password": "open sesame 1",
        ]
        try await house.ids("AcceptInvitation", accepting, as: .anonymous)
        #expect(try await signIn("Cara", house) == "accepted")
        // Cara was born on 29 February 1980, and is 46 on 1 March 2026: the owner came later.
        try await house.advance(to: try instant("2026-03-03T15:00:00Z"))
        #expect(try await signIn("Cara", house) == "accepted")
        try await house.ids("ChangeComingOfAge", ["ageYears": 47], as: house.ana)
        try await house.advance(to: try instant("2027-03-01T04:59:59Z"))
        #expect(try await signIn("Cara", house) == "accepted")
        try await house.advance(to: try instant("2027-03-01T05:00:00Z"))
        #expect(try await signIn("Cara", house) == "signInRefused")
        let arguments: [String: JSONValue] = [
            "organisation": .uuid(house.organisation), "today": "2027-03-02",
        ]
        #expect(try house.store.rows("coming-of-age", "due-birthdays", arguments) == [])
        try await expectRebuildsAgree(house)
    }

    @Test func `the survivor's end date shuts the merged record, live and as it was`() async throws
    {
        let house = try await House()
        let cara = try await owner("Cara", house)
        let dora = try await owner("Dora", house)
        let message: JSONValue = ["clientId": .uuid(dora.client), "body": "Hello"]
        try await house.ids("SendPatientMessage", message, as: house.ana)
        let merging: JSONValue = [
            "survivor": .uuid(cara.client), "merged": .uuid(dora.client),
            "keepAccountId": cara.account,
        ]
        try await house.ids("MergeClientRecords", merging, as: house.ana)
        let ending: JSONValue = ["clientId": .uuid(cara.client), "endDate": "2026-03-01"]
        try await house.ids("SetClientEndDate", ending, as: house.ana)
        #expect(try await signIn("Cara", house) == "signInRefused")
        let refused = try await house.outcome("SendPatientMessage", message, as: house.ana)
        #expect(refused == "messagesReadOnly")
        let kept = Actor("portalUser/\(cara.account.string ?? "")") ?? .anonymous
        let looking: JSONValue = ["accountId": cara.account, "profileId": .uuid(dora.profile)]
        #expect(try await house.show("PatientPortalContent", looking, as: kept)["ok"] == false)
        let client: JSONValue = ["clientId": .uuid(dora.client)]
        let past = client.replacing("asOf", by: .integer(Int64(house.store.head)))
        for asked in [client, past] {
            let threads = try await house.result("MessageThreads", asked).array ?? []
            #expect(threads.count == 1 && threads.allSatisfy { $0["readOnly"] == true })
        }
        let before = looking.replacing("asOf", by: .integer(Int64(house.store.head)))
        #expect(try await house.result("EffectiveAccess", before)["allowed"] == false)
        try await expectRebuildsAgree(house)
    }

    @Test func `an age that is set after the birthday ends access at once`() async throws {
        let house = try await House()
        let client = try await house.client("Cara")
        let born: JSONValue = ["clientId": .uuid(client), "new": "1980-03-03"]
        try await house.ids("CorrectClientDateOfBirth", born, as: house.ana)
        _ = try await house.inviteWithProfile(client)
        let accepting: JSONValue = [
            "token": .string(try house.token("invitationLink", of: client)),
            "capacity": "legalRepresentative", "password": "open sesame 1",
        ]
        let ids = try await house.ids("AcceptInvitation", accepting, as: .anonymous)
        let profile: JSONValue = ["profileId": ids["profileId"] ?? .null]
        try await house.advance(to: try instant("2026-03-04T15:00:00Z"))
        try await house.ids("ChangeComingOfAge", ["ageYears": 46], as: house.ana)
        let grants = try await house.result("AccessGrants", profile).array ?? []
        #expect(grants.contains { $0["state"] == "removed" && $0["accountId"] == ids["accountId"] })
        #expect(try await house.result("ProfileState", profile)["ownership"] == "none")
        try await expectRebuildsAgree(house)
    }

    private func expectRebuildsAgree(_ house: House) async throws {
        let agreement = Agreement(house: house)
        try await agreement.check()
        let live = try agreement.dump()
        #expect(try Archive(of: house.store).rebuild(nil) == [:])
        #expect(try agreement.dump() == live)
    }
}
