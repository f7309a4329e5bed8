import EventLine
import PortalAccess
import PortalEvents
import ProjectionEngine
import Testing

/// Each row of §1.5 on the read model, where the rules' own tests have it on the rules.
struct ProjectedActionsTests {
    @Test(arguments: AvailableActionsTests.byProfile)
    func `the actions follow the invitation`(
        row: ProfileTableTests.Row,
        shown: [ActionLabel]
    ) throws {
        var stage = Stage()
        stage.saveEmailTemplate()
        stage.bring(to: row)
        try check(stage, shown)
    }

    @Test(arguments: AvailableActionsTests.byUserState)
    func `the actions follow the state`(
        row: UserStateTableTests.Row,
        shown: [ActionLabel]
    ) throws {
        var stage = Stage()
        stage.saveEmailTemplate()
        stage.bring(to: row)
        try check(stage, shown)
    }

    /// Ana is shown the actions, Ben none, and whoever has one permission what goes with it.
    private func check(_ stage: Stage, _ shown: [ActionLabel]) throws {
        var stage = stage
        let clerks = Permission.allCases.map { permission in
            let clerk = stage.addStaff(["name": "Clerk"])
            stage.grant(permission, to: clerk)
            return clerk
        }
        var projected = try ProjectedAccess()
        let actors = [stage.ana, stage.ben, .systemOperator] + clerks
        #expect(try projected.differences(in: stage.world, asked: actors) == [])
        let labels = try projected.actions(for: stage.client, as: stage.ana, in: stage.world)
        #expect(labels == shown.map { "\($0.rawValue) " })
        #expect(try projected.actions(for: stage.client, as: stage.ben, in: stage.world) == [])
    }

    @Test func `a contact's access is added, sent again, and managed`() throws {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        #expect(try Self.shown(stage, for: contact) == ["Add Family Portal access"])
        let grant = stage.addAccess("contact/\(contact)")
        let waiting = ["Resend invite", "Manage Family Portal Access"]
        #expect(try Self.shown(stage, for: contact) == waiting)
        stage.enter()
        #expect(try Self.shown(stage, for: contact) == ["Manage Family Portal Access"])
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        #expect(try Self.shown(stage, for: contact) == ["Add Family Portal access"])
        stage.done("DisableContact", ["contactId": .id(contact), "confirmed": true])
        #expect(try Self.shown(stage, for: contact) == [])
    }

    @Test func `once the end date has come nobody is given access, in whatever zone`() throws {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-04"))
        #expect(try Self.shown(stage, for: contact) == ["Add Family Portal access"])
        stage.world.now = stage.world.now.adding(microseconds: 2 * .day)
        #expect(try Self.shown(stage, for: contact) == [])
        stage.world.obey(ApplyEndDate(clientID: stage.client), as: .scheduler)
        stage.world.now = stage.world.now.adding(microseconds: -1 * .day)
        #expect(try Self.shown(stage, for: contact) == [])
    }

    @Test func `access of others ends with the birthday, before any timer has run`() throws {
        var stage = Stage.forFamilyPortal()
        stage.done("ChangeComingOfAge", ["ageYears": 46])
        stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        var projected = try ProjectedAccess()
        let birthday = try #require(Instant(rfc3339: "2026-05-06T04:00:00Z"))
        for moment in [birthday.adding(microseconds: -1), birthday] {
            stage.world.now = moment
            #expect(try projected.differences(in: stage.world, asked: []) == [])
        }
        stage.addAccess("contact/\(stage.addContact())", email: "new@example.org")
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
    }

    @Test(arguments: [("march1", "2027-03-01"), ("february28", "2027-02-28")])
    func `it ends on the day that the leap day rule says`(rule: String, birthday: String) throws {
        var stage = Stage.forFamilyPortal()
        stage.done("ChangeComingOfAge", ["ageYears": 47])
        stage.done("ChangeLeapDayRule", ["rule": .string(rule)])
        stage.done("CorrectClientDateOfBirth", stage.clientInput.with("new", "1980-02-29"))
        let grant = stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        var projected = try ProjectedAccess()
        let moment = try #require(Instant(rfc3339: "\(birthday)T05:00:00Z"))
        stage.world.now = moment.adding(microseconds: -1)
        #expect(stage.access(by: grant)?.barrier == nil)
        #expect(try projected.differences(in: stage.world, asked: []) == [])
        stage.world.now = moment
        #expect(stage.access(by: grant)?.barrier == .noProfileAccess)
        #expect(try projected.differences(in: stage.world, asked: []) == [])
    }

    @Test func `with access to one's own profile goes the link that was mailed besides`() throws {
        var stage = Stage.forFamilyPortal()
        stage.done("SendPortalInvitation", stage.sending)
        let link = stage.registering(by: stage.token(of: .registration))
        let grant = stage.addAccess("client/\(stage.client)", email: "carla@example.org")
        let shown = stage.world.actions(for: stage.client, as: stage.ana).map(\.label)
        #expect(shown.contains(.resendPortalInvite))
        #expect(try Self.link(stage) == "Re-send patient portal invite")
        var projected = try ProjectedAccess()
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        #expect(try Self.link(stage) == "Send patient portal invite")
        let outcome = stage.world.run("RegisterByLink", link, as: .anonymous)
        #expect(outcome.answer == .refuses(.invitationRevoked))
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
    }

    @Test func `an access taken away before the address is confirmed does not come with it`() {
        var stage = Stage.forFamilyPortal()
        stage.bring(to: UserStateTableTests.Row.pendingEmailConfirmation)
        let login = stage.account?.loginEmail ?? ""
        let grant = stage.addAccess("client/\(stage.client)", email: login)
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        let confirmed = stage.done("ConfirmEmail", stage.confirmationLink, as: .anonymous)
        #expect(confirmed.map(\.name) == ["PatientEmailConfirmed"])
        #expect(stage.profile?.grants.allSatisfy { $0.state == .removed } == true)
    }

    @Test func `a password mailed with an access that was taken back is no way in`() throws {
        var stage = Stage.forFamilyPortal()
        let grant = stage.addAccess("client/\(stage.client)", email: "carla@example.org")
        #expect(stage.world.situation(about: stage.client).hasActiveCredentials)
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        #expect(!stage.world.situation(about: stage.client).hasActiveCredentials)
        let shown = stage.world.actions(for: stage.client, as: stage.ana).map(\.label)
        #expect(shown.contains(.distributeCredentials))
        var projected = try ProjectedAccess()
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
    }

    @Test func `the link on the messaging tab says what comes next`() throws {
        var stage = Stage()
        stage.saveEmailTemplate()
        #expect(try Self.link(stage) == "Send patient portal invite")
        stage.done("SendPortalInvitation", stage.sending)
        #expect(try Self.link(stage) == "Re-send patient portal invite")
        stage.world.now = stage.world.now.adding(microseconds: 15 * .day)
        #expect(try Self.link(stage) == "Re-send patient portal invite")
        stage.becomeActive()
        #expect(try Self.link(stage) == "Send patient portal message")
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-17"))
        #expect(try Self.link(stage) == nil)
    }

    @Test func `a difference between read model and rules is found`() throws {
        var history = RandomHistory(seed: 1)
        for _ in 0..<100 { _ = history.advance() }
        var projected = try ProjectedAccess()
        #expect(try projected.differences(in: history.stage.world, asked: history.staff) == [])
        var later = history
        for _ in 0..<100 { _ = later.advance() }
        let found = try projected.differences(
            in: later.stage.world,
            asked: history.staff,
            leavingOut: .max
        )
        #expect(!found.isEmpty)
    }

    private static func shown(_ stage: Stage, for contact: UniqueID) throws -> [String] {
        var projected = try ProjectedAccess()
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
        return try projected.actions(for: stage.client, as: stage.ana, in: stage.world)
            .filter { $0.hasSuffix("\(contact)") }.map { String($0.dropLast(37)) }
    }

    private static func link(_ stage: Stage) throws -> String? {
        var projected = try ProjectedAccess()
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
        return try projected.link(for: stage.client, in: stage.world)
    }
}

/// What a destroyed key sealed is gone from the read model, and nothing else is.
struct ProjectedErasureTests {
    @Test func `names and addresses go with the client's key`() throws {
        let (stage, representative) = Self.stage()
        var projected = try ProjectedAccess()
        let other = try #require(stage.world.clients.keys.first { $0 != stage.client })
        _ = try projected.differences(in: stage.world, asked: [])
        let account = try #require(stage.account?.id)
        #expect(try projected.name(of: stage.client, in: stage.world) == "Carla Diaz")
        #expect(try projected.login(of: account) == "carla@example.org")
        #expect(try projected.email("client", stage.client) == "carla@example.org")
        #expect(try projected.email("representative", representative) == "rep@example.org")
        var erased = stage
        erased.destroyKey("client/\(stage.client)")
        _ = try projected.differences(in: erased.world, asked: [])
        #expect(try projected.name(of: stage.client, in: stage.world) == nil)
        #expect(try projected.login(of: account) == nil)
        #expect(try projected.email("client", stage.client) == nil)
        #expect(try projected.email("representative", representative) == nil)
        #expect(try projected.name(of: other, in: stage.world) == "Carla Diaz")
        #expect(try projected.email("client", other) == "other@example.org")
    }

    @Test func `a contact's address goes with the contact's key alone`() throws {
        var (stage, _) = Self.stage()
        let contact = stage.addContact(email: "pat@example.org")
        var projected = try ProjectedAccess()
        _ = try projected.differences(in: stage.world, asked: [])
        #expect(try projected.email("contact", contact) == "pat@example.org")
        stage.destroyKey("contact/\(contact)")
        _ = try projected.differences(in: stage.world, asked: [])
        #expect(try projected.email("contact", contact) == nil)
        #expect(try projected.name(of: stage.client, in: stage.world) == "Carla Diaz")
    }

    @Test func `a rebuild after the erasure knows no names either`() throws {
        let (stage, _) = Self.stage()
        var projected = try ProjectedAccess(opening: { _ in .erased })
        _ = try projected.differences(in: stage.world, asked: [])
        #expect(try projected.name(of: stage.client, in: stage.world) == nil)
        #expect(try projected.login(of: try #require(stage.account?.id)) == nil)
    }

    private static func stage() -> (Stage, representative: UniqueID) {
        var stage = Stage()
        _ = stage.addClient("P-2", email: "other@example.org")
        stage.becomeActive()
        let input = stage.clientInput.with("name", "Rita").with("email", "rep@example.org")
        let representative = stage.done(
            "RecordAuthorisedRepresentative",
            input.with("capacity", "guardian")
        ).firstID {
            if case .authorisedRepresentativeRecorded(let event) = $0 {
                event.representativeId
            } else {
                nil
            }
        }
        return (stage, representative)
    }
}

extension Stage {
    fileprivate mutating func destroyKey(_ scope: String) {
        let destroyed = PersonalDataKeyDestroyed(keyId: Self.nobody, scope: scope, clientId: client)
        world.take([.personalDataKeyDestroyed(destroyed)])
    }
}
