import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Who gets in by a link, and with which account.
struct LinkTests {
    @Test func `whoever registers by link can sign in and sees their own profile`() {
        var stage = Stage()
        stage.registerByLink()
        #expect(stage.userState == .active)
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        #expect(stage.profile?.control == .organisation)
        let roles = stage.profile?.grants.map(\.roleID)
        #expect(roles == [stage.world.organisation.patientRole])
    }

    @Test func `a link that was used or replaced lets nobody in`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let old = stage.registering(by: stage.token(of: .registration))
        stage.done("ResendInvitation", ["invitationId": .id(stage.invitation(.registration)?.id)])
        #expect(stage.outcome("RegisterByLink", old, as: .anonymous) == .invitationExpired)
        let new = stage.registering(by: stage.token(of: .registration))
        stage.done("RegisterByLink", new, as: .anonymous)
        let other = new.with("password", "another password")
        #expect(stage.outcome("RegisterByLink", other, as: .anonymous) == .linkAlreadyUsed)
        stage.done("SignIn", stage.signingIn, as: .anonymous)
    }

    @Test(arguments: ["new@example.org", nil])
    func `a link that went to a former address of the card lets nobody in`(new: String?) {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let old = stage.registering(by: stage.token(of: .registration))
        let change = stage.clientInput.with("new", new.map { .string($0) } ?? .null)
        stage.done("ChangeClientEmail", change)
        let late = stage.world.run("RegisterByLink", old, as: .anonymous)
        #expect(late.answer == .refuses(.invitationExpired))
        // The same address in other letters is no other address.
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "CARLA@example.org"))
        stage.done("RegisterByLink", old, as: .anonymous)
    }

    @Test func `who checks identities by a link is asked for the newest address too`() {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        stage.signedVisit()
        let token = stage.token(of: .auto)
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "new@example.org"))
        let verified = stage.world.run("VerifyInvitedIdentity", stage.verifying(by: token))
        #expect(verified.answer == .refuses(.invitationExpired))
    }

    @Test func `a password must be a good one, and a refusal writes nothing`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let input = stage.registering(by: stage.token(of: .registration), "aaaaaaaaaa")
        let outcome = stage.world.run("RegisterByLink", input, as: .anonymous)
        #expect(outcome.answer == .refuses(.weakPassword))
    }

    @Test func `credentials that were sent by letter end with a registration by link`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let letter = stage.registering(code: stage.code(), email: "thief@example.org")
        stage.registerByLink()
        let outcome = stage.world.run("RegisterPatientUser", letter, as: .anonymous)
        #expect(outcome.reason == .registrationRefused)
        #expect(stage.account?.loginEmail == "carla@example.org")
    }

    @Test func `an automatic invitation wants to know who it is first`() {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        stage.signedVisit()
        let token = stage.token(of: .auto)
        let register = stage.registering(by: token)
        #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == .identityNotVerified)
        let wrong: [(String, String)] = [
            ("555 0101", "05/06/1980"), ("555 0100", "06/05/1980"), ("---", "05/06/1980"),
        ]
        for (phone, born) in wrong {
            let input = stage.verifying(by: token, phone, born)
            let outcome = stage.world.run("VerifyInvitedIdentity", input, as: .anonymous)
            #expect(
                outcome.answer
                    == .refuses(.identityNotVerified, recording: "InvitedIdentityNotVerified")
            )
        }
        #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == .identityNotVerified)
        stage.done("VerifyInvitedIdentity", stage.verifying(by: token), as: .anonymous)
        stage.done("RegisterByLink", register, as: .anonymous)
        #expect(stage.userState == .active)
    }

    @Test(arguments: [
        "1980-05-06", "5/6/1980", "05/06/80", "13/01/1980", "05-06-1980", "05/06/1980 ",
    ])
    func `a date of birth has one form`(text: String) {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        stage.signedVisit()
        let input = stage.verifying(by: stage.token(of: .auto), "555 0100", text)
        let outcome = stage.world.run("VerifyInvitedIdentity", input, as: .anonymous)
        #expect(outcome.answer == .refuses(.dateOfBirthFormat))
    }

    @Test func `after the attempts allowed the right answer does not help either`() {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        stage.signedVisit()
        let wrong = stage.verifying(by: stage.token(of: .auto), "1")
        for _ in 1...5 { stage.world.run("VerifyInvitedIdentity", wrong, as: .anonymous) }
        let right = stage.verifying(by: stage.token(of: .auto))
        let reason = stage.outcome("VerifyInvitedIdentity", right, as: .anonymous)
        #expect(reason == .identityNotVerified)
        stage.done("ResendInvitation", ["invitationId": .id(stage.invitation(.auto)?.id)])
        let again = stage.verifying(by: stage.token(of: .auto))
        stage.done("VerifyInvitedIdentity", again, as: .anonymous)
    }

    @Test func `who was shown with one link has not been shown with the next`() {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        stage.signedVisit()
        let old = stage.verifying(by: stage.token(of: .auto))
        stage.done("VerifyInvitedIdentity", old, as: .anonymous)
        stage.done("ResendInvitation", ["invitationId": .id(stage.invitation(.auto)?.id)])
        let register = stage.registering(by: stage.token(of: .auto))
        #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == .identityNotVerified)
        #expect(stage.outcome("VerifyInvitedIdentity", old, as: .anonymous) == .invitationExpired)
    }

    @Test func `a representative proves who the client is and gets an account of their own`() {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        stage.addRepresentative("rosa@example.org")
        stage.signedVisit()
        let token = stage.token(of: stage.state.invitations.last)
        stage.done("VerifyInvitedIdentity", stage.verifying(by: token), as: .anonymous)
        let events = stage.done("RegisterByLink", stage.registering(by: token), as: .anonymous)
        #expect(
            events.map(\.name) == [
                "ContactAccountOnboarded", "LoginEmailClaimed", "PasswordSet",
                "InvitationAccepted", "PatientUserSuccessfullyRegistered",
                "MedicalProfileCreated", "FamilyPortalAccessAdded",
            ]
        )
        #expect(stage.userState == .pendingRegistration)
        let rosa: JSONValue = [
            "email": "rosa@example.org", "password": .string(Stage.password),
        ]
        stage.done("SignIn", rosa, as: .anonymous)
    }
}
