import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// What was known of an account before its records were merged is known of it afterwards, now and
/// as of every moment.
@Suite(.opensStores) struct MergedPastTests {
    /// A child whose contact Dora is; Dora, who signs in with an account of her own; and two more
    /// records of hers, the last of which has an account as well.
    private struct Records {
        let house: House
        let child: (client: UniqueID, profile: UniqueID)
        let dora: (client: UniqueID, profile: UniqueID, account: UniqueID)
        let second: UniqueID
        let third: (client: UniqueID, account: UniqueID)

        init() async throws {
            house = try await House()
            let family = try await house.forFamilyPortal()
            child = try await house.clientWithProfile("Cara")
            let (first, account) = try await Self.owner("Dora", house)
            dora = (first.client, first.profile, account)
            second = try await house.client("Eve")
            let (last, other) = try await Self.owner("Fay", house)
            third = (last.client, other)
            let contact = try await house.contact(of: child.client, person: dora.client)
            let giving: JSONValue = [
                "profileId": .uuid(child.profile), "holder": .string("contact/\(contact.id)"),
                "loginEmail": "Dora@example.org", "roleId": .uuid(family),
            ]
            try await house.ids("AddFamilyPortalAccess", giving, as: house.ana)
        }

        private static func owner(_ name: String, _ house: House) async throws -> (
            (client: UniqueID, profile: UniqueID), account: UniqueID
        ) {
            let client = try await house.client(name)
            _ = try await house.inviteWithProfile(client)
            let (profile, owner) = try await house.accept(client)
            let account = UniqueID("\(owner)".dropFirst("portalUser/".count))
            return ((client, profile), try #require(account))
        }

        func merge(_ merged: UniqueID, into survivor: UniqueID, keeping account: UniqueID)
            async throws
        {
            let input: JSONValue = [
                "survivor": .uuid(survivor), "merged": .uuid(merged),
                "keepAccountId": .uuid(account),
            ]
            try await house.ids("MergeClientRecords", input, as: house.ana)
        }

        /// Signs in at a time, and gives what the child's list of contacts says then.
        func signIn(_ name: String, at time: String) async throws -> [String?] {
            try await house.advance(to: try instant(time))
            let input: JSONValue = [
                "email": .string("\(name)@example.org"), "password": "open sesame 1",
            ]
            try await house.ids("SignIn", input, as: .anonymous)
            return try await listed()
        }

        func listed(asOf sequence: UInt64? = nil) async throws -> [String?] {
            let moment = sequence.map { JSONValue.integer(Int64($0)) } ?? .null
            let input: JSONValue = ["clientId": .uuid(child.client), "asOf": moment]
            let row = try await house.result("ContactList", input).array?.first
            return [row?["portalRole"]?.string, row?["lastFamilyPortalSignIn"]?.string]
        }
    }

    @Test func `a contact's last sign-in is the person's, whichever account they keep`()
        async throws
    {
        let records = try await Records()
        let times = [3, 4, 5, 6].map { "2026-03-0\($0)T15:00:00.000000Z" }
        #expect(try await records.listed() == ["family", nil])
        let before = try await records.signIn("Dora", at: times[0])
        #expect(before == ["family", times[0]])
        let sequence = records.house.store.head
        let (dora, second, third) = (records.dora, records.second, records.third)
        try await records.merge(dora.client, into: second, keeping: dora.account)
        #expect(try await records.signIn("Dora", at: times[1]) == ["family", times[1]])
        try await records.merge(second, into: third.client, keeping: dora.account)
        #expect(try await records.signIn("Dora", at: times[2]) == ["family", times[2]])
        #expect(try await records.listed(asOf: sequence) == before)
    }

    @Test func `a contact's last sign-in is the person's where their own account was closed`()
        async throws
    {
        let records = try await Records()
        let (dora, third) = (records.dora, records.third)
        _ = try await records.signIn("Dora", at: "2026-03-03T15:00:00.000000Z")
        try await records.merge(dora.client, into: third.client, keeping: third.account)
        let time = "2026-03-04T15:00:00.000000Z"
        #expect(try await records.signIn("Fay", at: time) == ["family", time])
    }

    @Test func `every answer stays what it was, before and between and after the merges`()
        async throws
    {
        let records = try await Records()
        let agreement = Agreement(house: records.house)
        var remembered: [(UInt64, [String: JSONValue])] = []
        func remember() async throws {
            try await agreement.check()
            let sequence = records.house.store.head
            remembered.append((sequence, try await agreement.answers(asOf: sequence)))
        }
        let (dora, second, third) = (records.dora, records.second, records.third)
        try await remember()
        try await records.merge(dora.client, into: second, keeping: dora.account)
        try await remember()
        _ = try await records.signIn("Dora", at: "2026-03-04T15:00:00Z")
        try await remember()
        try await records.merge(second, into: third.client, keeping: dora.account)
        try await remember()
        _ = try await records.signIn("Dora", at: "2026-03-05T15:00:00Z")
        for (sequence, answers) in remembered {
            let now = try await agreement.again(answers.keys, asOf: sequence)
            for (question, answer) in answers {
                #expect(now[question] == answer, "\(question) as of \(sequence)")
            }
        }
        let live = try agreement.dump()
        #expect(try Archive(of: records.house.store).rebuild(nil) == [:])
        #expect(try agreement.dump() == live)
    }

    @Test func `who could see a profile is told from before the merge on`() async throws {
        let records = try await Records()
        let (dora, second) = (records.dora, records.second)
        let opened = records.house.store.clock.now
        _ = try await records.signIn("Dora", at: "2026-03-03T15:00:00Z")
        try await records.merge(dora.client, into: second, keeping: dora.account)
        let profile: JSONValue = ["profileId": .uuid(dora.profile)]
        let rows = try await records.house.result("AccessHistory", profile).array ?? []
        let seen = rows.filter { $0["basis"] == "portalAccess" }
        #expect(seen.map { $0["accountId"] } == [.uuid(dora.account), .uuid(dora.account)])
        #expect(seen.map { $0["holder"]?.string } == ["client/\(dora.client)", "client/\(second)"])
        #expect(seen.first?["from"]?.string == "\(opened)")
        #expect(seen.map { $0["ended"]?["what"]?.string } == ["Client Records Merged", nil])
        let asked = profile.replacing("accountId", by: .uuid(dora.account))
        let told = try await records.house.result("ExplainAccess", asked)
        #expect(told["allowed"] == true)
        let steps = (told["steps"]?.array ?? []).compactMap { $0["what"]?.string }
        #expect(steps.contains("Patient Account Onboarded"))
    }
}
