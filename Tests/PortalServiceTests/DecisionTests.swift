import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// Decisions are serial, and a refusal writes only what it must.
@Suite(.opensStores) struct DecisionTests {
    @Test func `of twenty invitations at once exactly one is made`() async throws {
        let house = try await House()
        let client = try await house.client()
        let request = CommandRequest(
            "InviteClient",
            input: ["clientId": .uuid(client), "createProfileBeforeAcceptance": false],
            actor: house.ana
        )
        let outcomes = try await together(20, request, house.session)
        #expect(outcomes.count { $0 == "accepted" } == 1)
        #expect(outcomes.count { $0 == "invitationPending" } == 19)
        #expect(try house.manifests().count == 1)
    }

    @Test func `of twenty clients at once with one number exactly one is registered`() async throws
    {
        let house = try await House()
        let request = CommandRequest(
            "RegisterClient",
            input: [
                "patientIdNumber": "N-1", "givenName": "Ada", "familyName": "Lane",
                "dateOfBirth": "1980-02-29",
            ]
        )
        let outcomes = try await together(20, request, house.session)
        #expect(outcomes.count { $0 == "accepted" } == 1)
        #expect(outcomes.count { $0 == "invalidInput" } == 19)
    }

    @Test func `of two clients who register one address at once one gets it`() async throws {
        let house = try await House()
        try await house.letterTemplate()
        let names = ["Cara", "Dora", "Elsa", "Faye"]
        var requests: [CommandRequest] = []
        for name in names {
            let client = try await house.client(name)
            _ = try await house.sendCredentials(client)
            var input = try house.registration(client, name).members ?? []
            input[3] = JSONMember("email", "shared@example.org")
            requests.append(ask("RegisterPatientUser", .object(input), .anonymous))
        }
        let session = house.session
        let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
            for request in requests { group.addTask { try await session.run(request).reason } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == "accepted" } == 1)
        #expect(outcomes.count { $0 == "registrationRefused" } == 3)
    }

    @Test func `the same request many times at once with a key is carried out once`() async throws {
        let house = try await House()
        let request = CommandRequest(
            "AddStaffMember",
            input: ["name": "Ben", "email": "b@example.org"],
            key: "k1"
        )
        let outcomes = try await together(20, request, house.session)
        #expect(Set(outcomes).isSubset(of: ["accepted", "versionConflict"]))
        #expect(try house.types(after: 0).count { $0 == "StaffMemberAdded.v1" } == 2)
    }

    @Test func `a lack of permission is recorded, who and which command`() async throws {
        let house = try await House()
        let ben = try await house.ben()
        let client = try await house.client()
        let head = house.store.head
        let outcome = try await house.outcome(
            "InviteClient",
            ["clientId": .uuid(client), "createProfileBeforeAcceptance": false],
            as: ben
        )
        #expect(outcome == "notPermitted")
        #expect(try house.types(after: head) == ["CommandRefused.v1"])
        let trail = try await house.result("AuditTrail", ["type": "CommandRefused"]).array ?? []
        #expect(trail.last?["actor"]?.string == "\(ben)")
        #expect(trail.last?["detail"] == ["command": "InviteClient", "reason": "notPermitted"])
        #expect(trail.last?["outcome"] == "refused")
    }

    @Test func `a removed member of staff may do nothing`() async throws {
        let house = try await House()
        let ben = try await house.ben()
        let staffID = JSONValue.string(String("\(ben)".dropFirst(6)))
        let permission: JSONValue = ["staffId": staffID, "permission": "editDemographics"]
        try await house.ids("GrantStaffPermission", permission, as: house.ana)
        try await house.ids("RemoveStaffMember", ["staffId": staffID], as: house.ana)
        let card: JSONValue = [
            "givenName": "Ada", "familyName": "Lane", "dateOfBirth": "1980-02-29",
        ]
        #expect(try await house.outcome("RegisterClient", card, as: ben) == "notPermitted")
    }

    @Test(arguments: [
        ("NoSuchCommand", #"{}"#, "unknownCommand", nil),
        ("RegisterClient", #"{"givenName":"Ada"}"#, "invalidInput", "familyName"),
        ("RegisterClient", #"{"givenName":7}"#, "invalidInput", "givenName"),
        ("RegisterClient", #"{"surprise":1}"#, "invalidInput", "givenName"),
        ("InviteClient", #"{"clientId":"no id"}"#, "invalidInput", "clientId"),
        (
            "TurnAutoSendOff", #"{"clientId":"00000000-0000-7000-8000-000000000000"}"#, "notFound",
            nil
        ),
        ("ChangeOrganisationTimeZone", #"{"timeZone":"Mars/Base"}"#, "invalidInput", "timeZone"),
        ("TurnOnProfileBeforeAcceptance", #"[]"#, "invalidInput", "input"),
    ])
    func `what cannot be decided is refused and writes nothing`(
        command: String,
        input: String,
        reason: String,
        field: String?
    ) async throws {
        let house = try await House()
        let head = house.store.head
        let value = try JSONValue(parsing: Array(input.utf8))
        let reply = try await house.run(command, value, as: house.ana).json
        #expect(reply["reason"]?.string == reason)
        #expect(reply["field"]?.string == field)
        #expect(house.store.head == head)
        #expect(try house.outbox().isEmpty)
    }

    @Test func `refused commands leave no secrets behind in the vault`() async throws {
        let house = try await House()
        let client = try await house.client()
        let input: JSONValue = [
            "clientId": .uuid(client), "createProfileBeforeAcceptance": false,
        ]
        try await house.ids("InviteClient", input, as: house.ana)
        let before = try house.store.vaultCopy().files.mapValues(\.count)
        for _ in 1...30 {
            let outcome = try await house.outcome("InviteClient", input, as: house.ana)
            #expect(outcome == "invitationPending")
        }
        #expect(try house.store.vaultCopy().files.mapValues(\.count) == before)
    }

    private func together(
        _ count: Int,
        _ request: CommandRequest,
        _ session: BatchSession
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count {
                group.addTask { try await session.run(request).reason }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
