import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// What questions may look like, and what their times mean.
@Suite(.opensStores) struct QueryInputTests {
    @Test(arguments: [
        (#"{"show":"NoSuchQuery"}"#, "unknownQuery", nil),
        (#"{"show":"ClientCard"}"#, "invalidInput", "clientId"),
        (#"{"show":"ClientCard","input":{"clientId":"x"}}"#, "invalidInput", "clientId"),
        (#"{"show":"ClientList","input":{"surprise":1}}"#, "invalidInput", "surprise"),
        (#"{"show":"ClientList","input":{"asOf":"yesterday"}}"#, "invalidInput", "asOf"),
        (#"{"show":"ClientList","input":{"asOf":-1}}"#, "invalidInput", "asOf"),
        (#"{"show":"ClientList","input":{"asOf":1.5}}"#, "invalidInput", "asOf"),
        (#"{"show":"ClientList","input":{"asOf":true}}"#, "invalidInput", "asOf"),
        (#"{"show":"Invitations","input":{"state":"lost"}}"#, "invalidInput", "state"),
        (#"{"show":"AuditTrail","input":{"from":"3 March"}}"#, "invalidInput", "from"),
        (#"{"show":"ClientList","command":"SignOut"}"#, "invalidInput", "command"),
        (#"{"input":{}}"#, "invalidInput", "command"),
        (#"{"show":"ClientList","as":"root"}"#, "invalidInput", "as"),
        (#"{"show":"ClientList","as":"system/scheduler"}"#, "invalidInput", "as"),
        (#"{"show":"ClientList","at":"noon"}"#, "invalidInput", "at"),
        (#"{"show":"ClientList","at":"2001-01-01T00:00:00Z"}"#, "invalidInput", "at"),
        (#"{"show":"ClientList","extra":1}"#, "invalidInput", "extra"),
        (#"{"show":"ClientList""#, "invalidInput", "line"),
        (#"["ClientList"]"#, "invalidInput", "input"),
        (#"{"show":"ClientList","input":[]}"#, "invalidInput", "input"),
    ])
    func `a wrong line is answered with what is wrong in it`(
        line: String,
        reason: String,
        field: String?
    ) async throws {
        let house = try await House()
        let head = house.store.head
        let reply = try await house.session.answer(Array(line.utf8))
        #expect(reply["ok"] == false)
        #expect(reply["reason"]?.string == reason, "\(reply.canonicalText)")
        #expect(reply["field"]?.string == field, "\(reply.canonicalText)")
        #expect(house.store.head == head)
    }

    @Test func `a line that is not UTF-8 is answered`() async throws {
        let house = try await House()
        let line = Array(#"{"show":""#.utf8) + [0xff, 0xfe] + Array(#""}"#.utf8)
        let reply = try await house.session.answer(line)
        #expect(reply["reason"] == "invalidInput")
        #expect(reply["field"] == "line")
    }

    @Test func `as of a time is as of the last event at it or before it`() async throws {
        let house = try await House(at: "2026-03-02T15:00:00Z")
        try await house.advance(to: try instant("2026-03-03T15:00:00Z"))
        _ = try await house.client("Cara")
        try await house.advance(to: try instant("2026-03-04T15:00:00Z"))
        _ = try await house.client("Dora")
        let times = [
            ("2026-03-01T00:00:00Z", -1), ("2026-03-03T14:59:59.999999Z", 0),
            ("2026-03-03T15:00:00Z", 1), ("2026-03-04T16:00:00+01:00", 2),
        ]
        for (time, count) in times {
            let reply = try await house.show("ClientList", ["asOf": .string(time)])
            #expect((reply["result"]?.array?.count ?? -1) == max(count, 0), "\(time)")
        }
        let reply = try await house.show("ClientList", ["asOf": 999_999])
        #expect(reply["sequence"] == .integer(Int64(house.store.head)))
    }

    /// The clocks of New York go forward on 8 March 2026 and the day there has 23 hours.
    @Test func `a period's dates are local days, its end included`() async throws {
        let house = try await House(at: "2026-03-02T15:00:00Z")
        let client = try await house.client()
        try await house.letterTemplate()
        let times = [
            "2026-03-08T04:59:59Z", "2026-03-08T05:00:00Z", "2026-03-09T03:59:59.999999Z",
            "2026-03-09T04:00:00Z",
        ]
        for time in times {
            try await house.advance(to: try instant(time))
            _ = try await house.sendCredentials(client)
        }
        let input: JSONValue = [
            "clientId": .uuid(client), "from": "2026-03-08", "to": "2026-03-08",
        ]
        let rows = try await house.result("ActivityLog", input).array ?? []
        let found = rows.filter { $0["label"] == "Patient Credentials Distributed" }
        #expect(
            found.map { $0["time"]?.string } == [
                "2026-03-08T05:00:00.000000Z", "2026-03-09T03:59:59.999999Z",
            ]
        )
    }

    @Test func `effective access says what is in the way`() async throws {
        let house = try await House()
        let (profile, owner) = try await house.acceptedClient("Cara")
        let account = JSONValue.string(String("\(owner)".dropFirst(11)))
        let input: JSONValue = ["accountId": account, "profileId": .uuid(profile)]
        let allowed = try await house.result("EffectiveAccess", input, as: owner)
        #expect(allowed["allowed"] == true)
        #expect(allowed["reason"] == .null)
        #expect(allowed["permissions"]?.array?.contains("medications") == true)
        try await house.ids("DisablePatientProfileAccount", ["accountId": account], as: house.ana)
        let barred = try await house.result("EffectiveAccess", input, as: house.ana)
        #expect(barred["allowed"] == false)
        #expect(barred["reason"] == "accountDisabled")
        #expect(barred["permissions"] == [])
        let stranger: JSONValue = [
            "accountId": .uuid(UniqueID(high: 1, low: 1)), "profileId": .uuid(profile),
        ]
        let unknown = try await house.show("EffectiveAccess", stranger, as: house.ana)
        #expect(unknown["reason"] == "notFound")
    }

    @Test func `effective access follows the account's state`() async throws {
        let house = try await House()
        let client = try await house.client()
        try await house.letterTemplate()
        let made = try await house.ids("CreateMedicalProfile", ["clientId": .uuid(client)])
        let account = try await house.sendCredentials(client)
        let input: JSONValue = [
            "accountId": .uuid(account), "profileId": made["profileId"] ?? .null,
        ]
        func reason() async throws -> JSONValue? {
            try await house.result("EffectiveAccess", input)["reason"]
        }
        #expect(try await reason() == "notRegistered")
        try await house.ids("RegisterPatientUser", try house.registration(client), as: .anonymous)
        #expect(try await reason() == "emailNotConfirmed")
        let token = JSONValue.string(try house.token("confirmationLink", of: client))
        try await house.ids("ConfirmEmail", ["token": token], as: .anonymous)
        #expect(try await reason() == .null)
    }
}
