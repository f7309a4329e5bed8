import EventLine
import PersonalData
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// Portal access of contacts over a real store: what is answered, now and as of earlier.
@Suite(.opensStores) struct FamilyPortalTests {
    @Test func `one contact of two clients is the same person to both`() async throws {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let first = try await house.clientWithProfile("Cara")
        let second = try await house.clientWithProfile("Dora")
        let contact = try await house.contact(of: first.client)
        let access = try await house.giveAccess(contact.id, to: first.profile, family)
        let other = try await house.contact(of: second.client, person: contact.person)

        let form = try await house.result(
            "AddAccessForm",
            ["profileId": .uuid(second.profile), "holder": .string("contact/\(other.id)")]
        )
        #expect(form["email"] == "pat@example.org")
        #expect(form["locked"] == true)
        let roles = form["roles"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(Set(roles) == ["patient", "family", "physician"])

        let physician = try await house.role("physician")
        let more = try await house.giveAccess(other.id, to: second.profile, physician)
        #expect(more["accountId"] == access["accountId"])
        let account = try access.requiredID("accountId")
        try await house.enter(account, try more.requiredID("invitationId"))

        let profiles = try await house.result("MultiProfileAccess", ["accountId": .uuid(account)])
        #expect(profiles.column("state") == ["active", "active"])
        #expect(profiles.column("clientId") == ["\(first.client)", "\(second.client)"])
        let byPerson: JSONValue = ["personId": .uuid(contact.person)]
        #expect(try await house.result("MultiProfileAccess", byPerson) == profiles)
        for (profile, holder) in [(first.profile, contact.id), (second.profile, other.id)] {
            let managed = try await house.result(
                "ManageAccess",
                ["profileId": .uuid(profile), "holder": .string("contact/\(holder)")]
            )
            #expect(managed["loginEmail"] == "pat@example.org")
            #expect(managed["grants"]?.array?.count == 2)
        }
        let seen = try await house.result(
            "EffectiveAccess",
            ["accountId": .uuid(account), "profileId": .uuid(second.profile)]
        )
        #expect(seen["allowed"] == true)
        #expect(seen["permissions"] == ["medications", "visits"])
        try await house.expectSameAfterRebuild()
    }

    @Test func `the list of contacts says who signed in when, as of any moment`() async throws {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let first = try await house.clientWithProfile("Cara")
        let second = try await house.clientWithProfile("Dora")
        let contact = try await house.contact(of: first.client)
        let other = try await house.contact(of: second.client, person: contact.person)
        let access = try await house.giveAccess(contact.id, to: first.profile, family)
        try await house.giveAccess(other.id, to: second.profile, family)
        let before = house.store.head
        let account = try access.requiredID("accountId")
        let invitations = try await house.result("Invitations", ["kind": "familyPortal"])
        #expect(invitations.column("state") == ["pending", "pending"])
        let last = invitations.array?.last.flatMap { try? $0.requiredID("invitationId") }
        try await house.enter(account, try #require(last))
        #expect(
            try await house.result("Invitations", ["kind": "familyPortal"]).column("state")
                == ["accepted", "accepted"]
        )
        let asked: JSONValue = ["clientId": .uuid(second.client)]
        let row = try await house.result("ContactList", asked).array?.first
        #expect(row?["portalRole"] == "family")
        #expect(row?["lastFamilyPortalSignIn"] == "2026-03-02T15:00:00.000000Z")
        #expect(row?["enabled"] == true)
        let past = asked.with("asOf", .integer(Int64(before)))
        let then = try await house.result("ContactList", past).array?.first
        #expect(then?["portalRole"] == "family")
        #expect(then?["lastFamilyPortalSignIn"]?.isNull == true)
        let grants: JSONValue = ["profileId": .uuid(second.profile)]
        #expect(try await house.result("AccessGrants", grants).column("state") == ["active"])
        let earlier = grants.with("asOf", .integer(Int64(before)))
        #expect(try await house.result("AccessGrants", earlier).column("state") == ["invited"])
    }

    @Test func `until a password is set everything else is refused`() async throws {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let client = try await house.clientWithProfile("Cara")
        let contact = try await house.contact(of: client.client)
        let access = try await house.giveAccess(contact.id, to: client.profile, family)
        let account = try access.requiredID("accountId")
        let password = try house.mailedPassword(try access.requiredID("invitationId"))
        let signingIn: JSONValue = ["email": "PAT@example.org ", "password": .string(password)]
        let reply = try await house.run("SignIn", signingIn, as: .anonymous)
        #expect(reply.json["mustSetPassword"] == true)
        let pat = Actor.portalUser(account)
        let asked: JSONValue = ["profileId": .uuid(client.profile)]
        #expect(
            try await house.show("ProfileState", asked, as: pat)["reason"] == "passwordMustBeSet"
        )
        #expect(try await house.outcome("SignOut", as: pat) == "passwordMustBeSet")
        try await house.ids("SetPassword", ["password": "open sesame 1"], as: pat)
        #expect(try await house.show("ProfileState", asked, as: pat)["ok"] == true)
        let again: JSONValue = ["email": "pat@example.org", "password": "open sesame 1"]
        #expect(try await house.run("SignIn", again, as: .anonymous).json["mustSetPassword"] == nil)
        let removing: JSONValue = ["grantId": access["grantId"] ?? .null, "confirmed": true]
        try await house.ids("RemoveFamilyPortalAccess", removing, as: house.ana)
        #expect(try await house.show("ProfileState", asked, as: pat)["reason"] == "notPermitted")
        #expect(try await house.outcome("SignIn", again, as: .anonymous) == "signInRefused")
    }

    @Test func `a temporary password expires by the clock`() async throws {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let client = try await house.clientWithProfile("Cara")
        let contact = try await house.contact(of: client.client)
        let access = try await house.giveAccess(contact.id, to: client.profile, family)
        let invitation = try access.requiredID("invitationId")
        let old = try house.mailedPassword(invitation)
        try await house.advance(to: instant("2026-03-09T15:00:00Z"))
        let states = try await house.result("Invitations", ["kind": "familyPortal"])
        #expect(states.column("state") == ["expired"])
        let signingIn: JSONValue = ["email": "pat@example.org", "password": .string(old)]
        #expect(try await house.outcome("SignIn", signingIn, as: .anonymous) == "signInRefused")
        try await house.ids("ResendInvitation", ["invitationId": .uuid(invitation)], as: house.ana)
        try await house.enter(try access.requiredID("accountId"), invitation)
    }

    @Test func `a password is sent again to the address that the person signs in with now`()
        async throws
    {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let client = try await house.clientWithProfile("Cara")
        let contact = try await house.contact(of: client.client)
        let access = try await house.giveAccess(contact.id, to: client.profile, family)
        let invitation: JSONValue = ["invitationId": access["invitationId"] ?? .null]
        let change: JSONValue = [
            "accountId": access["accountId"] ?? .null, "new": "right@example.org",
        ]
        try await house.ids("ChangeLoginEmail", change, as: house.ana)
        let asked: JSONValue = ["kind": "familyPortal"]
        let sent = try await house.result("Invitations", asked)
        #expect(sent.column("recipient") == ["pat@example.org"])
        try await house.ids("ResendInvitation", invitation, as: house.ana)
        #expect(try house.recipients() == ["pat@example.org", "right@example.org"])
        let again = try await house.result("Invitations", asked)
        #expect(again.column("recipient") == ["right@example.org"])
        try await house.expectSameAfterRebuild()

        let own: JSONValue = [
            "profileId": .uuid(client.profile), "holder": .string("client/\(client.client)"),
            "loginEmail": "typo@example.org", "roleId": .uuid(family),
        ]
        let cara = try await house.ids("AddFamilyPortalAccess", own, as: house.ana)
        let email: JSONValue = ["clientId": .uuid(client.client), "new": "cara@right.example"]
        try await house.ids("ChangeClientEmail", email, as: house.ana)
        let hers: JSONValue = ["invitationId": cara["invitationId"] ?? .null]
        try await house.ids("ResendInvitation", hers, as: house.ana)
        #expect(try house.recipients().last == "cara@right.example")
    }

    @Test func `profiles are listed to nobody who could not sign in`() async throws {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let client = try await house.clientWithProfile("Cara")
        let access: JSONValue = [
            "profileId": .uuid(client.profile), "holder": .string("client/\(client.client)"),
            "loginEmail": "pat@example.org", "roleId": .uuid(family),
        ]
        let ids = try await house.ids("AddFamilyPortalAccess", access, as: house.ana)
        let account = try ids.requiredID("accountId")
        try await house.enter(account, try ids.requiredID("invitationId"))
        let cara = Actor.portalUser(account)
        let asked: JSONValue = ["accountId": .uuid(account)]
        #expect(try await house.show("MultiProfileAccess", asked, as: cara)["ok"] == true)
        try await house.ids("DisablePatientProfileAccount", asked, as: house.ana)
        let disabled = try await house.show("MultiProfileAccess", asked, as: cara)
        #expect(disabled["reason"] == "accountDisabled")
        try await house.ids("EnablePatientProfileAccount", asked, as: house.ana)
        // What ended her session is over; the session is too.
        let enabled = try await house.show("MultiProfileAccess", asked, as: cara)
        #expect(enabled["reason"] == "sessionEnded")
        #expect(try await house.outcome("SetUpSecondFactor", as: cara) == "sessionEnded")
        let signingIn: JSONValue = ["email": "pat@example.org", "password": "open sesame 1"]
        try await house.ids("SignIn", signingIn, as: .anonymous)
        #expect(try await house.show("MultiProfileAccess", asked, as: cara)["ok"] == true)
        let end: JSONValue = ["clientId": .uuid(client.client), "endDate": "2026-03-02"]
        try await house.ids("SetClientEndDate", end, as: house.ana)
        let ended = try await house.show("MultiProfileAccess", asked, as: cara)
        #expect(ended["reason"] == "clientEndDated")
        #expect(try await house.result("MultiProfileAccess", asked).array?.count == 1)
    }

    @Test func `people and profiles of another organisation are not found`() async throws {
        let house = try await House()
        let family = try await house.forFamilyPortal()
        let client = try await house.clientWithProfile("Cara")
        let contact = try await house.contact(of: client.client)
        let access = try await house.giveAccess(contact.id, to: client.profile, family)
        let ids = try await house.ids(
            "RegisterOrganisation",
            ["name": "Hillside", "timeZone": "Europe/Vienna"]
        )
        let other = try ids.requiredID("organisationId")
        let staff = Actor.staff(try ids.requiredID("staffId"))
        let head = house.store.head
        let grant = access["grantId"] ?? .null
        let calls: [(String, JSONValue)] = [
            ("DisableContact", ["contactId": .uuid(contact.id), "confirmed": true]),
            ("ChangeContact", ["contactId": .uuid(contact.id), "name": "X"]),
            ("RemoveFamilyPortalAccess", ["grantId": grant, "confirmed": true]),
            ("ChangeAccessRole", ["grantId": grant, "roleId": .uuid(family)]),
            ("ChangeLoginEmail", ["accountId": access["accountId"] ?? .null, "new": "x@y.org"]),
            ("ResendInvitation", ["invitationId": access["invitationId"] ?? .null]),
        ]
        for (name, input) in calls {
            #expect(
                try await house.outcome(name, input, as: staff, in: other) == "notFound",
                "\(name)"
            )
        }
        let holder: JSONValue = [
            "profileId": .uuid(client.profile), "holder": .string("contact/\(contact.id)"),
        ]
        for query in ["ManageAccess", "AddAccessForm"] {
            let reply = try await house.show(query, holder, as: staff, in: other)
            #expect(reply["reason"] == "notFound", "\(query)")
        }
        for field in ["accountId", "personId"] {
            let id = field == "personId" ? JSONValue.uuid(contact.person) : access[field] ?? .null
            let input = JSONValue.object([JSONMember(field, id)])
            let reply = try await house.show("MultiProfileAccess", input, as: staff, in: other)
            #expect(reply["reason"] == "notFound", "\(field)")
        }
        #expect(house.store.head == head)
    }
}

/// Saves an email template, which no command of these tests does.
private struct TemplateSaved: Command {
    var audience: Audience { .system }
    var target: Target { .organisation }

    func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let saved = EmailTemplateSaved(
            templateId: situation.ids[0],
            purpose: .familyPortalAccess,
            name: "Access",
            subject: "Your access",
            body: "Your password: {{temporaryPassword}}",
            hasInvitationLink: false
        )
        return [.emailTemplateSaved(saved)]
    }
}

extension House {
    /// An email template and two roles; answers with the role `family`.
    func forFamilyPortal() async throws -> UniqueID {
        _ = try await CommandDesk(store: store).run(TemplateSaved(), in: organisation)
        try await ids(
            "DefinePortalRole",
            ["name": "physician", "permissions": ["medications", "visits"]],
            as: ana
        )
        let family: JSONValue = ["name": "family", "permissions": ["visits"]]
        return try await ids("DefinePortalRole", family, as: ana).requiredID("roleId")
    }

    func role(_ name: String) async throws -> UniqueID {
        var loader = StateLoader(log: store.log, vault: store.vault)
        let roles = try loader.organisation(organisation).state.roles
        return try #require(roles.first { $0.value.name == name }?.key)
    }

    func clientWithProfile(
        _ name: String
    ) async throws -> (client: UniqueID, profile: UniqueID) {
        let input: JSONValue = [
            "givenName": .string(name), "familyName": "Lane", "dateOfBirth": "1980-02-29",
            "email": .string("\(name)@example.org"),
        ]
        let client = try await ids("RegisterClient", input, as: ana).requiredID("clientId")
        let profile = try await ids("CreateMedicalProfile", ["clientId": .uuid(client)], as: ana)
        return (client, try profile.requiredID("profileId"))
    }

    func contact(
        of client: UniqueID,
        person: UniqueID? = nil
    ) async throws -> (id: UniqueID, person: UniqueID) {
        let input: JSONValue = [
            "clientId": .uuid(client), "name": "Pat Lane", "relationship": "brother",
            "personId": person.map { .uuid($0) } ?? .null,
        ]
        let ids = try await ids("AddContact", input, as: ana)
        return (try ids.requiredID("contactId"), try ids.requiredID("personId"))
    }

    @discardableResult
    func giveAccess(
        _ contact: UniqueID,
        to profile: UniqueID,
        _ role: UniqueID
    ) async throws -> JSONValue {
        let input: JSONValue = [
            "profileId": .uuid(profile), "holder": .string("contact/\(contact)"),
            "loginEmail": "pat@example.org", "roleId": .uuid(role),
        ]
        return try await ids("AddFamilyPortalAccess", input, as: ana)
    }

    /// The temporary password that was mailed with an invitation, or waits to be.
    func mailedPassword(_ invitation: UniqueID) throws -> String {
        if let kept = try store.vault.secret(SecretName.temporaryPassword(invitation)) {
            return String(decoding: kept, as: UTF8.self)
        }
        let mailed = try manifests().compactMap { $0["fields"]?["temporaryPassword"]?.string }
        return try #require(mailed.last)
    }

    /// Signs in with what was mailed and sets another password.
    func enter(_ account: UniqueID, _ invitation: UniqueID) async throws {
        let signingIn: JSONValue = [
            "email": "pat@example.org", "password": .string(try mailedPassword(invitation)),
        ]
        try await ids("SignIn", signingIn, as: .anonymous)
        let password: JSONValue = ["password": "open sesame 1"]
        try await ids("SetPassword", password, as: .portalUser(account))
    }

    /// To whom mails with a temporary password went, in their order.
    fileprivate func recipients() throws -> [String] {
        try manifests().filter { $0["fields"]?["temporaryPassword"] != nil }
            .compactMap { $0["recipient"]?.string }
    }

    func expectSameAfterRebuild() async throws {
        let agreement = Agreement(house: self)
        let before = try agreement.dump()
        #expect(try Archive(of: store).rebuild(nil).isEmpty)
        #expect(try agreement.dump() == before)
    }
}

extension JSONValue {
    /// One member of each row.
    func column(_ name: String) -> [String] {
        (array ?? []).compactMap { $0[name]?.string }
    }

    fileprivate func with(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((members ?? []) + [JSONMember(name, value)])
    }
}
