import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Two records of one person: one account stays, and the other lets nobody in any more (I10).
struct MergeTests {
    /// Carla's record and a second one of hers, each with an account.
    private static func twice() -> (stage: Stage, first: UniqueID, second: UniqueID) {
        var stage = Stage()
        let first = stage.client
        stage.becomeActive()
        let second = stage.addClient("P-2", email: "carla@work.example")
        stage.choose(second)
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let input = stage.registering(code: stage.code(), email: "carla@work.example")
        stage.done("RegisterPatientUser", input, as: .anonymous)
        stage.confirm()
        stage.choose(first)
        return (stage, first, second)
    }

    private func merging(_ first: UniqueID, _ second: UniqueID) -> JSONValue {
        ["survivor": .id(first), "merged": .id(second)]
    }

    private func account(_ stage: Stage, _ client: UniqueID) -> UniqueID {
        stage.world.clients[client]?.ownAccount?.id ?? Stage.nobody
    }

    @Test func `the closed account is shut, and the kept one sees both profiles`() throws {
        var (stage, first, second) = Self.twice()
        let kept = account(stage, first)
        let profiles = [first, second].compactMap { stage.world.clients[$0]?.profile?.id }
        let input = merging(first, second).with("keepAccountId", .id(kept))
        let events = stage.done("MergeClientRecords", input)
        #expect(events.first?.name == "ClientRecordsMerged")
        #expect(events.contains { $0.name == "SessionsEnded" })
        #expect(stage.world.clients[second]?.card?.recordStatus == .merged)
        let closed = stage.world.run(
            "SignIn",
            stage.signingIn("carla@work.example", Stage.password),
            as: .anonymous
        )
        #expect(closed.answer == .refuses(.signInRefused, recording: "UnknownSignInAttempt"))
        let entered = stage.done(
            "SignIn",
            stage.signingIn("carla@example.org", Stage.password),
            as: .anonymous
        )
        guard case .signedIn(let signedIn)? = entered.first(where: { $0.name == "SignedIn" })
        else {
            Issue.record("nobody was signed in")
            return
        }
        #expect(Set(signedIn.profileIds) == Set(profiles))
        // Whoever needs the released address can have it.
        stage.done(
            "ChangeClientEmail",
            ["clientId": .id(first), "new": "carla@work.example"]
        )
    }

    @Test func `the way in of the merged record can be the one that is kept`() {
        var (stage, first, second) = Self.twice()
        let input = merging(first, second).with("keepAccountId", .id(account(stage, second)))
        stage.done("MergeClientRecords", input)
        stage.done(
            "SignIn",
            stage.signingIn("carla@work.example", Stage.password),
            as: .anonymous
        )
        let old = stage.signingIn("carla@example.org", Stage.password)
        let closed = stage.world.run("SignIn", old, as: .anonymous)
        #expect(closed.answer == .refuses(.signInRefused, recording: "UnknownSignInAttempt"))
        #expect(stage.userState == .active)
    }

    @Test func `nobody's only way in is lost, and its second factor comes along`() {
        var (stage, first, _) = Self.twice()
        let third = stage.addClient("P-3", email: "third@example.org")
        stage.done("SetUpSecondFactor", as: stage.owner)
        stage.done("ConfirmSecondFactor", ["code": "100"], as: stage.owner)
        stage.done("MergeClientRecords", merging(third, first))
        let signIn = stage.signingIn("carla@example.org", Stage.password)
        let bare = stage.world.run("SignIn", signIn, as: .anonymous)
        #expect(bare.reason == .signInRefused)
        stage.done("SignIn", signIn.with("code", "101"), as: .anonymous)
        stage.choose(third)
        #expect(stage.userState == .active)
    }

    @Test func `who is shut out of the merged record gets in nowhere by it`() {
        var (stage, first, second) = Self.twice()
        let closed = account(stage, second)
        stage.done("DisablePatientProfileAccount", ["accountId": .id(closed)])
        let input = merging(first, second).with("keepAccountId", .id(closed))
        let outcome = stage.world.run("MergeClientRecords", input, as: stage.ana)
        #expect(outcome.answer == .refuses(.accountDisabled))
        let third = stage.addClient("P-3", email: "third@example.org")
        stage.done("MergeClientRecords", merging(third, second))
        #expect(account(stage, third) == Stage.nobody)
    }

    @Test func `of two accounts none is closed without a choice`() {
        var (stage, first, second) = Self.twice()
        let refusals: [(JSONValue, Refusal.Reason)] = [
            (merging(first, second), .accountChoiceRequired),
            (merging(first, second).with("keepAccountId", .id(Stage.nobody)), .notFound),
            (merging(first, first), .invalidInput), (merging(first, Stage.nobody), .notFound),
        ]
        let before = stage.world.fold
        for (input, reason) in refusals {
            let outcome = stage.world.run("MergeClientRecords", input, as: stage.ana)
            #expect(outcome.answer == .refuses(reason), "\(input.canonicalText)")
        }
        #expect(stage.world.fold == before)
    }

    @Test func `a record is merged once`() {
        var (stage, first, second) = Self.twice()
        let input = merging(first, second).with("keepAccountId", .id(account(stage, first)))
        stage.done("MergeClientRecords", input)
        let again = stage.world.run("MergeClientRecords", input, as: stage.ana)
        #expect(again.answer == .refuses(.alreadyMerged))
        let third = stage.addClient("P-3", email: "third@example.org")
        let into = stage.world.run("MergeClientRecords", merging(second, third), as: stage.ana)
        #expect(into.answer == .refuses(.alreadyMerged))
    }

    @Test func `what was mailed for the merged record lets nobody in`() {
        var stage = Stage()
        let first = stage.client
        let second = stage.addClient("P-2", email: "carla@work.example")
        stage.choose(second)
        stage.done("InviteClient", stage.inviting(ticked: false))
        let accepting = stage.accepting
        stage.choose(first)
        stage.done("MergeClientRecords", merging(first, second))
        let late = stage.world.run("AcceptInvitation", accepting, as: .anonymous)
        #expect(late.reason == .invitationRevoked)
    }

    @Test func `access to others moves to the kept account`() {
        var stage = Stage.forFamilyPortal()
        let child = stage.client
        var (first, second) = (Stage.nobody, Stage.nobody)
        first = stage.addClient("P-2", email: "pat@example.org")
        second = stage.addClient("P-3", email: "pat@work.example")
        for (client, email) in [(first, "pat@example.org"), (second, "pat@work.example")] {
            stage.choose(client)
            stage.makeProfile()
            stage.addAccess("client/\(client)", email: email, as: "patient")
            stage.enter(email)
        }
        stage.choose(child)
        let contact = stage.addContact(person: second)
        let grant = stage.addAccess("contact/\(contact)", email: "pat@work.example")
        stage.done(
            "MergeClientRecords",
            merging(first, second).with("keepAccountId", .id(account(stage, first)))
        )
        #expect(stage.grant(grant)?.state == .removed)
        let holder = GrantHolder.account(account(stage, first))
        let moved = stage.profile?.liveGrant(of: holder)
        #expect(moved?.roleID == stage.role("family"))
        let events = stage.done(
            "SignIn",
            stage.signingIn("pat@example.org", Stage.password),
            as: .anonymous
        )
        let seen = events.lazy.compactMap { event -> [UniqueID]? in
            if case .signedIn(let event) = event { event.profileIds } else { nil }
        }.first
        #expect(seen?.count == 3)
    }
}
