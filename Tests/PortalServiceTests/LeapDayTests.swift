import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// A minor born on 29 February comes of age on the day that the organisation has chosen.
@Suite(.opensStores) struct LeapDayTests {
    @Test(arguments: [
        (nil, "2026-03-01T05:00:00Z"), ("march1", "2026-03-01T05:00:00Z"),
        ("february28", "2026-02-28T05:00:00Z"),
    ])
    func `who may see the profile changes at the first moment of the birthday`(
        rule: String?,
        birthday: String
    ) async throws {
        let house = try await House(at: "2026-02-20T15:00:00Z")
        if let rule {
            try await house.ids("ChangeLeapDayRule", ["rule": .string(rule)], as: house.ana)
        }
        let access = try await accessToMinor(in: house)
        let moment = try instant(birthday)
        try await house.advance(to: moment.adding(microseconds: -1))
        let before = house.store.head
        #expect(try await house.result("EffectiveAccess", access)["allowed"] == true)
        try await house.advance(to: moment)
        #expect(try await house.result("EffectiveAccess", access)["allowed"] == false)
        #expect(house.store.head > before, "the timer notes it")
        let past = access.replacing("asOf", by: .integer(Int64(before)))
        #expect(try await house.result("EffectiveAccess", past)["allowed"] == true)
    }

    @Test func `a rule by which the birthday has come ends access at once`() async throws {
        let house = try await House(at: "2026-02-20T15:00:00Z")
        let access = try await accessToMinor(in: house)
        try await house.advance(to: try instant("2026-02-28T15:00:00Z"))
        #expect(try await house.result("EffectiveAccess", access)["allowed"] == true)
        try await house.ids("ChangeLeapDayRule", ["rule": "february28"], as: house.ana)
        let profile: JSONValue = ["profileId": access["profileId"] ?? .null]
        let grants = try await house.result("AccessGrants", profile).array ?? []
        let states = grants.filter { $0["accountId"] == access["accountId"] }.map { $0["state"] }
        #expect(states == ["removed"])
    }

    /// Whom a minor born on 29 February 2008 is represented by, and the profile that they see.
    private func accessToMinor(in house: House) async throws -> JSONValue {
        try await house.ids("ChangeComingOfAge", ["ageYears": 18], as: house.ana)
        let registering: JSONValue = [
            "givenName": "Kim", "familyName": "Lane", "dateOfBirth": "2008-02-29",
            "email": "kim@example.org",
        ]
        let client = try await house.ids("RegisterClient", registering).requiredID("clientId")
        _ = try await house.inviteWithProfile(client)
        let accepting: JSONValue = [
            "token": .string(try house.token("invitationLink", of: client)),
            "capacity": "legalRepresentative", "password": "open sesame 1",
        ]
        let ids = try await house.ids("AcceptInvitation", accepting, as: .anonymous)
        return ["profileId": ids["profileId"] ?? .null, "accountId": ids["accountId"] ?? .null]
    }
}
