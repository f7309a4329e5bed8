import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Ways around a barrier, each shut (invariants 5, 8, 11 and 12).
struct BarrierTests {
    /// A profile on which the organisation as a whole has access, because the shell invited.
    private static func ownedByOther() -> Stage {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true), as: .systemOperator)
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        return stage
    }

    @Test func `access of a whole organisation is no access of people with an account`() {
        var stage = Self.ownedByOther()
        for stranger in [Actor.portalUser(Stage.nobody), .anonymous, .staff(Stage.nobody)] {
            let outcome = stage.world.run("AddRecordResource", stage.adding("visit"), as: stranger)
            #expect([.accessNotGranted, .notPermitted].contains(outcome.reason), "\(stranger)")
        }
        stage.done("AddRecordResource", stage.adding("visit"))
        stage.done("AddRecordResource", stage.adding("visit"), as: stage.owner)
    }

    @Test func `an owner whose account is disabled decides nothing`() {
        var stage = Self.ownedByOther()
        stage.done("DisablePatientProfileAccount", stage.accountInput)
        let adding = stage.world.run("AddRecordResource", stage.adding("visit"), as: stage.owner)
        #expect(adding.reason == .accessNotGranted)
        let revoking = stage.world.run("RevokeAccess", stage.revokingAna, as: stage.owner)
        #expect(revoking.reason == .onlyOwnerControlsAccess)
    }

    @Test func `staff do not change accesses to an owned profile, but may drop their own`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        let grant = stage.revokingAna.with("subject", .string("\(stage.ben)"))
        for actor in [stage.ana, .systemOperator, .portalUser(Stage.nobody)] {
            let outcome = stage.world.run("GrantProfessionalAccess", grant, as: actor)
            #expect(outcome.reason == .onlyOwnerControlsAccess)
        }
        let byShell = stage.world.run("RevokeAccess", stage.revokingAna)
        #expect(byShell.reason == .onlyOwnerControlsAccess)
        stage.done("GrantProfessionalAccess", grant, as: stage.owner)
        stage.done("RevokeAccess", stage.revokingAna)
        #expect(stage.profile?.grants.first?.state == .removed)
    }

    @Test func `no letter shows credentials of somebody whose record is closed`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating("later"))
        let letter = stage.generateLetter()
        stage.setRecordStatus(.inactive)
        let generating = stage.world.run("GenerateAccessLetter", stage.letterInput, as: stage.ana)
        #expect(generating.answer == .refuses(.recordStatusDisabled))
        let sending = stage.world.run("MarkAccessLetterSent", letter, as: stage.ana)
        #expect(sending.answer == .refuses(.recordStatusDisabled))
    }

    @Test func `no further letter shows credentials while the account is disabled`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let letter = stage.generateLetter()
        stage.setRecordStatus(.inactive)
        stage.setRecordStatus(.active)
        let generating = stage.world.run("GenerateAccessLetter", stage.letterInput, as: stage.ana)
        #expect(generating.answer == .refuses(.accountDisabled))
        let sending = stage.world.run("MarkAccessLetterSent", letter, as: stage.ana)
        #expect(sending.answer == .refuses(.accountDisabled))
    }

    @Test func `letters that distribute lift what Distribute lifts`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating("later"))
        stage.setRecordStatus(.inactive)
        stage.setRecordStatus(.active)
        #expect(stage.userState == .disabled)
        let sent = stage.done("MarkAccessLetterSent", stage.generateLetter()).map(\.name)
        #expect(
            sent == [
                "PatientAccessLetterSent", "PatientCredentialsDistributed", "PatientAccountEnabled",
            ]
        )
    }

    @Test func `an invitation is not sent again to somebody whose account is disabled`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done("DisablePatientProfileAccount", stage.accountInput)
        let outcome = stage.world.run("ResendInvitation", stage.invitationInput, as: stage.ana)
        #expect(outcome.answer == .refuses(.accountDisabled))
    }

    @Test(
        arguments: [
            (.locked, .accountLocked), (.disabledByRecord, .recordStatusDisabled),
            (.disabledWithCredentials, .accountDisabled),
            (.disabledWithoutCredentials, .accountDisabled),
        ] as [(UserStateTableTests.Row, Refusal.Reason)]
    )
    func `an invitation is no way around a barrier`(
        row: UserStateTableTests.Row,
        reason: Refusal.Reason
    ) {
        var stage = Stage()
        stage.bring(to: row)
        stage.done("InviteClient", stage.inviting(ticked: false))
        let outcome = stage.world.run("AcceptInvitation", stage.accepting, as: .anonymous)
        #expect(outcome.answer == .refuses(reason))
    }

    @Test func `access is granted when it can be used, not before`() {
        var stage = Stage()
        stage.bring(to: UserStateTableTests.Row.pendingEmailConfirmation)
        let elsewhere = stage.inviting(ticked: false).with("recipientEmail", "other@example.org")
        stage.done("InviteClient", elsewhere)
        let accepted = stage.done("AcceptInvitation", stage.accepting, as: .anonymous).map(\.name)
        #expect(stage.userState == .pendingEmailConfirmation)
        #expect(!accepted.contains("PatientAccessGranted"))
        stage.confirm()
        #expect(stage.labels.count { $0 == "Patient Access Granted" } == 1)
    }

    @Test func `a password that was set is not replaced by whoever accepts`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done(
            "AcceptInvitation",
            stage.accepting.with("password", "another one"),
            as: .anonymous
        )
        stage.done("SignIn", stage.signingIn, as: .anonymous)
    }
}

extension Stage {
    fileprivate var revokingAna: JSONValue {
        ["profileId": .id(profile?.id ?? Self.nobody), "subject": .string("\(ana)")]
    }

    fileprivate var letterInput: JSONValue { clientInput.with("templateId", .id(template)) }

    /// The input that marks a new letter as sent.
    fileprivate mutating func generateLetter() -> JSONValue {
        let letter = done("GenerateAccessLetter", letterInput).firstID {
            if case .patientAccessLetterGenerated(let letter) = $0 { letter.letterId } else { nil }
        }
        return ["letterId": .id(letter), "channel": "post"]
    }
}
