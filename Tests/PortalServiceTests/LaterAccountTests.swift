import EventLine
import EventLog
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// Access that somebody is given before they have an account (S0-14) is that of the account that
/// comes later, wherever it is opened.
@Suite(.opensStores) struct LaterAccountTests {
    /// Ada, who owns her profile, with a role that she can give.
    private struct Owned {
        let house: House
        let profile: UniqueID
        let owner: Actor
        let role: JSONValue
    }

    private func owned() async throws -> Owned {
        let house = try await House()
        let role = try await house.forFamilyPortal()
        let ada = try await house.client("Ada")
        _ = try await house.inviteWithProfile(ada)
        let accepted = try await house.accept(ada)
        return Owned(
            house: house,
            profile: accepted.profile,
            owner: accepted.owner,
            role: .uuid(role)
        )
    }

    private func grant(_ owned: Owned, to person: UniqueID) async throws {
        let granting: JSONValue = [
            "profileId": .uuid(owned.profile), "subject": .string("person/\(person)"),
            "roleId": owned.role,
        ]
        try await owned.house.ids("GrantCollaboratorAccess", granting, as: owned.owner)
    }

    /// Signs in; answers with the profiles that this opened.
    private func signIn(
        _ email: String,
        _ house: House
    ) async throws -> [UniqueID] {
        let input: JSONValue = ["email": .string(email), "password": "open sesame 1"]
        try await house.ids("SignIn", input, as: .anonymous)
        var lines = house.store.log.reader.lines(after: house.store.head - 3)
        var opened: [UniqueID] = []
        while let line = try lines.next()?.event() {
            let event = try PortalEvent(
                type: line.envelope.type,
                data: line.data,
                open: house.store.vault.opened
            )
            if case .signedIn(let event) = event { opened = event.profileIds }
        }
        return opened
    }

    private func profiles(_ input: JSONValue, _ house: House) async throws -> [String] {
        try await house.result("MultiProfileAccess", input).column("profileId")
    }

    @Test func `a client sees what they were let see before they registered`() async throws {
        let owned = try await owned()
        let house = owned.house
        let dan = try await house.client("Dan")
        try await grant(owned, to: dan)
        let inviting: JSONValue = ["clientId": .uuid(dan), "origin": "clientCard"]
        try await house.ids("SendPortalInvitation", inviting, as: house.ana)
        let registering: JSONValue = [
            "token": .string(try house.token("invitationLink", of: dan)),
            "details": ["givenName": "Dan", "familyName": "Lane"], "password": "open sesame 1",
        ]
        let ids = try await house.ids("RegisterByLink", registering, as: .anonymous)
        let account: JSONValue = ["accountId": ids["accountId"] ?? .null]
        #expect(try await signIn("Dan@example.org", house).contains(owned.profile))
        let shown = try await profiles(account, house)
        #expect(shown.contains("\(owned.profile)"))
        #expect(try await profiles(["personId": .uuid(dan)], house) == shown)
        let grants: JSONValue = ["profileId": .uuid(owned.profile)]
        let holders = try await house.result("AccessGrants", grants).array ?? []
        let theirs = holders.first { $0["holder"] == .string("person/\(dan)") }
        #expect(theirs?["accountId"] == ids["accountId"])
        let past = account.replacing("asOf", by: .integer(Int64(house.store.head)))
        #expect(try await profiles(past, house) == shown)

        let ending: JSONValue = ["clientId": .uuid(dan), "endDate": "2026-03-01"]
        try await house.ids("SetClientEndDate", ending, as: house.ana)
        // Their own end date does not keep them from others' profiles.
        #expect(try await signIn("Dan@example.org", house) == [owned.profile])
        try await house.expectSameAfterRebuild()
    }

    @Test func `a contact does so with an account that was opened with another client`()
        async throws
    {
        let owned = try await owned()
        let house = owned.house
        let elsewhere = try await house.clientWithProfile("Cara")
        let contact = try await house.contact(of: elsewhere.client)
        try await grant(owned, to: contact.person)
        let role = try #require(owned.role.string.flatMap { UniqueID($0) })
        let access = try await house.giveAccess(contact.id, to: elsewhere.profile, role)
        let account = try access.requiredID("accountId")
        try await house.enter(account, try access.requiredID("invitationId"))
        let shown = try await profiles(["accountId": .uuid(account)], house)
        #expect(Set(shown) == ["\(owned.profile)", "\(elsewhere.profile)"])
        let removing: JSONValue = ["grantId": access["grantId"] ?? .null, "confirmed": true]
        try await house.ids("RemoveFamilyPortalAccess", removing, as: house.ana)
        #expect(try await signIn("pat@example.org", house) == [owned.profile])
        try await house.expectSameAfterRebuild()
    }
}
