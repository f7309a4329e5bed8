import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What outsiders meet: signing in, registering and confirming. They learn that it was refused;
/// the log keeps why.
struct OutsideTests {
    @Test func `a wrong password is refused, and the right one signs in`() {
        var stage = Stage()
        stage.becomeActive()
        let wrong = stage.signingIn.with("password", "Correct horse battery")
        let refused = stage.world.run("SignIn", wrong, as: .anonymous)
        #expect(refused.answer == .refuses(.signInRefused, recording: "SignInRefused"))
        #expect(refused.signInRefusal == .wrongPassword)
        stage.done("SignIn", stage.signingIn, as: .anonymous)
    }

    @Test func `wrong passwords never lock`() {
        var stage = Stage()
        stage.becomeActive()
        for _ in 0..<20 {
            stage.world.run("SignIn", stage.signingIn.with("password", "wrong one"))
        }
        #expect(stage.userState == .active)
    }

    @Test func `a login address is compared without case and surrounding space`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("SignIn", stage.signingIn.with("email", " Carla@EXAMPLE.org "), as: .anonymous)
    }

    @Test func `only the first sign-in is the first`() {
        var stage = Stage()
        stage.becomeActive()
        let firsts = (0..<3).map { _ in
            stage.done("SignIn", stage.signingIn, as: .anonymous).contains {
                if case .signedIn(let event) = $0 { event.first } else { false }
            }
        }
        #expect(firsts == [true, false, false])
    }

    @Test func `whose access is suspended does not get in`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        let refused = stage.world.run("SignIn", stage.signingIn, as: .anonymous)
        #expect(refused.signInRefusal == .accessSuspended)
        let restored = stage.done("ReInviteClient", stage.inviting(ticked: false)).map(\.name)
        #expect(restored == ["ClientReInvited", "ProfileAccessRestored", "PatientAccessGranted"])
        stage.done("SignIn", stage.signingIn, as: .anonymous)
    }

    static let signIns: [(UserStateTableTests.Row, SignInRefusal)] = [
        (.pendingEmailConfirmation, .emailNotConfirmed), (.disabledByRecord, .accountDisabled),
        (.disabledWithCredentials, .accountDisabled),
    ]

    @Test(arguments: signIns)
    func `a refused sign-in keeps the reason inside`(
        row: UserStateTableTests.Row,
        reason: SignInRefusal
    ) {
        var stage = Stage()
        stage.bring(to: row)
        let refused = stage.world.run("SignIn", stage.signingIn, as: .anonymous)
        #expect(refused.signInRefusal == reason)
    }

    @Test(arguments: [UserStateTableTests.Row.pendingEmailConfirmation, .active])
    func `an end date is the reason, whatever else keeps somebody out`(
        row: UserStateTableTests.Row
    ) {
        var stage = Stage()
        stage.bring(to: row)
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
        let refused = stage.world.run("SignIn", stage.signingIn, as: .anonymous)
        #expect(refused.signInRefusal == .clientEndDated)
    }

    static let registrations: [(UserStateTableTests.Row, RegistrationRefusal)] = [
        (.notEnrolled, .notEnrolled), (.pendingEmailConfirmation, .credentialsAlreadyUsed),
        (.active, .credentialsAlreadyUsed), (.locked, .accountLocked),
        (.disabledByRecord, .accountDisabled), (.disabledWithCredentials, .accountDisabled),
        (.disabledWithoutCredentials, .accountDisabled),
    ]

    @Test(arguments: registrations)
    func `a refused registration keeps the reason inside`(
        row: UserStateTableTests.Row,
        reason: RegistrationRefusal
    ) {
        var stage = Stage()
        stage.bring(to: row)
        for code in [stage.code(), "wrong"] {
            let input = stage.registering(code: code)
            let refused = stage.world.run("RegisterPatientUser", input, as: .anonymous)
            #expect(refused.registrationRefusal == reason)
        }
    }

    @Test func `an address that is taken and a weak password are refused without being counted`() {
        var stage = Stage()
        stage.becomeActive()
        stage.choose(stage.addClient("P-2", email: "dan@example.org"))
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let input = stage.registering(code: stage.code(), email: "CARLA@example.org")
        let taken = stage.world.run("RegisterPatientUser", input, as: .anonymous)
        #expect(taken.registrationRefusal == .loginEmailInUse)
        for weak: JSONValue in ["1234567", "aaaaaaaaaa"] {
            let input = input.with("email", "dan@example.org").with("password", weak)
            let refused = stage.world.run("RegisterPatientUser", input, as: .anonymous)
            #expect(refused.registrationRefusal == .weakPassword)
        }
        #expect(stage.account?.failedAttempts == 0)
        stage.done("RegisterPatientUser", input.with("email", "dan@example.org"))
    }

    @Test func `outsiders are told the same, whatever the reason was`() {
        var told: Set<Refusal> = []
        for row in UserStateTableTests.Row.allCases where row != .distributed {
            var stage = Stage()
            stage.bring(to: row)
            for number in ["P-1", "P-99"] {
                let input = stage.registering(code: "wrong")
                    .with("patientIdNumber", .string(number))
                let outcome = stage.world.run("RegisterPatientUser", input, as: .anonymous)
                guard let refusal = outcome.refusal else { continue }
                told.insert(Refusal(refusal.reason, field: refusal.field, detail: refusal.detail))
            }
        }
        #expect(told.count == 1)
    }

    @Test func `an accepted invitation does not take an address that is another's`() {
        var stage = Stage()
        stage.becomeActive()
        stage.choose(stage.addClient("P-2", email: "carla@example.org"))
        stage.done("InviteClient", stage.inviting(ticked: false))
        let outcome = stage.world.run("AcceptInvitation", stage.accepting, as: .anonymous)
        #expect(outcome.answer == .refuses(.loginEmailInUse))
    }

    @Test func `the login follows the client's address, unless it is another's`() {
        var stage = Stage()
        stage.becomeActive()
        let events = stage.done("ChangeClientEmail", stage.clientInput.with("new", "c@example.org"))
        #expect(
            events.map(\.name) == [
                "ClientEmailChanged", "LoginEmailReleased", "LoginEmailClaimed",
                "LoginEmailChanged",
            ]
        )
        let old = stage.world.run("SignIn", stage.signingIn, as: .anonymous)
        #expect(old.names == ["UnknownSignInAttempt"])
        stage.done("SignIn", stage.signingIn.with("email", "c@example.org"), as: .anonymous)
        stage.choose(stage.addClient("P-2", email: "carla@example.org"))
        stage.becomeActive()
        let taken = stage.clientInput.with("new", "C@example.org")
        let outcome = stage.world.run("ChangeClientEmail", taken, as: stage.ana)
        #expect(outcome.answer == .refuses(.loginEmailInUse))
    }
}

extension Outcome {
    /// Why a registration was refused without being counted, as the log keeps it.
    fileprivate var registrationRefusal: RegistrationRefusal? {
        events.lazy.compactMap { event -> RegistrationRefusal? in
            guard case .registrationRefused(let refused) = event else { return nil }
            return refused.reason
        }.first
    }
}
