import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// Who may ask what, and what the answers to wrong questions are.
@Suite(.opensStores) struct QueryTests {
    @Test(arguments: [
        ("ClientList", "{}"), ("Invitations", "{}"), ("LetterTemplates", "{}"),
        ("CredentialsDueToExpire", "{}"), ("UndistributedCredentials", "{}"),
    ])
    func `lists are for staff, with or without permissions`(
        query: String,
        input: String
    ) async throws {
        let house = try await House()
        let ben = try await house.ben()
        let value = try JSONValue(parsing: Array(input.utf8))
        #expect(try await house.show(query, value, as: ben)["ok"] == true)
        let stranger = Actor.staff(UniqueID(high: 1, low: 1))
        for actor in [Actor.anonymous, stranger, .portalUser(UniqueID(high: 1, low: 1))] {
            #expect(try await house.show(query, value, as: actor)["reason"] == "notPermitted")
        }
    }

    @Test func `the activity log and the audit trail need a permission`() async throws {
        let house = try await House()
        let ben = try await house.ben()
        let client: JSONValue = ["clientId": .uuid(try await house.client())]
        for query in ["ActivityLog", "AuditTrail"] {
            #expect(try await house.show(query, client, as: ben)["reason"] == "notPermitted")
            #expect(try await house.show(query, client, as: house.ana)["ok"] == true)
        }
    }

    @Test func `reading the audit trail is recorded for staff only`() async throws {
        let house = try await House()
        let client: JSONValue = ["clientId": .uuid(try await house.client())]
        let head = house.store.head
        _ = try await house.result("AuditTrail")
        _ = try await house.result("ActivityLog", client, as: house.ana)
        #expect(house.store.head == head)
        let filter: JSONValue = ["type": "ClientRegistered"]
        let rows = try await house.result("AuditTrail", filter, as: house.ana).array
        #expect(rows?.count == 1)
        #expect(try house.types(after: head) == ["AuditTrailRead.v1"])
        let reading = try await house.result("AuditTrail", ["type": "AuditTrailRead"]).array
        #expect(reading?.first?["actor"]?.string == "\(house.ana)")
        #expect(reading?.first?["detail"] == ["query": "AuditTrail", "filter": filter])
    }

    @Test func `a refused reading is not recorded as one`() async throws {
        let house = try await House()
        let ben = try await house.ben()
        let head = house.store.head
        #expect(try await house.show("AuditTrail", as: ben)["reason"] == "notPermitted")
        #expect(house.store.head == head)
    }

    @Test func `whoever lost a permission does not get it back by asking about the past`()
        async throws
    {
        let house = try await House()
        let ben = try await house.ben()
        let staffID = JSONValue.string(String("\(ben)".dropFirst(6)))
        let permission: JSONValue = ["staffId": staffID, "permission": "viewActivityLog"]
        try await house.ids("GrantStaffPermission", permission, as: house.ana)
        let then: JSONValue = ["asOf": .integer(Int64(house.store.head))]
        #expect(try await house.show("AuditTrail", then, as: ben)["ok"] == true)
        try await house.ids("WithdrawStaffPermission", permission, as: house.ana)
        #expect(try await house.show("AuditTrail", then, as: ben)["reason"] == "notPermitted")
        try await house.ids("RemoveStaffMember", ["staffId": staffID], as: house.ana)
        #expect(try await house.show("ClientList", then, as: ben)["reason"] == "notPermitted")
    }

    @Test func `somebody new may ask about a time before they came`() async throws {
        let house = try await House()
        let then: JSONValue = ["asOf": .integer(Int64(house.store.head))]
        let ben = try await house.ben()
        #expect(try await house.show("ClientList", then, as: ben)["result"] == [])
    }

    @Test func `owners may ask who has access to their own profile, and nobody else's`()
        async throws
    {
        let house = try await House()
        let mine = try await house.acceptedClient("Cara")
        let theirs = try await house.acceptedClient("Dora")
        for query in ["AccessGrants", "ProfileState", "RecordResources"] {
            let input: JSONValue = ["profileId": .uuid(mine.profile)]
            #expect(try await house.show(query, input, as: mine.owner)["ok"] == true, "\(query)")
            let reply = try await house.show(query, input, as: theirs.owner)
            #expect(reply["ok"] == false, "\(query)")
        }
        for query in ["ClientList", "ClientCard", "PatientUserState", "AuditTrail"] {
            let input: JSONValue = query == "ClientCard" ? ["clientId": .uuid(mine.profile)] : [:]
            #expect(try await house.show(query, input, as: mine.owner)["ok"] == false, "\(query)")
        }
    }

    @Test func `an owner who was disabled does not read on as of an earlier time`() async throws {
        let house = try await House()
        let (profile, owner) = try await house.acceptedClient("Cara")
        let account = JSONValue.string(String("\(owner)".dropFirst(11)))
        let input: JSONValue = [
            "profileId": .uuid(profile), "asOf": .integer(Int64(house.store.head)),
        ]
        #expect(try await house.show("RecordResources", input, as: owner)["ok"] == true)
        try await house.ids("DisablePatientProfileAccount", ["accountId": account], as: house.ana)
        for query in ["RecordResources", "AccessGrants"] {
            #expect(try await house.show(query, input, as: owner)["ok"] == false, "\(query)")
        }
    }

    @Test func `resources of an owned profile need a grant, of another the permission`()
        async throws
    {
        let house = try await House()
        let ben = try await house.ben()
        let client = try await house.client()
        let invited = try await house.inviteWithProfile(client)
        let input: JSONValue = ["profileId": invited["profileId"] ?? .null]
        #expect(try await house.show("RecordResources", input, as: ben)["reason"] == "notPermitted")
        #expect(try await house.show("RecordResources", input, as: house.ana)["ok"] == true)
        let (_, owner) = try await house.accept(client)
        let revoked: JSONValue = .object(
            (input.members ?? []) + [JSONMember("subject", .string("\(house.ana)"))]
        )
        try await house.ids("RevokeAccess", revoked, as: owner)
        let reply = try await house.show("RecordResources", input, as: house.ana)
        #expect(reply["reason"] == "accessNotGranted")
    }

    @Test func `somebody with a role reads of a record what the role shows, and no more`()
        async throws
    {
        let house = try await House()
        let (profile, owner) = try await house.acceptedClient("Cara")
        let friend = try await house.acceptedClient("Dora")
        let defining: JSONValue = ["name": "nurse", "permissions": ["medications"]]
        let role = try await house.ids("DefinePortalRole", defining, as: house.ana)
        let adding: JSONValue = ["profileId": .uuid(profile), "content": ["name": "x"]]
        for (kind, structured) in [("medication", true), ("medication", false), ("visit", true)] {
            let input = adding.replacing("kind", by: .string(kind))
                .replacing("structured", by: .bool(structured))
            try await house.ids("AddRecordResource", input, as: owner)
        }
        let dora = try await house.result("ClientList").array?.first { $0["name"] == "Dora Lane" }
        let granting: JSONValue = [
            "profileId": .uuid(profile), "roleId": role["roleId"] ?? .null,
            "subject": .string("person/\(dora?["clientId"]?.string ?? "")"),
        ]
        try await house.ids("GrantCollaboratorAccess", granting, as: owner)
        let asked: JSONValue = ["profileId": .uuid(profile)]
        let mine = try await house.result("RecordResources", asked, as: owner).array ?? []
        #expect(mine.count == 3)
        let theirs = try await house.result("RecordResources", asked, as: friend.owner).array ?? []
        #expect(theirs.map { $0["kind"] } == ["medication"])
        #expect(theirs.map { $0["structured"] } == [true])
    }

    @Test func `resources of a rejected profile are for nobody`() async throws {
        let house = try await House()
        let client = try await house.client()
        let invited = try await house.inviteWithProfile(client)
        let token = JSONValue.string(try house.token("invitationLink", of: client))
        try await house.ids("RejectInvitation", ["token": token], as: .anonymous)
        let input: JSONValue = ["profileId": invited["profileId"] ?? .null]
        let reply = try await house.show("RecordResources", input, as: house.ana)
        #expect(reply["reason"] == "accessRemovedByRejection")
    }

    @Test func `a deleted profile is not found`() async throws {
        let house = try await House()
        let invited = try await house.inviteWithProfile(try await house.client())
        let profile = invited["profileId"] ?? .null
        let before = JSONValue.integer(Int64(house.store.head))
        let invitation: JSONValue = ["invitationId": invited["invitationId"] ?? .null]
        try await house.ids("RevokeInvitation", invitation, as: house.ana)
        for query in ["ProfileState", "AccessGrants", "RecordResources"] {
            let reply = try await house.show(query, ["profileId": profile], as: house.ana)
            #expect(reply["reason"] == "notFound", "\(query)")
        }
        let earlier: JSONValue = ["profileId": profile, "asOf": before]
        let grants = try await house.show("AccessGrants", earlier, as: house.ana)
        #expect(grants["result"]?.array?.count == 1)
        let resources = try await house.show("RecordResources", earlier, as: house.ana)
        #expect(resources["reason"] == "notFound")
    }
}

extension House {
    /// A client who has accepted and so owns a profile.
    func acceptedClient(_ name: String) async throws -> (profile: UniqueID, owner: Actor) {
        let client = try await client(name)
        _ = try await inviteWithProfile(client)
        return try await accept(client)
    }
}
