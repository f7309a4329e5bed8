import EventLine
import PortalAccess
import PortalEvents
import Testing

/// A second factor: who knows the password alone stays outside. A code is right here if it names
/// its time step.
struct SecondFactorTests {
    private static func protected() -> Stage {
        var stage = Stage()
        stage.becomeActive()
        stage.done("SetUpSecondFactor", as: stage.owner)
        stage.done("ConfirmSecondFactor", ["code": "100"], as: stage.owner)
        return stage
    }

    private func refusal(_ stage: inout Stage, _ code: String?) -> SignInRefusal? {
        let input = stage.signingIn.with("code", code.map { .string($0) })
        let outcome = stage.world.run("SignIn", input, as: .anonymous)
        if let reason = outcome.reason { #expect(reason == .signInRefused) }
        for event in outcome.events {
            if case .signInRefused(let refused) = event { return refused.reason }
        }
        return nil
    }

    @Test func `the password alone, or with a wrong code, does not let anybody in`() {
        var stage = Self.protected()
        #expect(refusal(&stage, nil) == .secondFactorRequired)
        #expect(refusal(&stage, "wrong") == .wrongSecondFactor)
        #expect(refusal(&stage, "101") == nil)
    }

    @Test func `no secret is told to somebody who could not sign in`() {
        var stage = Stage.forFamilyPortal()
        let grant = stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        let pat = Actor.portalUser(stage.holder(of: grant))
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        let outcome = stage.world.run("SetUpSecondFactor", as: pat)
        #expect(outcome.answer == .refuses(.noProfileAccess))
        let end = ClientEndDateSet(clientId: stage.client, endDate: stage.world.today)
        stage.addAccess("client/\(stage.client)", email: "carla@example.org", as: "patient")
        stage.enter("carla@example.org")
        stage.world.take([.clientEndDateSet(end)])
        let late = stage.world.run("SetUpSecondFactor", as: stage.owner)
        #expect(late.answer == .refuses(.clientEndDated))
    }

    @Test func `a code is used once, the one that confirmed included`() {
        var stage = Self.protected()
        #expect(refusal(&stage, "100") == .wrongSecondFactor)
        #expect(refusal(&stage, "102") == nil)
        #expect(refusal(&stage, "102") == .wrongSecondFactor)
        #expect(refusal(&stage, "101") == .wrongSecondFactor)
    }

    @Test func `the code does not say whether the password was right`() {
        var stage = Self.protected()
        let wrong = stage.signingIn.with("password", "wrong one")
        for code in ["101", "wrong"] {
            let outcome = stage.world.run("SignIn", wrong.with("code", .string(code)))
            guard case .signInRefused(let refused) = outcome.events.first else {
                Issue.record("it was not refused")
                continue
            }
            #expect(refused.reason == .wrongPassword)
        }
    }

    @Test func `codes cannot be guessed for long, and the guesses lock nothing`() {
        var stage = Self.protected()
        for _ in 0..<5 { #expect(refusal(&stage, "wrong") == .wrongSecondFactor) }
        #expect(refusal(&stage, "101") == .throttled)
        #expect(stage.userState == .active)
        stage.world.now = stage.world.now.adding(microseconds: 15 * 60_000_000)
        #expect(refusal(&stage, "101") == nil)
    }

    @Test func `a factor that was not confirmed is not asked for`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("SetUpSecondFactor", as: stage.owner)
        let wrong = stage.world.run("ConfirmSecondFactor", ["code": "x"], as: stage.owner)
        #expect(wrong.answer == .refuses(.wrongSecondFactor))
        #expect(refusal(&stage, nil) == nil)
    }

    @Test func `setting up again ends what was waiting, and never what is in use`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("SetUpSecondFactor", as: stage.owner)
        let again = stage.done("SetUpSecondFactor", as: stage.owner)
        #expect(again.map(\.name) == ["SecondFactorRemoved", "SecondFactorSetUp"])
        stage.done("ConfirmSecondFactor", ["code": "100"], as: stage.owner)
        let third = stage.world.run("SetUpSecondFactor", as: stage.owner)
        #expect(third.answer == .refuses(.hasSecondFactor))
        let confirmed = stage.world.run("ConfirmSecondFactor", ["code": "105"], as: stage.owner)
        #expect(confirmed.answer == .refuses(.noSecondFactor))
    }

    @Test func `who has lost the phone is let in after staff took the factor away`() {
        var stage = Self.protected()
        stage.done("RemoveSecondFactor", stage.accountInput)
        #expect(refusal(&stage, nil) == nil)
        let again = stage.world.run("RemoveSecondFactor", stage.accountInput, as: stage.ana)
        #expect(again.answer == .refuses(.noSecondFactor))
    }

    @Test func `who is shut out sets nothing up`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("DisablePatientProfileAccount", stage.accountInput)
        let outcome = stage.world.run("SetUpSecondFactor", as: stage.owner)
        #expect(outcome.answer == .refuses(.accountDisabled))
    }

    @Test func `a forgotten password does not get round the second factor`() {
        var stage = Self.protected()
        stage.done("RequestPasswordReset", ["email": "carla@example.org"], as: .anonymous)
        #expect(stage.account?.security.factor != nil)
        #expect(refusal(&stage, nil) == .secondFactorRequired)
    }
}

/// Tries that failed lately: guessing is slow, and nobody is locked out by it.
struct ThrottleTests {
    private func wrong(_ stage: inout Stage, times: Int) {
        for _ in 0..<times {
            stage.world.run("SignIn", stage.signingIn.with("password", "wrong one"))
        }
    }

    @Test func `after twenty wrong passwords the right one waits, for a quarter of an hour`() {
        var stage = Stage()
        stage.becomeActive()
        wrong(&stage, times: 19)
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == nil)
        wrong(&stage, times: 20)
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == .throttled)
        // What is refused meanwhile does not make it longer.
        wrong(&stage, times: 50)
        stage.world.now = stage.world.now.adding(microseconds: 15 * 60_000_000 - 1)
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == .throttled)
        stage.world.now = stage.world.now.adding(microseconds: 1)
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == nil)
        #expect(stage.userState == .active)
        #expect(!stage.world.events.contains { $0.name == "PatientAccountLocked" })
    }

    @Test func `whoever sets a new password by mail is not kept out by another's guesses`() {
        var stage = Stage()
        stage.becomeActive()
        wrong(&stage, times: 20)
        stage.done("RequestPasswordReset", ["email": "carla@example.org"], as: .anonymous)
        guard case .passwordResetRequested(let event) = stage.world.events.last,
            let token = stage.world.handedOut[event.tokenHash]
        else {
            Issue.record("no link was mailed")
            return
        }
        let input: JSONValue = ["token": .string(token), "password": .string(Stage.password)]
        stage.done("SetPassword", input, as: .anonymous)
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == nil)
    }

    @Test func `registering is throttled where the organisation allows many tries`() {
        var stage = Stage()
        stage.done("ChangeRegistrationLockoutPolicy", ["maxFailedRegistrations": 1000])
        stage.done("CreatePatientPortalCredentials", stage.creating())
        stage.fail(times: 20)
        let input = stage.registering(code: stage.code())
        let refused = stage.world.run("RegisterPatientUser", input, as: .anonymous)
        #expect(
            refused.answer == .refuses(.registrationRefused, recording: "RegistrationRefused")
        )
        stage.world.now = stage.world.now.adding(microseconds: 15 * 60_000_000)
        stage.register()
    }
}
