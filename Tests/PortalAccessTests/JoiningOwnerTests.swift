import EventLine
import PortalAccess
import PortalEvents
import Testing

/// A parent who owns one child's profile owns the next child's with the account that they have
/// (row 49, S3-03): no second account, and none that the holder of a link could take.
struct JoiningOwnerTests {
    private var stage = Stage()
    private var projected: ProjectedAccess
    private let first: UniqueID
    private let second: UniqueID
    private let account: UniqueID

    init() throws {
        projected = try ProjectedAccess()
        first = stage.client
        second = stage.addClient("P-2", email: "second@example.org")
        Self.invite("mum@example.org", &stage)
        stage.done("AcceptInvitation", Self.accepting(stage), as: .anonymous)
        account = try #require(stage.profile?.ownerAccountID)
        stage.choose(second)
    }

    private static func invite(_ email: JSONValue, _ stage: inout Stage) {
        let input = stage.inviting(ticked: false).with("recipientEmail", email)
        stage.done("InviteClient", input)
    }

    private static func accepting(_ stage: Stage) -> JSONValue {
        stage.accepting.with("capacity", "legalRepresentative")
    }

    private func expectJoined(_ stage: Stage) throws {
        let profile = try #require(stage.profile)
        #expect(profile.ownerAccountID == account)
        #expect(stage.state.accounts.isEmpty)
        let situation = stage.world.situation(about: second)
        #expect(situation.access(of: account, to: profile).barrier == nil)
        #expect(stage.state.isPatientRegistered)
    }

    @Test func `signed in, they own the second profile too, and one sign-in opens both`() throws {
        var (stage, projected) = (stage, projected)
        Self.invite("mum@example.org", &stage)
        let bare = Self.accepting(stage).with("password", nil)
        stage.done("AcceptInvitation", bare, as: .portalUser(account))
        try expectJoined(stage)
        let entered = stage.done(
            "SignIn",
            stage.signingIn("mum@example.org", Stage.password),
            as: .anonymous
        )
        let seen = entered.lazy.compactMap { event -> [UniqueID]? in
            if case .signedIn(let event) = event { event.profileIds } else { nil }
        }.first
        #expect(seen?.count == 2)
        #expect(try projected.differences(in: stage.world, asked: [stage.ana]) == [])
    }

    @Test func `the account's password does as well, and another one does not`() throws {
        var stage = stage
        Self.invite("mum@example.org", &stage)
        let wrong = Self.accepting(stage).with("password", "somebody else's")
        let outcome = stage.world.run("AcceptInvitation", wrong, as: .anonymous)
        #expect(outcome.answer == .refuses(.loginEmailInUse, recording: "SignInRefused"))
        let none = Self.accepting(stage).with("password", nil)
        let untried = stage.world.run("AcceptInvitation", none, as: .anonymous)
        #expect(untried.answer == .refuses(.loginEmailInUse))
        #expect(stage.profile == nil)
        stage.done("AcceptInvitation", Self.accepting(stage), as: .anonymous)
        try expectJoined(stage)
    }

    @Test func `nobody becomes the owner of a profile that is end-dated`() {
        var stage = stage
        Self.invite("aunt@example.org", &stage)
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
        let accepting = Self.accepting(stage)
        #expect(stage.outcome("AcceptInvitation", accepting, as: .anonymous) == .clientEndDated)
    }

    @Test func `signed in, an invitation to another address opens no second account`() throws {
        var stage = stage
        Self.invite("mum@work.example", &stage)
        stage.done("AcceptInvitation", Self.accepting(stage), as: .portalUser(account))
        try expectJoined(stage)
    }

    @Test func `who is shut out of their account gets in nowhere by it`() throws {
        var stage = stage
        Self.invite("mum@example.org", &stage)
        stage.done("DisablePatientProfileAccount", ["accountId": .id(account)])
        let outcome = stage.outcome("AcceptInvitation", Self.accepting(stage), as: .anonymous)
        #expect(outcome == .accountDisabled)
    }

    @Test func `a client with an account owns a child's profile with it`() throws {
        var stage = stage
        let mum = stage.addClient("P-3", email: "client@example.org")
        stage.choose(mum)
        stage.registerByLink()
        let own = try #require(stage.account).id
        stage.choose(second)
        Self.invite("client@example.org", &stage)
        stage.done("AcceptInvitation", Self.accepting(stage), as: .anonymous)
        #expect(stage.profile?.ownerPersonID == mum)
        #expect(stage.profile?.ownerAccountID == own)
    }
}
