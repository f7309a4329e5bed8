import EventLine
import PortalAccess
import PortalEvents
import Testing

/// A forgotten password: the mailed link sets a new one and opens no other door.
struct PasswordResetTests {
    private static let asking: JSONValue = ["email": " Carla@example.org"]

    private static func active() -> Stage {
        var stage = Stage()
        stage.becomeActive()
        return stage
    }

    @Test func `the mailed link sets a password once, and the old one is gone`() {
        var stage = Self.active()
        let asked = stage.world.run("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(asked.answer == .writes("PasswordResetRequested"))
        let link = stage.resetLink
        let set = stage.world.run("SetPassword", link, as: .anonymous)
        #expect(set.answer == .writes("PasswordSet SessionsEnded"))
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == .wrongPassword)
        #expect(stage.signInRefusal("carla@example.org", "quite another") == nil)
        #expect(stage.world.run("SetPassword", link).reason == .linkAlreadyUsed)
    }

    @Test func `the link works for an hour, and a newer one ends it`() {
        var stage = Self.active()
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        let older = stage.resetLink
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(stage.world.run("SetPassword", older).reason == .resetExpired)
        stage.world.now = stage.world.now.adding(microseconds: .hour)
        #expect(stage.world.run("SetPassword", stage.resetLink).reason == .resetExpired)
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        stage.world.now = stage.world.now.adding(microseconds: .hour - 1)
        stage.done("SetPassword", stage.resetLink, as: .anonymous)
    }

    @Test func `a weak password is refused, and the link can be used again`() {
        var stage = Self.active()
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        let weak = stage.resetLink.with("password", "aaaaaaaaaa")
        #expect(stage.world.run("SetPassword", weak).answer == .refuses(.weakPassword))
        stage.done("SetPassword", stage.resetLink, as: .anonymous)
    }

    @Test func `a link from before does not let in whoever was shut out since`() {
        var stage = Self.active()
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        let link = stage.resetLink
        stage.done("DisablePatientProfileAccount", stage.accountInput)
        #expect(stage.world.run("SetPassword", link).answer == .refuses(.accountDisabled))
        let asked = stage.world.run("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(asked.answer == .writes("PasswordResetRefused"))
        #expect(stage.userState == .disabled)
        stage.done("EnablePatientProfileAccount", stage.accountInput)
        #expect(stage.world.run("SetPassword", link).reason == .resetExpired)
    }

    @Test func `an end date shuts the link out, and does not end it`() {
        var stage = Self.active()
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
        #expect(stage.world.run("SetPassword", stage.resetLink).reason == .clientEndDated)
        let asked = stage.world.run("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(asked.resetRefusal == .clientEndDated)
        stage.setRecordStatus(.inactive)
        #expect(stage.world.run("SetPassword", stage.resetLink).reason == .accountDisabled)
    }

    @Test func `nobody whose access was removed is mailed a link, nor let in by an older one`() {
        var stage = Self.active()
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        let grant = stage.profile?.grants.first?.id ?? Stage.nobody
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        let asked = stage.world.run("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(asked.resetRefusal == .noProfileAccess)
        #expect(stage.world.run("SetPassword", stage.resetLink).reason == .noProfileAccess)
    }

    @Test func `nobody is mailed a link whose only access a rejection suspended`() {
        var stage = Stage.forFamilyPortal()
        stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        stage.reject()
        let asking: JSONValue = ["email": "pat@example.org"]
        let asked = stage.world.run("RequestPasswordReset", asking, as: .anonymous)
        #expect(asked.resetRefusal == .accessSuspended)
        stage.done("ReInviteClient", stage.inviting(ticked: true))
        let again = stage.world.run("RequestPasswordReset", asking, as: .anonymous)
        #expect(again.answer == .writes("PasswordResetRequested"))
    }

    @Test func `no mail goes to an address that was not confirmed`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        stage.register()
        let asked = stage.world.run("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(asked.resetRefusal == .emailNotConfirmed)
    }

    @Test func `a mailed password that was never used is not got round`() {
        var stage = Stage.forFamilyPortal()
        stage.addAccess("contact/\(stage.addContact())")
        let asking: JSONValue = ["email": "pat@example.org"]
        let early = stage.world.run("RequestPasswordReset", asking, as: .anonymous)
        #expect(early.resetRefusal == .notRegistered)
        stage.enter()
        let later = stage.world.run("RequestPasswordReset", asking, as: .anonymous)
        #expect(later.answer == .writes("PasswordResetRequested"))
    }

    @Test func `a link that went to another address is dead`() {
        var stage = Self.active()
        stage.done("RequestPasswordReset", Self.asking, as: .anonymous)
        let link = stage.resetLink
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "new@example.org"))
        #expect(stage.world.run("SetPassword", link).reason == .resetExpired)
    }

    @Test func `an address that nobody has is recorded, and makes nothing`() {
        var stage = Self.active()
        let before = stage.world.fold
        let asked = stage.world.run(
            "RequestPasswordReset",
            ["email": "nobody@example.org"],
            as: .anonymous
        )
        #expect(asked.answer == .writes("UnknownSignInAttempt"))
        #expect(stage.world.fold.clients == before.clients)
    }

    @Test func `nobody is flooded with mails`() {
        var stage = Self.active()
        for _ in 0..<5 { stage.done("RequestPasswordReset", Self.asking, as: .anonymous) }
        let sixth = stage.world.run("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(sixth.resetRefusal == .throttled)
        stage.done("SetPassword", stage.resetLink, as: .anonymous)
        stage.world.now = stage.world.now.adding(microseconds: .hour)
        let later = stage.world.run("RequestPasswordReset", Self.asking, as: .anonymous)
        #expect(later.answer == .writes("PasswordResetRequested"))
    }

    @Test func `another link's token sets no password`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        stage.register()
        let link = stage.confirmationLink.with("password", "quite another")
        #expect(stage.world.run("SetPassword", link).answer == .refuses(.notFound))
    }
}

extension Stage {
    /// The newest link that sets a password, with a new one.
    fileprivate var resetLink: JSONValue {
        let hash = world.events.reversed().lazy.compactMap { event -> String? in
            guard case .passwordResetRequested(let requested) = event else { return nil }
            return requested.tokenHash
        }.first
        let token = hash.flatMap { world.handedOut[$0] } ?? "no such link"
        return ["token": .string(token), "password": "quite another"]
    }
}

extension Outcome {
    fileprivate var resetRefusal: ResetRefusal? {
        guard case .passwordResetRefused(let refused) = events.first else { return nil }
        return refused.reason
    }
}
