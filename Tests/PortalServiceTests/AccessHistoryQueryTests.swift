import EventLine
import PortalAccess
import PortalEvents
import Testing

@testable import PortalService

/// Why somebody could see a profile, and who could during a time, over a real store.
@Suite(.opensStores, .timeLimit(.minutes(20)))
struct AccessHistoryQueryTests {
    @Test func `an explanation tells the whole way of an access`() async throws {
        let story = try await FamilyStory()
        let result = try await story.explanation()
        #expect(result["allowed"] == false)
        #expect(result["reason"] == "noProfileAccess")
        #expect(result["since"]?["what"] == "Family Portal Access Removed")
        #expect(result["since"]?["actor"]?.string == "\(story.house.ana)")
        let steps = result["steps"]?.array ?? []
        let told = steps.map { "\($0["what"]?.string ?? "") \($0["reason"]?.string ?? "yes")" }
        #expect(
            told == [
                "Medical Profile Created accessNotGranted",
                "Contact Account Onboarded notRegistered",
                "Family Portal Access Added notRegistered",
                "Temporary Password Issued notRegistered", "Invitation Accepted yes",
                "Password Set yes",
                "Family Portal Access Role Changed yes", "Patient Account Disabled accountDisabled",
                "Patient Account Enabled yes", "End Date Set yes",
                "a date was reached accessSuspended",
                "Family Portal Access Suspended accessSuspended",
                "End Date Removed accessSuspended", "End Date Lifted accessSuspended",
                "Family Portal Access Reinstated yes",
                "Family Portal Access Removed noProfileAccess",
            ]
        )
        let byCalendar = try #require(steps.first { $0["sequence"]?.isNull == true })
        #expect(byCalendar["actor"] == "the calendar")
        #expect(byCalendar["localTime"] == "2026-03-05 00:00:00-05:00")
    }

    @Test func `an explanation as of earlier ends there`() async throws {
        let story = try await FamilyStory()
        let steps = try await story.explanation()["steps"]?.array ?? []
        // Before the second there was no such account.
        for step in steps.dropFirst() {
            let time = step["sequence"].flatMap { $0.isNull ? nil : $0 } ?? step["time"] ?? .null
            let then = try await story.explanation(asOf: time)
            #expect(then["allowed"] == step["allowed"])
            #expect(then["reason"] == step["reason"])
            #expect(then["permissions"] == step["permissions"])
        }
    }

    @Test func `intervals have a beginning, an end, and the events that made them`() async throws {
        let story = try await FamilyStory()
        let input: JSONValue = ["profileId": .uuid(story.profile)]
        let rows = try await story.house.result("AccessHistory", input, as: story.house.ana)
        let pats = (rows.array ?? []).filter { $0["basis"] == "portalAccess" }
        let told = pats.map { row in
            [
                row["role"]?.string, row["localFrom"]?.string, row["localTo"]?.string,
                row["began"]?["what"]?.string, row["ended"]?["what"]?.string,
            ].map { $0 ?? "-" }.joined(separator: " | ")
        }
        let hours = "2026-03-02 1"
        #expect(
            told == [
                "family | \(hours)1:00:00-05:00 | \(hours)2:00:00-05:00"
                    + " | Invitation Accepted | Family Portal Access Role Changed",
                "physician | \(hours)2:00:00-05:00 | \(hours)3:00:00-05:00"
                    + " | Family Portal Access Role Changed | Patient Account Disabled",
                "physician | \(hours)4:00:00-05:00 | 2026-03-05 00:00:00-05:00"
                    + " | Patient Account Enabled | a date was reached",
                "physician | 2026-03-06 10:00:00-05:00 | 2026-03-06 11:00:00-05:00"
                    + " | Family Portal Access Reinstated | Family Portal Access Removed",
            ]
        )
        let staff = (rows.array ?? []).filter { $0["holder"]?.string == "\(story.house.ana)" }
        #expect(staff.map { $0["basis"] } == ["organisationControl"])
        #expect(staff.map { $0["ended"] } == [.null])
    }

    @Test func `intervals are cut to the time that is asked about`() async throws {
        let story = try await FamilyStory()
        let input: JSONValue = [
            "profileId": .uuid(story.profile), "from": "2026-03-03", "to": "2026-03-03",
        ]
        let rows = try await story.house.result("AccessHistory", input).array ?? []
        #expect(rows.count == 2)
        for row in rows {
            #expect(row["localFrom"] == "2026-03-03 00:00:00-05:00")
            #expect(row["to"] == "2026-03-04T04:59:59.999999Z")
            #expect(row["ended"] == .null)
        }
    }

    @Test(arguments: [
        ("ExplainAccess", "accountId", "notFound"), ("ExplainAccess", "profileId", "notFound"),
        ("ExplainAccess", "asOf", "invalidInput"), ("AccessHistory", "profileId", "notFound"),
        ("AccessHistory", "from", "invalidInput"), ("AccessHistory", "to", "invalidInput"),
    ])
    func `a question about what is not there names the field`(
        query: String,
        field: String,
        reason: String
    ) async throws {
        let story = try await FamilyStory()
        let nobody = "00000000-0000-7000-8000-000000000000"
        let wrong: [String: JSONValue] = [
            "accountId": .string(nobody), "profileId": .string(nobody),
            "asOf": "2099-01-01T00:00:00Z", "from": "2099-01-01", "to": "yesterday",
        ]
        var members = [JSONMember("profileId", .uuid(story.profile))]
        if query == "ExplainAccess" { members.append(JSONMember("accountId", story.account)) }
        members.removeAll { $0.name == field }
        members.append(JSONMember(field, wrong[field] ?? .null))
        let reply = try await story.house.show(query, .object(members))
        #expect(reply["reason"]?.string == reason, "\(reply.canonicalText)")
        #expect(reply["field"]?.string == field)
    }

    @Test(arguments: [UInt64.random(in: 0...9999)])
    func `explanations agree with EffectiveAccess in a random life`(seed: UInt64) async throws {
        print("AccessHistoryQueryTests: seed \(seed)")
        let house = try await House()
        let life = try await RandomRun(house, seed: seed)
        try await life.steps(250)
        let ledger = try Ledger(house.store, house.organisation)
        let profiles = ledger.clients.flatMap { $0.state.profiles.map(\.id) }
        let accounts = ledger.clients.flatMap { $0.state.accounts.map(\.id) }
        var random = SplitMix(seed)
        for _ in 0..<150 {
            guard let profile = random.pick(profiles), let account = random.pick(accounts) else {
                return
            }
            let input: JSONValue = [
                "profileId": .uuid(profile), "accountId": .uuid(account),
                "asOf": .integer(Int64.random(in: 1...Int64(house.store.head), using: &random)),
            ]
            let ruled = try await house.show("EffectiveAccess", input)
            let told = try await house.show("ExplainAccess", input)
            let context = "seed \(seed), \(input.canonicalText)"
            guard let result = told["result"] else {
                // There was no account then, or no profile.
                #expect(ruled["result"]?["allowed"] != true, "\(context)")
                continue
            }
            let rules = ruled["result"] ?? ["allowed": false, "reason": "profileDoesNotExist"]
            #expect(result["allowed"] == rules["allowed"], "\(context)")
            #expect(result["reason"] == rules["reason"], "\(context)")
            #expect(result["permissions"] == rules["permissions"] ?? [], "\(context)")
        }
    }
}

/// A brother who gets access to a profile, signs in, gets another role, is disabled and enabled,
/// waits for the end date to be lifted, and loses the access.
struct FamilyStory {
    let house: House
    let client: UniqueID
    let profile: UniqueID
    let account: JSONValue

    init() async throws {
        house = try await House()
        let family = try await house.forFamilyPortal()
        (client, profile) = try await house.clientWithProfile("Cara")
        let contact = try await house.contact(of: client)
        let access = try await house.giveAccess(contact.id, to: profile, family)
        account = access["accountId"] ?? .null
        try await house.advance(to: instant("2026-03-02T16:00:00Z"))
        try await house.enter(
            try access.requiredID("accountId"),
            try access.requiredID("invitationId")
        )
        let grant = access["grantId"] ?? .null
        let ana = house.ana
        let steps: [(String, String, JSONValue)] = [
            (
                "2026-03-02T17:00:00Z", "ChangeAccessRole",
                ["grantId": grant, "roleId": .uuid(try await house.role("physician"))]
            ),
            ("2026-03-02T18:00:00Z", "DisablePatientProfileAccount", ["accountId": account]),
            ("2026-03-02T19:00:00Z", "EnablePatientProfileAccount", ["accountId": account]),
            (
                "2026-03-02T20:00:00Z", "SetClientEndDate",
                ["clientId": .uuid(client), "endDate": "2026-03-05"]
            ),
            ("2026-03-06T15:00:00Z", "RemoveClientEndDate", ["clientId": .uuid(client)]),
            (
                "2026-03-06T16:00:00Z", "RemoveFamilyPortalAccess",
                ["grantId": grant, "confirmed": true]
            ),
        ]
        for (time, command, input) in steps {
            try await house.advance(to: instant(time))
            try await house.ids(command, input, as: ana)
        }
    }

    func explanation(asOf moment: JSONValue? = nil) async throws -> JSONValue {
        let input: JSONValue = [
            "accountId": account, "profileId": .uuid(profile), "asOf": moment ?? .null,
        ]
        return try await house.result("ExplainAccess", input)
    }
}
