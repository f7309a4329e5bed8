import EventLine
import PortalAccess
import PortalEvents
import Testing

/// A client who comes of age: whoever could see a minor's record sees it no longer, from the first
/// moment of the birthday, timer or not. Carla is born on 6 May 1980; where she comes of age at 46
/// that is two months after these tests begin.
struct ComingOfAgeTests {
    private static let birthday = Instant(rfc3339: "2026-05-06T04:00:00Z")

    private static func family(ageYears: Int = 46) -> (stage: Stage, grant: UniqueID) {
        var stage = Stage.forFamilyPortal()
        stage.done("ChangeComingOfAge", ["ageYears": .integer(Int64(ageYears))])
        let grant = stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        return (stage, grant)
    }

    private static func apply(_ stage: inout Stage) -> Outcome {
        stage.world.obey(ApplyComingOfAge(clientID: stage.client), as: .scheduler)
    }

    @Test func `access of others ends with the birthday, before any timer has run`() throws {
        var (stage, grant) = Self.family()
        let birthday = try #require(Self.birthday)
        stage.world.now = birthday.adding(microseconds: -1)
        #expect(stage.access(by: grant)?.barrier == nil)
        #expect(Self.apply(&stage).reason == .notDueYet)
        stage.world.now = birthday
        #expect(stage.access(by: grant)?.barrier == .noProfileAccess)
        #expect(stage.signInRefusal("pat@example.org", Stage.password) == .noProfileAccess)
        #expect(Self.apply(&stage).answer == .writes("FamilyPortalAccessRemoved SessionsEnded"))
        #expect(stage.grant(grant)?.state == .removed)
        #expect(Self.apply(&stage).reason == .notDueYet)
    }

    @Test func `access that the grown client's organisation gives later stays`() throws {
        var (stage, _) = Self.family()
        stage.world.now = try #require(Self.birthday)
        _ = Self.apply(&stage)
        let contact = try #require(stage.state.contacts.first)
        let again = stage.addAccess("contact/\(contact.id)")
        #expect(stage.access(by: again)?.barrier == nil)
        #expect(Self.apply(&stage).reason == .notDueYet)
    }

    @Test func `whoever was given access to a grown-up keeps it`() {
        var (stage, grant) = Self.family(ageYears: 18)
        #expect(stage.access(by: grant)?.barrier == nil)
        #expect(Self.apply(&stage).reason == .notDueYet)
    }

    @Test func `without an age nothing ends`() throws {
        var (stage, grant) = Self.family()
        stage.done("ChangeComingOfAge")
        stage.world.now = try #require(Self.birthday)
        #expect(stage.access(by: grant)?.barrier == nil)
        #expect(Self.apply(&stage).reason == .notDueYet)
    }

    @Test func `the client's own access stays`() throws {
        var stage = Stage()
        stage.done("ChangeComingOfAge", ["ageYears": 46])
        stage.becomeActive()
        stage.world.now = try #require(Self.birthday)
        #expect(Self.apply(&stage).reason == .notDueYet)
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == nil)
    }

    @Test func `an unused invitation for a minor's record dies with the access`() throws {
        var stage = Stage.forFamilyPortal()
        stage.done("ChangeComingOfAge", ["ageYears": 60])
        stage.addAccess("contact/\(stage.addContact())")
        stage.done("ChangeComingOfAge", ["ageYears": 46])
        stage.world.now = try #require(Self.birthday)
        let ended = Self.apply(&stage)
        #expect(ended.answer == .writes("FamilyPortalAccessRemoved InvitationRevoked"))
    }

    @Test func `a link for a minor's record is dead from the birthday on, and revoked`() throws {
        var stage = Stage.forFamilyPortal()
        stage.done("ChangeComingOfAge", ["ageYears": 46])
        let birthday = try #require(Self.birthday)
        stage.world.now = birthday.adding(microseconds: -Int64.day)
        let caring = stage.clientInput.with("name", "Cem").with("email", "cem@example.org")
        stage.done("SendCaregiverInvitation", caring.with("confirmed", true))
        let register = stage.registering(by: stage.token(of: .caregiver))
        let invitation = try #require(stage.invitation(.caregiver))
        #expect(Self.apply(&stage).reason == .notDueYet)
        stage.world.now = birthday
        #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == .invitationRevoked)
        let again: JSONValue = ["invitationId": .id(invitation.id)]
        #expect(stage.outcome("ResendInvitation", again, as: stage.ana) == .invitationRevoked)
        #expect(Self.apply(&stage).answer == .writes("InvitationRevoked"))
        #expect(Self.apply(&stage).reason == .notDueYet)
        // What is sent to the grown client's caregiver works.
        stage.done("SendCaregiverInvitation", caring.with("confirmed", true))
        let anew = stage.registering(by: stage.token(of: .caregiver))
        stage.done("RegisterByLink", anew, as: .anonymous)
        #expect(Self.apply(&stage).reason == .notDueYet)
    }

    @Test func `nobody owns a grown-up's profile by an invitation from before, but they do`()
        throws
    {
        var stage = Stage()
        stage.done("ChangeComingOfAge", ["ageYears": 46])
        let birthday = try #require(Self.birthday)
        stage.world.now = birthday.adding(microseconds: -Int64.day)
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.world.now = birthday
        let accepting = stage.accepting
        let late = accepting.with("capacity", "legalRepresentative")
        #expect(stage.outcome("AcceptInvitation", late, as: .anonymous) == .invitationRevoked)
        #expect(Self.apply(&stage).reason == .notDueYet)
        stage.done("AcceptInvitation", accepting, as: .anonymous)
        #expect(stage.profile?.ownerPersonID == stage.client)
    }

    @Test func `who owned the profile for a minor owns it no longer, and nothing is deleted`()
        throws
    {
        var stage = Stage()
        stage.done("ChangeComingOfAge", ["ageYears": 46])
        let guardian = JSONValue.string("guardian@example.org")
        stage.done("InviteClient", stage.inviting(ticked: true).with("recipientEmail", guardian))
        let accepting = stage.accepting.with("capacity", "legalRepresentative")
        stage.done("AcceptInvitation", accepting, as: .anonymous)
        let profile = try #require(stage.profile)
        let owner = Actor.portalUser(try #require(profile.ownerAccountID))
        let granting: JSONValue = [
            "profileId": .id(profile.id), "subject": .string("\(stage.ben)"),
        ]
        stage.world.now = try #require(Self.birthday)
        let late = stage.world.run("GrantProfessionalAccess", granting, as: owner)
        #expect(late.reason == .onlyOwnerControlsAccess)
        let ended = Self.apply(&stage)
        #expect(ended.answer == .writes("FamilyPortalAccessRemoved ProfileOwnershipEnded"))
        #expect(stage.profile?.ownership == Profile.Ownership.none)
        #expect(stage.state.status == .notInvited)
        stage.done("InviteClient", stage.inviting(ticked: true))
        let revoked = stage.done("RevokeInvitation", stage.invitationInput).map(\.name)
        #expect(revoked == ["InvitationRevoked"])
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        #expect(stage.profile?.ownerPersonID == stage.client)
        #expect(stage.profile?.id == profile.id)
    }

    @Test(arguments: [
        ("2008-02-29", 18, "2026-03-01"), ("2008-02-29", 20, "2028-02-29"),
        ("2008-03-01", 18, "2026-03-01"), ("2007-12-31", 18, "2025-12-31"),
    ])
    func `a birthday on 29 February falls on 1 March in common years`(
        born: String,
        years: Int,
        expected: String
    ) throws {
        let birth = try #require(LocalDate(born))
        #expect(birth.birthday(after: years, .march1).description == expected)
    }

    @Test(arguments: [
        ("2008-02-29", 18, "2026-02-28"), ("2008-02-29", 20, "2028-02-29"),
        ("2008-03-01", 18, "2026-03-01"), ("2008-02-28", 18, "2026-02-28"),
    ])
    func `or on 28 February, where the organisation says so`(
        born: String,
        years: Int,
        expected: String
    ) throws {
        let birth = try #require(LocalDate(born))
        #expect(birth.birthday(after: years, .february28).description == expected)
        let day = try #require(LocalDate(expected))
        #expect(birth.age(on: day, .february28) == years)
        #expect(birth.age(on: day.adding(days: -1), .february28) == years - 1)
    }
}
