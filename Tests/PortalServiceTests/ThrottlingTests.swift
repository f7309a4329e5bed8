import EventLine
import EventLog
import PortalAccess
import Testing

@testable import PortalService

/// Whoever guesses at many accounts is slowed by where they come from, and by the address that
/// they try; nobody who comes from elsewhere notices.
@Suite(.opensStores) struct ThrottlingTests {
    private static let password = "open sesame 1"

    private func run(
        _ command: String,
        _ input: JSONValue,
        from address: String?,
        _ house: House
    ) async throws -> CommandReply {
        let request = CommandRequest(
            command,
            input: input,
            actor: .anonymous,
            from: try address.map { try #require(NetworkAddress($0)) }
        )
        return try await house.session.run(request)
    }

    private func signIn(
        _ email: String,
        from address: String? = nil,
        _ house: House
    ) async throws -> String {
        let input: JSONValue = ["email": .string(email), "password": .string(Self.password)]
        return try await run("SignIn", input, from: address, house).reason
    }

    /// The newest event, as its type and data.
    private func newest(_ house: House) throws -> (type: String, data: JSONValue) {
        let line = try house.store.log.event(at: house.store.head)
        return (line.envelope.type, try JSONValue(parsing: line.data))
    }

    /// Tries so many different addresses that nobody has.
    private func guess(_ count: Int, from address: String, _ house: House) async throws {
        for number in 0..<count {
            let email = "nobody\(number)@example.org"
            #expect(try await signIn(email, from: address, house) == "signInRefused")
        }
    }

    @Test func `a hundred failures from one place shut it, whomever they were about`() async throws
    {
        let house = try await House()
        _ = try await house.acceptedClient("Cara")
        try await guess(99, from: "203.0.113.7", house)
        #expect(try await signIn("Cara@example.org", from: "203.0.113.7", house) == "accepted")
        try await guess(1, from: "203.0.113.7", house)
        #expect(try await signIn("Cara@example.org", from: "203.0.113.7", house) == "signInRefused")
        let refused = try newest(house)
        #expect(refused.type == "SignInRefused.v1")
        #expect(refused.data["reason"] == "throttled")
        // As an IPv6 socket shows the same place.
        let mapped = try await signIn("Cara@example.org", from: "::ffff:203.0.113.7", house)
        #expect(mapped == "signInRefused")
        #expect(try await signIn("Cara@example.org", from: "203.0.113.8", house) == "accepted")
        #expect(try await signIn("Cara@example.org", house) == "accepted")
        try await house.reopen()
        #expect(try await signIn("Cara@example.org", from: "203.0.113.7", house) == "signInRefused")
        try await house.advance(to: try instant("2026-03-02T15:15:00Z"))
        #expect(try await signIn("Cara@example.org", from: "203.0.113.7", house) == "accepted")
    }

    @Test func `whoever goes on meanwhile keeps nobody out for longer`() async throws {
        let house = try await House()
        _ = try await house.acceptedClient("Cara")
        try await guess(100, from: "2001:db8::1", house)
        try await house.advance(to: try instant("2026-03-02T15:10:00Z"))
        // Another address of the same subscriber.
        try await guess(100, from: "2001:db8:0:0:ffff::2", house)
        #expect(try newest(house).data["addressDigest"] == nil)
        #expect(try newest(house).data["uncountedAddressDigest"]?.string?.isEmpty == false)
        #expect(try await signIn("Cara@example.org", from: "2001:db8::1", house) == "signInRefused")
        #expect(try newest(house).data["uncountedAddressDigest"]?.string?.isEmpty == false)
        try await house.advance(to: try instant("2026-03-02T15:15:00Z"))
        #expect(try await signIn("Cara@example.org", from: "2001:db8::1", house) == "accepted")
    }

    @Test func `tries at an address that nobody has do not keep it shut either`() async throws {
        let house = try await House()
        for _ in 0..<20 { _ = try await signIn("Cara@example.org", house) }
        try await house.advance(to: try instant("2026-03-02T15:10:00Z"))
        for _ in 0..<20 { _ = try await signIn("Cara@example.org", house) }
        #expect(try newest(house).data["throttled"] == true)
        #expect(try newest(house).data["emailDigest"] == nil)
        _ = try await house.acceptedClient("Cara")
        try await house.advance(to: try instant("2026-03-02T15:15:00Z"))
        #expect(try await signIn("Cara@example.org", house) == "accepted")
    }

    @Test func `registering and asking for a new password count and wait too`() async throws {
        let house = try await House()
        _ = try await house.acceptedClient("Cara")
        try await house.letterTemplate()
        let dora = try await house.client("Dora")
        _ = try await house.sendCredentials(dora)
        let registration = try house.registration(dora, "Dora")
        for number in 0..<100 {
            let input = registration.replacing("patientIdNumber", by: .string("X-\(number)"))
            _ = try await run("RegisterPatientUser", input, from: "203.0.113.7", house)
        }
        let told = try await run("RegisterPatientUser", registration, from: "203.0.113.7", house)
        #expect(told.reason == "registrationRefused")
        #expect(try newest(house).data["reason"] == "throttled")
        let unknown = registration.replacing("patientIdNumber", by: "X-0")
        _ = try await run("RegisterPatientUser", unknown, from: "203.0.113.7", house)
        #expect(try newest(house).type == "UnknownRegistrationAttempt.v1")
        #expect(try newest(house).data["throttled"] == true)
        let asking: JSONValue = ["email": "Cara@example.org"]
        let heard = try await run("RequestPasswordReset", asking, from: "203.0.113.7", house)
        #expect(heard.reason == "accepted")
        #expect(try newest(house).type == "PasswordResetRefused.v1")
        #expect(try house.manifests().allSatisfy { $0["purpose"] != "passwordReset" })
        let elsewhere = try await run("RegisterPatientUser", registration, from: nil, house)
        #expect(elsewhere.reason == "accepted")
    }

    @Test func `what was tried at an address before anybody had it counts for who gets it`()
        async throws
    {
        let house = try await House()
        for _ in 0..<20 {
            #expect(try await signIn("Cara@example.org", house) == "signInRefused")
            #expect(try newest(house).data["throttled"] == nil)
        }
        #expect(try await signIn("Cara@example.org", house) == "signInRefused")
        #expect(try newest(house).type == "UnknownSignInAttempt.v1")
        #expect(try newest(house).data["throttled"] == true)
        try await house.advance(to: try instant("2026-03-02T15:05:00Z"))
        _ = try await house.acceptedClient("Cara")
        #expect(try await signIn("Cara@example.org", house) == "signInRefused")
        #expect(try newest(house).data["reason"] == "throttled")
        try await house.advance(to: try instant("2026-03-02T15:15:00Z"))
        #expect(try await signIn("Cara@example.org", house) == "accepted")
    }

    @Test func `how much is borne is the organisation's to say`() async throws {
        let house = try await House()
        _ = try await house.acceptedClient("Cara")
        let policy: JSONValue = ["accountFailures": 2, "addressFailures": 3, "withinMinutes": 5]
        try await house.ids("ChangeSignInPolicy", policy, as: house.ana)
        // What is not named stays as it was.
        try await house.ids("ChangeSignInPolicy", ["confirmationHours": 2], as: house.ana)
        let wrong: JSONValue = ["email": "Cara@example.org", "password": "wrong"]
        for _ in 0..<2 { _ = try await run("SignIn", wrong, from: nil, house) }
        #expect(try await signIn("Cara@example.org", house) == "signInRefused")
        #expect(try newest(house).data["reason"] == "throttled")
        try await guess(3, from: "203.0.113.7", house)
        try await house.advance(to: try instant("2026-03-02T15:04:59Z"))
        #expect(try await signIn("Cara@example.org", house) == "signInRefused")
        try await guess(1, from: "203.0.113.9", house)
        try await house.advance(to: try instant("2026-03-02T15:05:00Z"))
        #expect(try await signIn("Cara@example.org", house) == "accepted")
        #expect(try await signIn("Cara@example.org", from: "203.0.113.7", house) == "accepted")
        try await guess(2, from: "203.0.113.9", house)
        #expect(try await signIn("Cara@example.org", from: "203.0.113.9", house) == "signInRefused")
    }

    @Test func `a link confirms an address for as long as the organisation says`() async throws {
        let house = try await House()
        try await house.ids("ChangeSignInPolicy", ["confirmationHours": 2], as: house.ana)
        try await house.letterTemplate()
        let dora = try await house.client("Dora")
        _ = try await house.sendCredentials(dora)
        let registration = try house.registration(dora, "Dora")
        try await house.ids("RegisterPatientUser", registration, as: .anonymous)
        let mailed = try newest(house)
        #expect(mailed.type == "ConfirmationEmailSent.v1")
        #expect(mailed.data["expiresAt"] == "2026-03-02T17:00:00.000000Z")
    }

    @Test func `no network address stands in the log`() async throws {
        let house = try await House()
        try await guess(1, from: "203.0.113.7", house)
        let line = try house.store.log.event(at: house.store.head)
        #expect(!String(decoding: line.data, as: UTF8.self).contains("203.0"))
        let digest = try #require(try newest(house).data["addressDigest"]?.string)
        #expect(line.envelope.streams.contains { $0.stream.text.hasSuffix("/\(digest)") })
    }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8:0:0/64"), ("2001:db8:0:0:1:2:3:4", "2001:db8:0:0/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1/64"),
    ])
    func `a place is an IPv4 address or what a subscriber has of IPv6`(text: String, place: String)
    {
        #expect(NetworkAddress(text)?.place == place)
    }

    @Test(arguments: ["", "localhost", "203.0.113", "203.0.113.7:443", "[::1]", "::1%lo", " ::1"])
    func `anything else is no address, and its line is refused`(text: String) async throws {
        #expect(NetworkAddress(text) == nil)
        let house = try await House()
        let line: JSONValue = [
            "command": "SignIn", "from": .string(text),
            "input": ["email": "a@example.org", "password": "x"],
        ]
        let head = house.store.head
        let reply = try await house.session.answer(Array(line.canonicalText.utf8))
        #expect(reply["reason"] == "invalidInput")
        #expect(reply["field"] == "from")
        #expect(house.store.head == head)
    }
}
