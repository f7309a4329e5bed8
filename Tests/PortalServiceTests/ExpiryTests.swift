import EventLine
import PortalAccess
import Testing

@testable import PortalService

/// Expiry dates are local, and an organisation may move to another time zone.
@Suite(.opensStores) struct ExpiryTests {
    @Test func `a replaced code stays dead when the zone moves back over its last day`()
        async throws
    {
        let house = try await House(at: "2026-03-02T15:00:00Z", zone: "America/New_York")
        let client = try await house.client()
        try await house.letterTemplate()
        try await house.ids("CreatePatientPortalCredentials", issue(client, "2026-03-02"))
        let old = try house.registration(client)
        // In Auckland it is 3 March already.
        try await house.moveZone("Pacific/Auckland")
        try await house.ids("CreatePatientPortalCredentials", issue(client, "2026-03-09"))
        try await house.moveZone("America/New_York")
        let outcome = try await house.outcome("RegisterPatientUser", old, as: .anonymous)
        #expect(outcome == "registrationRefused")
        let new = try house.registration(client)
        try await house.ids("RegisterPatientUser", new, as: .anonymous)
    }

    @Test func `a code works until the end of its date where the organisation is`() async throws {
        let house = try await House(at: "2026-03-07T15:00:00Z", zone: "America/New_York")
        let client = try await house.client()
        try await house.letterTemplate()
        try await house.ids("CreatePatientPortalCredentials", issue(client, "2026-03-08"))
        // That day has 23 hours: the clocks go forward.
        try await house.advance(to: try instant("2026-03-09T03:59:59.999999Z"))
        let query: JSONValue = ["clientId": .uuid(client)]
        #expect(try await house.result("PatientUserState", query)["activeCredentials"] == true)
        let head = house.store.head
        try await house.advance(to: try instant("2026-03-09T04:00:00Z"))
        #expect(try house.types(after: head) == ["PatientCredentialsExpired.v1"])
        #expect(try await house.result("PatientUserState", query)["activeCredentials"] == false)
    }

    @Test func `a restart with a later clock runs what became due`() async throws {
        let house = try await House(at: "2026-03-02T15:00:00Z")
        let client = try await house.client()
        try await house.ids(
            "InviteClient",
            ["clientId": .uuid(client), "createProfileBeforeAcceptance": false]
        )
        let head = house.store.head
        try await house.reopen(at: try instant("2026-03-16T15:00:00Z"))
        #expect(try house.types(after: head) == ["InvitationExpired.v1"])
    }

    private func issue(_ client: UniqueID, _ expiryDate: String) -> JSONValue {
        [
            "clientId": .uuid(client), "expiryDate": .string(expiryDate), "distribution": "now",
        ]
    }
}

extension House {
    fileprivate func moveZone(_ zone: String) async throws {
        try await ids("ChangeOrganisationTimeZone", ["timeZone": .string(zone)], as: ana)
    }
}
