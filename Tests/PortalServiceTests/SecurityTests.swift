import EventLine
import EventLog
import Foundation
import PersonalData
import PortalAccess
import Testing

@testable import PortalService

/// What outsiders can tell from a real store's replies, and what stays a secret.
@Suite(.opensStores) struct SecurityTests {
    private static let password = "open sesame 1"

    /// A house with Cara, who can sign in, and Dora, who is disabled.
    private func house() async throws -> (house: House, cara: Actor, profile: UniqueID) {
        let house = try await House()
        let cara = try await house.acceptedClient("Cara")
        let dora = try await house.acceptedClient("Dora")
        let account = JSONValue.string(String("\(dora.owner)".dropFirst(11)))
        try await house.ids("DisablePatientProfileAccount", ["accountId": account], as: house.ana)
        return (house, cara.owner, cara.profile)
    }

    /// The reply without its place in the log, the work it took, and how many events it wrote.
    private func told(
        _ command: String,
        _ input: JSONValue,
        _ house: House
    ) async throws -> (text: String, hashings: Int, events: Int) {
        let head = house.store.head
        let before = await house.desk.hashingCount
        let reply = try await house.run(command, input, as: .anonymous).json
        let members = (reply.members ?? []).filter { $0.name != "sequence" }
        return (
            JSONValue.object(members).canonicalText,
            await house.desk.hashingCount - before, Int(house.store.head - head)
        )
    }

    @Test func `a forgotten password is answered alike, whoever is asked about`() async throws {
        let (house, _, _) = try await house()
        var answers: Set<String> = []
        for email in ["Cara@example.org", "nobody@example.org", "Dora@example.org"] {
            let told = try await told("RequestPasswordReset", ["email": .string(email)], house)
            answers.insert(told.text)
            #expect(told.hashings == 1, "\(email)")
            #expect(told.events == 1, "\(email)")
        }
        #expect(answers == [#"{"ok":true,"events":[],"ids":{}}"#])
        let mails = try house.manifests().filter { $0["purpose"] == "passwordReset" }
        #expect(mails.map { $0["recipient"]?.string } == ["Cara@example.org"])
    }

    @Test func `a repeated key is answered alike too`() async throws {
        let (house, _, _) = try await house()
        let input: JSONValue = ["email": "nobody@example.org"]
        let first = try await house.run("RequestPasswordReset", input, as: .anonymous, key: "k")
        let again = try await house.run("RequestPasswordReset", input, as: .anonymous, key: "k")
        #expect(first.json == again.json)
        #expect(again.reason == "accepted")
    }

    @Test func `every refused sign-in is told in the same bytes, after the same work`()
        async throws
    {
        let (house, cara, _) = try await house()
        _ = try await house.setUpFactor(cara)
        let right = Self.password
        var tries: [(String, String, String?)] = [
            ("nobody@example.org", right, nil), ("Dora@example.org", right, nil),
            ("Cara@example.org", "wrong", nil), ("Cara@example.org", right, nil),
            ("Cara@example.org", right, "000000"), ("Cara@example.org", "wrong", "000000"),
        ]
        tries += Array(repeating: ("Cara@example.org", "wrong", nil), count: 20)
        var answers: Set<String> = []
        for (email, password, code) in tries {
            var input: JSONValue = ["email": .string(email), "password": .string(password)]
            if let code { input = input.replacing("code", by: .string(code)) }
            let told = try await told("SignIn", input, house)
            answers.insert(told.text)
            #expect(told.hashings == 1, "\(email) \(password)")
            #expect(told.events == 1)
        }
        #expect(answers.count == 1, "\(answers)")
        let reasons = try house.refusals()
        #expect(reasons.contains("secondFactorRequired"))
        #expect(reasons.contains("wrongSecondFactor"))
        #expect(reasons.last == "throttled")
    }

    @Test func `a mailed link sets the password, over a restart`() async throws {
        let (house, _, _) = try await house()
        try await house.ids(
            "RequestPasswordReset",
            ["email": "Cara@example.org"],
            as: .anonymous
        )
        let link = try house.manifests().last?["fields"]?["resetLink"]?.string
        let token = String(try #require(link?.split(separator: "=").last))
        try await house.reopen()
        let input: JSONValue = ["token": .string(token), "password": "a better one 2"]
        let set = try await house.ids("SetPassword", input, as: .anonymous)
        #expect(set["accountId"]?.string != nil)
        #expect(try await house.outcome("SetPassword", input, as: .anonymous) == "linkAlreadyUsed")
        let signIn: JSONValue = ["email": "Cara@example.org", "password": "a better one 2"]
        try await house.ids("SignIn", signIn, as: .anonymous)
    }

    @Test func `a phone's codes let in, each once, and its secret is told once`() async throws {
        let (house, cara, _) = try await house()
        let secret = try await house.setUpFactor(cara)
        let signIn: JSONValue = ["email": "Cara@example.org", "password": .string(Self.password)]
        let time = try instant("2026-03-02T15:01:00Z")
        try await house.advance(to: time)
        let code = JSONValue.string(house.code(of: secret))
        let input = signIn.replacing("code", by: code)
        try await house.ids("SignIn", input, as: .anonymous)
        #expect(try await house.outcome("SignIn", input, as: .anonymous) == "signInRefused")
        #expect(try await house.outcome("SignIn", signIn, as: .anonymous) == "signInRefused")
        for name in try FileManager.default.subpathsOfDirectory(atPath: house.directory.path) {
            let path = "\(house.directory.path)/\(name)"
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            #expect(data.range(of: Data(Base32.text(secret).utf8)) == nil, "\(name)")
            #expect(data.range(of: Data(secret)) == nil, "\(name)")
        }
    }

    @Test func `whether a Patient ID number is taken is no answer to who may not ask`()
        async throws
    {
        let house = try await House()
        _ = try await house.client("Cara")
        let ben = try await house.ben()
        for number in ["N-Cara", "N-free"] {
            let input: JSONValue = [
                "patientIdNumber": .string(number), "givenName": "A", "familyName": "B",
                "dateOfBirth": "2000-01-01",
            ]
            for actor in [ben, .anonymous] {
                let head = house.store.head
                let told = try await house.outcome("RegisterClient", input, as: actor)
                #expect(told == "notPermitted")
                #expect(try house.types(after: head) == ["CommandRefused.v1"])
            }
        }
    }

    @Test func `the secret of a factor that was removed is erased`() async throws {
        let (house, cara, _) = try await house()
        _ = try await house.setUpFactor(cara)
        let factor = try house.factor()
        #expect(try house.store.vault.secret(SecretName.secondFactor(factor)) != nil)
        let account = JSONValue.string(String("\(cara)".dropFirst(11)))
        try await house.ids("RemoveSecondFactor", ["accountId": account], as: house.ana)
        #expect(try house.store.vault.secret(SecretName.secondFactor(factor)) == nil)
    }

    @Test func `the patient sees who opened and changed the record, and nobody else does`()
        async throws
    {
        let (house, cara, profile) = try await house()
        let named: JSONValue = ["profileId": .uuid(profile)]
        let opening = named.replacing("purpose", by: "medication review")
        try await house.ids("OpenRecord", opening, as: house.ana)
        let head = house.store.head
        let rows = try await house.result("RecordOpenings", named, as: cara).array ?? []
        #expect(rows.count == 1)
        #expect(rows.first?["actor"]?.string == "\(house.ana)")
        #expect(rows.first?["purpose"] == "medication review")
        #expect(house.store.head == head)
        let other = try await house.acceptedClient("Edda").owner
        let ben = try await house.ben()
        for actor in [other, ben, .anonymous] {
            let reply = try await house.show("RecordOpenings", named, as: actor)
            #expect(reply["reason"] == "notPermitted", "\(actor)")
        }
        #expect(try await house.outcome("OpenRecord", named, as: ben) == "notPermitted")
    }

    /// Clocks in New York went forward on 8 March: the birthday begins at 04:00 UTC.
    @Test func `coming of age is noted at the birthday's first moment, by local time`()
        async throws
    {
        let house = try await House()
        try await house.ids("ChangeComingOfAge", ["ageYears": 18], as: house.ana)
        let registering: JSONValue = [
            "givenName": "Kim", "familyName": "Lane", "dateOfBirth": "2008-05-06",
            "email": "kim@example.org",
        ]
        let client = try await house.ids("RegisterClient", registering).requiredID("clientId")
        _ = try await house.inviteWithProfile(client)
        let accepting: JSONValue = [
            "token": .string(try house.token("invitationLink", of: client)),
            "capacity": "legalRepresentative", "password": .string(Self.password),
        ]
        let ids = try await house.ids("AcceptInvitation", accepting, as: .anonymous)
        let owner = Actor.portalUser(try ids.requiredID("accountId"))
        let profile: JSONValue = ["profileId": ids["profileId"] ?? .null]
        try await house.advance(to: try instant("2026-05-06T03:59:59.999999Z"))
        #expect(try await house.show("ProfileState", profile, as: owner)["ok"] == true)
        let head = house.store.head
        try await house.advance(to: try instant("2026-05-06T04:00:00Z"))
        #expect(
            try house.types(after: head) == [
                "FamilyPortalAccessRemoved.v1", "ProfileOwnershipEnded.v1",
            ]
        )
        let reply = try await house.show("ProfileState", profile, as: owner)
        #expect(reply["reason"] == "notPermitted")
        let state = try await house.result("ProfileState", profile, as: house.ana)
        #expect(state["ownership"] == "none")
        #expect(state["control"] == "organisation")
        #expect(state["owner"] == .null)
        let list = try await house.result("ClientList").array ?? []
        #expect(list.first?["clientStatus"] == "notInvited")
    }
}

extension House {
    /// Sets up a second factor and confirms it; answers with its secret.
    fileprivate func setUpFactor(_ owner: Actor) async throws -> [UInt8] {
        let reply = try await run("SetUpSecondFactor", as: owner).json
        let text = try #require(reply["secret"]?.string)
        let uri = try #require(reply["otpauthUri"]?.string)
        #expect(uri.hasPrefix("otpauth://totp/Riverside:Cara%40example.org?secret=\(text)&"))
        let secret = try #require(try store.vault.secret(SecretName.secondFactor(try factor())))
        #expect(Base32.text(secret) == text)
        try await ids("ConfirmSecondFactor", ["code": .string(code(of: secret))], as: owner)
        return secret
    }

    /// The code that an application shows now.
    fileprivate func code(of secret: [UInt8]) -> String {
        OneTimeCode(secret: secret).code(at: store.clock.now.microseconds / 30_000_000)
    }

    /// The factor that was handed out last.
    fileprivate func factor() throws -> UniqueID {
        var found: UniqueID?
        var lines = store.log.reader.lines(after: 0)
        while let line = try lines.next() {
            let event = try line.event()
            guard event.envelope.type == "SecondFactorSetUp.v1" else { continue }
            found = try JSONValue(parsing: Array(event.data)).requiredID("factorId")
        }
        return try #require(found)
    }

    /// Why sign-ins were refused, in order.
    fileprivate func refusals() throws -> [String] {
        var reasons: [String] = []
        var lines = store.log.reader.lines(after: 0)
        while let line = try lines.next() {
            let event = try line.event()
            guard event.envelope.type == "SignInRefused.v1" else { continue }
            reasons.append(try JSONValue(parsing: Array(event.data))["reason"]?.string ?? "")
        }
        return reasons
    }
}
