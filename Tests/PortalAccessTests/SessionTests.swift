import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Whoever has signed out, or whose sessions ended, can do nothing before they sign in again (T3).
struct SessionTests {
    private static let password: JSONValue = ["password": "quite another"]

    private static func signedIn() -> Stage {
        var stage = Stage()
        stage.becomeActive()
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        return stage
    }

    private static let asking: [(String, JSONValue)] = [
        ("SetPassword", password), ("SetUpSecondFactor", [:]), ("SignOut", [:]),
    ]

    @Test(arguments: asking)
    func `who has signed out asks for nothing`(command: String, input: JSONValue) {
        var stage = Self.signedIn()
        stage.done("SignOut", as: stage.owner)
        let outcome = stage.world.run(command, input, as: stage.owner)
        #expect(outcome.answer == .refuses(.sessionEnded))
        stage.done("SignIn", stage.signingIn, as: stage.owner)
        #expect(stage.world.run(command, input, as: stage.owner).isObeyed)
    }

    @Test func `an owner who has signed out changes nobody's access`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        let revoking: JSONValue = [
            "profileId": .id(stage.profile?.id ?? Stage.nobody),
            "subject": .string("\(stage.ana)"),
        ]
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        stage.done("SignOut", as: stage.owner)
        let late = stage.world.run("RevokeAccess", revoking, as: stage.owner)
        #expect(late.answer == .refuses(.sessionEnded))
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        stage.done("RevokeAccess", revoking, as: stage.owner)
    }

    @Test(arguments: [false, true])
    func `a session goes on after an access was removed if there is another one`(isElse: Bool) {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        let person = stage.state.contact(contact)?.personID ?? Stage.nobody
        let grant = stage.addAccess("contact/\(contact)")
        let account = stage.holder(of: grant)
        stage.enter()
        let first = stage.client
        if isElse {
            stage.choose(stage.addClient("P-2", email: "else@example.org"))
            stage.makeProfile()
            stage.addAccess("contact/\(stage.addContact(person: person))")
            stage.choose(first)
        }
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        let asking = { (stage: inout Stage) in
            stage.world.run("SetPassword", Self.password, as: .portalUser(account)).answer
        }
        if isElse {
            #expect(asking(&stage) == .writes("PasswordSet"))
        } else {
            #expect(asking(&stage) == .refuses(.noProfileAccess))
            stage.addAccess("contact/\(contact)")
            #expect(asking(&stage) == .refuses(.sessionEnded))
        }
    }

    enum End: CaseIterable { case disabled, recordStatus, endDate, email, reset }

    @Test(arguments: End.allCases)
    func `a session that has ended does not come back by itself`(end: End) {
        var stage = Self.signedIn()
        var email = "carla@example.org"
        switch end {
        case .disabled:
            stage.done("DisablePatientProfileAccount", stage.accountInput)
            let shut = stage.world.run("SetPassword", Self.password, as: stage.owner)
            #expect(shut.answer == .refuses(.accountDisabled))
            stage.done("EnablePatientProfileAccount", stage.accountInput)
        case .recordStatus:
            stage.setRecordStatus(.deceased)
            stage.setRecordStatus(.active)
            stage.done("EnablePatientProfileAccount", stage.accountInput)
        case .endDate:
            stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
            let shut = stage.world.run("SetPassword", Self.password, as: stage.owner)
            #expect(shut.answer == .refuses(.clientEndDated))
            stage.done("RemoveClientEndDate", stage.clientInput)
        case .email:
            email = "new@example.org"
            stage.done("ChangeClientEmail", stage.clientInput.with("new", .string(email)))
        case .reset:
            let ended = SessionsEnded(
                accountId: stage.account?.id ?? Stage.nobody,
                clientId: stage.client,
                reason: .passwordChanged
            )
            stage.world.take([.sessionsEnded(ended)])
        }
        let outcome = stage.world.run("SetPassword", Self.password, as: stage.owner)
        #expect(outcome.answer == .refuses(.sessionEnded))
        let signingIn = stage.signingIn.with("email", .string(email))
        stage.done("SignIn", signingIn, as: .anonymous)
        stage.done("SetPassword", Self.password, as: stage.owner)
    }

    @Test func `an access that ends takes one profile from a session, and no more`() {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        let grant = stage.addAccess("contact/\(contact)")
        stage.enter()
        let pat = Actor.portalUser(stage.holder(of: grant))
        let person = stage.person(contact)
        stage.choose(stage.addClient("P-2", email: "dan@example.org"))
        stage.makeProfile()
        let other = stage.addAccess("contact/\(stage.addContact(person: person))")
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(other), "confirmed": true])
        stage.done("SetPassword", Self.password, as: pat)
    }

    @Test func `who has signed out joins and accepts as anybody else does, not as themself`() {
        var stage = Self.signedIn()
        let carla = stage.owner
        let caregiver = stage.client
        stage.choose(stage.addClient("P-2", email: "kim@example.org"))
        let sending = stage.clientInput.with("existingClientId", .id(caregiver))
            .with("confirmed", true)
        stage.done("SendCaregiverInvitation", sending)
        stage.done("SignOut", as: carla)
        let wrong = stage.registering(by: stage.token(of: .caregiver), "not hers at all")
        #expect(stage.world.run("RegisterByLink", wrong, as: carla).reason == .sessionEnded)
        #expect(stage.world.run("RegisterByLink", wrong).reason == .loginEmailInUse)
        let right = stage.registering(by: stage.token(of: .caregiver))
        stage.done("RegisterByLink", right, as: .anonymous)
    }

    @Test func `who forgot their password is not asked to sign in first`() {
        var stage = Self.signedIn()
        stage.done("SignOut", as: stage.owner)
        stage.done("RequestPasswordReset", ["email": "carla@example.org"], as: stage.owner)
    }

    @Test func `a merge that moves an account moves the end of its session with it`() {
        var stage = Self.signedIn()
        let merged = stage.client
        let carla = stage.owner
        stage.done("SignOut", as: carla)
        let survivor = stage.addClient("P-2", email: "other@example.org")
        stage.done("MergeClientRecords", ["survivor": .id(survivor), "merged": .id(merged)])
        stage.choose(survivor)
        #expect(stage.owner == carla)
        let outcome = stage.world.run("SetPassword", Self.password, as: carla)
        #expect(outcome.answer == .refuses(.sessionEnded))
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        stage.done("SetPassword", Self.password, as: carla)
    }
}
