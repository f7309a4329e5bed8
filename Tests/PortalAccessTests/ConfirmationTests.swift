import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The link that confirms a login address, and the timers of S0 and S1 (§2.5).
struct ConfirmationTests {
    private static func waiting() -> Stage {
        var stage = Stage()
        stage.bring(to: UserStateTableTests.Row.pendingEmailConfirmation)
        return stage
    }

    @Test func `a link works for a day, and its end changes no state`() {
        var stage = Self.waiting()
        stage.world.now = stage.world.now.adding(microseconds: Int64.day - 1)
        let account = stage.account?.id ?? Stage.nobody
        let early = stage.world.obey(ExpireConfirmation(accountID: account), as: .scheduler)
        #expect(early.reason == .notDueYet)
        var inTime = stage
        inTime.confirm()
        stage.world.now = stage.world.now.adding(microseconds: 1)
        let late = stage.world.run("ConfirmEmail", stage.confirmationLink, as: .anonymous)
        #expect(late.answer == .refuses(.confirmationExpired))
        let due = stage.world.obey(ExpireConfirmation(accountID: account), as: .scheduler)
        #expect(due.names == ["ConfirmationLinkExpired"])
        let again = stage.world.obey(ExpireConfirmation(accountID: account), as: .scheduler)
        #expect(again.reason == .notDueYet)
        #expect(stage.userState == .pendingEmailConfirmation)
        stage.done("ResendConfirmation", stage.accountInput)
        stage.confirm()
    }

    @Test func `a newer link kills the older`() {
        var stage = Self.waiting()
        let old = stage.confirmationLink
        stage.done("ResendConfirmation", stage.accountInput, as: stage.owner)
        #expect(
            stage.world.run("ConfirmEmail", old, as: .anonymous).reason == .confirmationExpired
        )
        stage.confirm()
    }

    @Test func `a link that went to a former address confirms nothing of the new one`() {
        var stage = Self.waiting()
        let old = stage.confirmationLink
        let account = stage.account?.id ?? Stage.nobody
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "right@example.org"))
        let late = stage.world.run("ConfirmEmail", old, as: .anonymous)
        #expect(late.answer == .refuses(.confirmationExpired))
        #expect(stage.userState == .pendingEmailConfirmation)
        stage.world.now = stage.world.now.adding(microseconds: Int64.day)
        let due = stage.world.obey(ExpireConfirmation(accountID: account), as: .scheduler)
        #expect(due.reason == .notDueYet)
        stage.done("ResendConfirmation", stage.accountInput)
        stage.confirm()
        let signingIn = stage.signingIn.with("email", "right@example.org")
        stage.done("SignIn", signingIn, as: .anonymous)
    }

    @Test func `people ask for their own link only`() {
        var stage = Self.waiting()
        let stranger = Actor.portalUser(Stage.nobody)
        let outcome = stage.world.run("ResendConfirmation", stage.accountInput, as: stranger)
        #expect(outcome.answer == .refuses(.notFound))
    }

    static let resending: [(UserStateTableTests.Row, Refusal.Reason?)] = [
        (.distributed, .nothingToConfirm), (.pendingEmailConfirmation, nil),
        (.active, .alreadyConfirmed), (.locked, .nothingToConfirm),
        (.disabledByRecord, .accountDisabled), (.disabledWithCredentials, .accountDisabled),
        (.disabledWithoutCredentials, .accountDisabled),
    ]

    @Test(arguments: resending)
    func `a link is mailed only to who has something to confirm`(
        row: UserStateTableTests.Row,
        reason: Refusal.Reason?
    ) {
        var stage = Stage()
        stage.bring(to: row)
        let outcome = stage.world.run("ResendConfirmation", stage.accountInput, as: stage.ana)
        #expect(outcome.reason == reason)
        #expect(outcome.names == (reason == nil ? ["ConfirmationEmailSent"] : []))
    }

    @Test func `credentials expire once, from the day after their date`() {
        var stage = Stage()
        let input = stage.creating().with("expiryDate", "2026-03-31")
        stage.done("CreatePatientPortalCredentials", input)
        let account = stage.account?.id ?? Stage.nobody
        let answers = [
            "2026-04-01T03:59:59.999999Z", "2026-04-01T04:00:00Z", "2026-04-01T04:00:00Z",
        ].map { time in
            stage.world.now = Instant(rfc3339: time) ?? stage.world.now
            return stage.world.obey(ExpireCredentials(accountID: account), as: .scheduler).answer
        }
        #expect(
            answers == [
                .refuses(.notDueYet), .writes("PatientCredentialsExpired"), .refuses(.notDueYet),
            ]
        )
    }

    @Test func `an invitation lasts as long as the organisation says`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: false))
        let days = { (stage: Stage) in
            (stage.invitation.map { $0.expiresAt.microseconds - stage.world.now.microseconds } ?? 0)
                / Int64.day
        }
        #expect(days(stage) == 14)
        stage.done("ChangeInvitationExpiry", ["kind": "ownership", "days": 3])
        #expect(days(stage) == 14)
        stage.done("ResendInvitation", stage.invitationInput)
        #expect(days(stage) == 3)
    }
}
