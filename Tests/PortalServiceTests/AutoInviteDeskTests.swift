import EventLine
import PersonalData
import PortalAccess
import Testing

@testable import PortalService

/// Automatic invitations over a real store: when the clock, the chart and the organisation make
/// them go, whatever is restarted in between.
@Suite(.opensStores) struct AutoInviteDeskTests {
    @Test func `a signed visit's mail is in the outbox before the reply`() async throws {
        let house = try await House.inviting()
        let client = try await house.visitor()
        let encounter = try await house.visit(client, "2026-03-02")
        let head = house.store.head
        try await house.ids("SignEncounter", encounter, as: house.ana)
        #expect(
            try house.types(after: head) == [
                "EncounterSigned.v1", "AutoInviteScheduled.v1", "PatientAccountOnboarded.v1",
                "PortalInvitationSent.v1", "AutoInvitationSent.v1",
            ]
        )
        #expect(try house.token("invitationLink", of: client) != "")
        #expect(try house.manifests().last?["purpose"] == "autoInvitation")
    }

    @Test(arguments: [
        // The clocks go forward on 8 March in New York, and back on 5 April in Auckland.
        ("America/New_York", "2026-02-10", "2026-03-12T04:00:00Z"),
        ("America/New_York", "2026-02-06", "2026-03-08T05:00:00Z"),
        ("America/New_York", "2026-02-07", "2026-03-09T04:00:00Z"),
        ("Pacific/Auckland", "2026-03-06", "2026-04-04T11:00:00Z"),
        ("Pacific/Auckland", "2026-03-07", "2026-04-05T12:00:00Z"),
    ])
    func `an unsigned visit invites at the start of the day where the organisation is`(
        zone: String,
        visited: String,
        due: String
    ) async throws {
        let house = try await House.inviting(zone: zone)
        let client = try await house.visitor()
        _ = try await house.visit(client, visited)
        let due = try instant(due)
        try await house.advance(to: due.adding(microseconds: -1))
        #expect(try await house.invited() == [])
        try await house.advance(to: due)
        #expect(try await house.invited() == [client])
    }

    @Test func `moving to another zone moves what is due, and what has become due goes at once`()
        async throws
    {
        let house = try await House.inviting()
        let client = try await house.visitor()
        _ = try await house.visit(client, "2026-03-02")
        try await house.advance(to: try instant("2026-03-31T12:00:00Z"))
        #expect(try await house.invited() == [])
        // It is 1 April already in Auckland.
        try await house.ids(
            "ChangeOrganisationTimeZone",
            ["timeZone": "Pacific/Auckland"],
            as: house.ana
        )
        #expect(try await house.invited() == [client])
    }

    @Test func `a scheduler that slept a week catches up once, in order`() async throws {
        let house = try await House.inviting()
        let late = try await house.visitor("Dora")
        let early = try await house.visitor("Cara")
        _ = try await house.visit(late, "2026-03-05")
        _ = try await house.visit(early, "2026-03-03")
        try await house.reopen(at: try instant("2026-04-11T15:00:00Z"))
        let mailed = try house.manifests().map { $0["clientId"] }
        #expect(mailed == [.uuid(early), .uuid(late)])
        try await house.reopen(at: try instant("2026-04-18T15:00:00Z"))
        #expect(try house.manifests().count == 2)
    }

    @Test func `what a crash left undone after a commit is done at the next start`() async throws {
        let house = try await House.inviting()
        let client = try await house.visitor()
        try await house.ids("ChangeClientPhone", ["clientId": .uuid(client)], as: house.ana)
        let encounter = try await house.visit(client, "2026-03-02")
        try await house.ids("SignEncounter", encounter, as: house.ana)
        #expect(try await house.queue().map { $0["reasons"] } == [["noPhone"]])
        try await house.commitOnly(
            "ChangeClientPhone",
            ["clientId": .uuid(client), "new": "555 0100"]
        )
        #expect(try await house.invited() == [])
        try await house.reopen()
        #expect(try await house.invited() == [client])
        #expect(try await house.queue() == [])
    }

    @Test func `what was switched off before a crash is cancelled at the next start`() async throws
    {
        let house = try await House.inviting()
        let client = try await house.visitor()
        _ = try await house.visit(client, "2026-03-02")
        try await house.commitOnly("DisableAutoInvite", [:])
        #expect(try await house.queue().count == 1)
        try await house.reopen(at: try instant("2026-04-11T15:00:00Z"))
        #expect(try await house.queue() == [])
        #expect(try await house.invited() == [])
    }

    @Test func `a status that no longer disables lets the invitation go`() async throws {
        let house = try await House.inviting()
        let client = try await house.visitor()
        let status: JSONValue = ["clientId": .uuid(client), "status": "inactive"]
        try await house.ids("ChangeRecordStatus", status, as: house.ana)
        let encounter = try await house.visit(client, "2026-03-02")
        try await house.ids("SignEncounter", encounter, as: house.ana)
        #expect(try await house.queue().map { $0["reasons"] } == [["recordStatusDisabled"]])
        try await house.ids(
            "ChangeDisablingRecordStatuses",
            ["statuses": ["deceased"]],
            as: house.ana
        )
        #expect(try await house.invited() == [client])
    }

    @Test func `one clinic's switch says nothing about another's`() async throws {
        let house = try await House.inviting()
        let other = try await house.ids(
            "RegisterOrganisation",
            ["name": "Hillside", "timeZone": "America/New_York"]
        ).requiredID("organisationId")
        let input: JSONValue = [
            "givenName": "Eve", "familyName": "Lane", "dateOfBirth": "1980-02-29",
            "email": "eve@example.org", "phone": "555 0100",
        ]
        let client = try await house.ids("RegisterClient", input, in: other).requiredID("clientId")
        let encounter = try await house.ids(
            "RecordEncounter",
            ["clientId": .uuid(client), "visitDate": "2026-03-02"],
            in: other
        )
        try await house.ids("SignEncounter", encounter, in: other)
        #expect(try house.manifests() == [])
    }

    @Test func `who was invited and registered is counted`() async throws {
        let house = try await House.inviting()
        let client = try await house.visitor()
        let minor = try await house.visitor("Mia", born: "2015-01-01")
        for client in [client, minor] {
            let encounter = try await house.visit(client, "2026-03-02")
            try await house.ids("SignEncounter", encounter, as: house.ana)
        }
        let token = try house.token("invitationLink", of: client)
        try await house.ids(
            "VerifyInvitedIdentity",
            ["token": .string(token), "phone": "5550100", "dateOfBirth": "02/29/1980"],
            as: .anonymous
        )
        let details: JSONValue = ["givenName": "Cara", "familyName": "Lane"]
        try await house.ids(
            "RegisterByLink",
            ["token": .string(token), "details": details, "password": "open sesame 1"],
            as: .anonymous
        )
        #expect(
            try await house.result("InvitationStatistics") == [
                "invited": 1, "registered": 1, "expired": 0, "withheld": ["ageOutside18to85": 1],
            ]
        )
        let before: JSONValue = ["to": "2026-03-01"]
        #expect(try await house.result("InvitationStatistics", before)["invited"] == 0)
        let sighting: JSONValue = ["email": "Cara@example.org", "password": "open sesame 1"]
        try await house.ids("SignIn", sighting, as: .anonymous)
        let about: JSONValue = ["clientId": .uuid(client)]
        #expect(try await house.result("EnrolmentStatus", about)["status"] == "enrolled")
        #expect(try await house.result("PatientUserState", about)["state"] == "Active")
    }
}

extension House {
    /// A house in which patients are invited after visits.
    fileprivate static func inviting(zone: String = "America/New_York") async throws -> House {
        let house = try await House(zone: zone)
        try await house.ids("EnableAutoInvite", as: house.ana)
        return house
    }

    fileprivate func visitor(
        _ name: String = "Cara",
        born: String = "1980-02-29"
    ) async throws -> UniqueID {
        let input: JSONValue = [
            "givenName": .string(name), "familyName": "Lane", "dateOfBirth": .string(born),
            "email": .string("\(name)@example.org"), "phone": "555 0100",
        ]
        return try await ids("RegisterClient", input, as: ana).requiredID("clientId")
    }

    /// A visit with a note; answers with the ids.
    fileprivate func visit(_ client: UniqueID, _ date: String) async throws -> JSONValue {
        let input: JSONValue = ["clientId": .uuid(client), "visitDate": .string(date)]
        let encounter = try await ids("RecordEncounter", input, as: ana)
        let note: JSONValue = [
            "encounterId": encounter["encounterId"] ?? .null, "content": "Well.",
        ]
        try await ids("RecordChartNote", note, as: ana)
        return encounter
    }

    fileprivate func queue() async throws -> [JSONValue] {
        try await result("AutoInviteQueue").array ?? []
    }

    /// The clients who were invited automatically.
    fileprivate func invited() async throws -> [UniqueID] {
        try await result("Invitations", ["kind": "auto"]).array?.compactMap { $0.id("clientId") }
            ?? []
    }

    /// Commits a command as a program does that crashes before what follows from it.
    fileprivate func commitOnly(_ name: String, _ input: JSONValue) async throws {
        let type = try #require(CommandCatalogue.named(name))
        let vault = store.vault
        var fields = try CommandInput(input) { vault.keyedDigest($0.rawValue, $1) }
        let desk = try CommandDesk(store: store)
        let order = Order(
            command: try type.init(&fields),
            actor: ana,
            organisation: organisation
        )
        guard case .written = try await desk.runAll([(order, nil)]).first else {
            throw Unexpected("\(name) was not committed")
        }
    }
}
