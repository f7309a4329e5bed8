import EventLine
import PortalAccess
import Testing

@testable import PortalService

extension House {
    /// Another organisation beside the first; answers with its id.
    func secondOrganisation() async throws -> UniqueID {
        let input: JSONValue = ["name": "Hill Clinic", "timeZone": "Europe/London"]
        return try await ids("RegisterOrganisation", input).requiredID("organisationId")
    }
}

/// Two organisations in one store, which must not see each other.
@Suite(.opensStores) struct OrganisationTests {
    @Test func `with two organisations the organisation must be named`() async throws {
        let house = try await House()
        _ = try await house.secondOrganisation()
        let reply = try await house.run("TurnOnProfileBeforeAcceptance").json
        #expect(reply["reason"] == "invalidInput")
        #expect(reply["field"] == "organisation")
        #expect(try await house.show("ClientList")["field"] == "organisation")
        let unknown = UniqueID(high: 1, low: 1)
        #expect(try await house.outcome("TurnOnProfileBeforeAcceptance", in: unknown) == "notFound")
        #expect(try await house.show("ClientList", in: unknown)["reason"] == "notFound")
    }

    @Test func `commands on ids of another organisation are not found`() async throws {
        let (house, other, ids) = try await twoHouses()
        let cases: [(String, JSONValue)] = [
            (
                "InviteClient", ["clientId": ids.client, "createProfileBeforeAcceptance": false]
            ),
            ("ChangeRecordStatus", ["clientId": ids.client, "status": "inactive"]),
            (
                "CreatePatientPortalCredentials",
                ["clientId": ids.client, "expiryDate": "2026-03-31", "distribution": "later"]
            ),
            ("ResendInvitation", ["invitationId": ids.invitation]),
            ("RevokeInvitation", ["invitationId": ids.invitation]),
            ("AddRecordResource", ["profileId": ids.profile, "kind": "visit", "content": [:]]),
            ("AmendRecordResource", ["resourceId": ids.resource, "content": [:]]),
            ("RemoveRecordResource", ["resourceId": ids.resource]),
            ("ConnectPatientPortal", ["profileId": ids.profile, "portal": "MyChart"]),
            ("RevokeAccess", ["profileId": ids.profile, "subject": ids.subject]),
            ("DisablePatientProfileAccount", ["accountId": ids.account]),
            ("EnablePatientProfileAccount", ["accountId": ids.account]),
            ("ResendConfirmation", ["accountId": ids.account]),
            ("MarkAccessLetterSent", ["letterId": ids.letter, "channel": "post"]),
            ("GrantStaffPermission", ["staffId": ids.staff, "permission": "inviteClient"]),
            ("RemoveStaffMember", ["staffId": ids.staff]),
            ("RejectInvitation", ["token": ids.token]),
        ]
        let head = house.store.head
        for (command, input) in cases {
            #expect(try await house.outcome(command, input, in: other) == "notFound", "\(command)")
        }
        #expect(house.store.head == head)
    }

    @Test func `queries about ids of another organisation are not found`() async throws {
        let (house, other, ids) = try await twoHouses()
        let cases: [(String, JSONValue)] = [
            ("ClientCard", ["clientId": ids.client]),
            ("PatientUserState", ["clientId": ids.client]),
            ("AvailableActions", ["clientId": ids.client]), ("Letters", ["clientId": ids.client]),
            ("ActivityLog", ["clientId": ids.client]), ("AuditTrail", ["clientId": ids.client]),
            ("ProfileState", ["profileId": ids.profile]),
            ("AccessGrants", ["profileId": ids.profile]),
            ("RecordResources", ["profileId": ids.profile]),
            ("EffectiveAccess", ["accountId": ids.account, "profileId": ids.profile]),
            ("MultiProfileAccess", ["accountId": ids.account]),
        ]
        for (query, input) in cases {
            let reply = try await house.show(query, input, in: other)
            #expect(reply["reason"] == "notFound", "\(query)")
        }
    }

    @Test func `nobody's account has no access to be asked about`() async throws {
        let (house, _, ids) = try await twoHouses()
        let staff = JSONValue.string(String("\(house.ana)".dropFirst(6)))
        let asked: JSONValue = ["accountId": staff, "profileId": ids.profile]
        for query in ["EffectiveAccess", "PatientPortalContent"] {
            let reply = try await house.show(query, asked, in: house.organisation)
            #expect(reply["reason"] == "notFound" && reply["field"] == "accountId", "\(query)")
        }
    }

    @Test func `lists hold nothing of another organisation`() async throws {
        let (house, other, _) = try await twoHouses()
        for query in ["ClientList", "Invitations", "LetterTemplates", "CredentialsDueToExpire"] {
            #expect(try await house.show(query, in: other)["result"] == [], "\(query)")
        }
    }

    @Test func `staff of one organisation may do nothing in another`() async throws {
        let (house, other, _) = try await twoHouses()
        let outcome = try await house.outcome(
            "TurnOnProfileBeforeAcceptance",
            as: house.ana,
            in: other
        )
        #expect(outcome == "notPermitted")
        let reply = try await house.show("ClientList", as: house.ana, in: other)
        #expect(reply["reason"] == "notPermitted")
    }

    /// Ids of things of the first organisation.
    private struct Things {
        var client = JSONValue.null
        var invitation = JSONValue.null
        var profile = JSONValue.null
        var resource = JSONValue.null
        var account = JSONValue.null
        var letter = JSONValue.null
        var staff = JSONValue.null
        var subject = JSONValue.null
        var token = JSONValue.null
    }

    /// A house where there is one of everything, and another organisation, whose id comes second.
    private func twoHouses() async throws -> (House, UniqueID, Things) {
        let house = try await House()
        let client = try await house.client()
        try await house.letterTemplate()
        let invited = try await house.inviteWithProfile(client)
        var things = Things(client: .uuid(client))
        things.invitation = invited["invitationId"] ?? .null
        things.profile = invited["profileId"] ?? .null
        let resource: JSONValue = ["profileId": things.profile, "kind": "visit", "content": [:]]
        things.resource = try await house.ids("AddRecordResource", resource)["resourceId"] ?? .null
        things.account = .uuid(try await house.sendCredentials(client))
        let letters = try await house.result("Letters", ["clientId": .uuid(client)]).array
        things.letter = letters?.first?["letterId"] ?? .null
        things.subject = .string("\(house.ana)")
        things.staff = .string(String("\(house.ana)".dropFirst(6)))
        things.token = .string(try house.token("invitationLink", of: client))
        return (house, try await house.secondOrganisation(), things)
    }
}
