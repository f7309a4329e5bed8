import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Whom a visit invites, when, and what is in the way (S2, A-20, A-21, A-33, A-36, A-39).
struct AutoInviteTests {
    private var stage = Stage()

    init() { stage.done("EnableAutoInvite") }

    @Test func `nobody is invited until an administrator has enabled it`() {
        var stage = Stage()
        stage.signedVisit()
        stage.pass(days: 60)
        #expect(stage.state.invitations == [])
        stage.done("EnableAutoInvite")
        #expect(stage.invitation(.auto)?.recipientEmail == "carla@example.org")
    }

    @Test func `an unsigned visit invites 30 days after it, and not before`() {
        var stage = stage
        stage.note(stage.visit("2026-03-01"))
        stage.move(to: "2026-03-30")
        #expect(stage.state.invitations == [])
        stage.move(to: "2026-03-31")
        #expect(stage.invitation(.auto)?.verification == .phoneAndDateOfBirth)
    }

    @Test func `a visit without a note is withheld on its day, and the note sends it`() {
        var stage = stage
        let encounter = stage.visit("2026-03-01")
        stage.move(to: "2026-03-30")
        #expect(stage.state.autoInvite.state == .idle)
        stage.move(to: "2026-03-31")
        #expect(stage.reasons == [.noChartNote])
        stage.note(encounter)
        #expect(stage.invitation(.auto) != nil)
    }

    @Test func `the earliest visit wins, and there is one invitation for ever`() {
        var stage = stage
        stage.note(stage.visit("2026-03-01"))
        stage.note(stage.visit("2026-02-20"))
        #expect(stage.state.autoInvite.plan?.dueOn == LocalDate("2026-03-22"))
        stage.move(to: "2026-03-22")
        stage.signedVisit("2026-03-21")
        stage.pass(days: 100)
        #expect(stage.state.invitations.count == 1)
    }

    @Test func `a visit that was none invites nobody, unless another does`() {
        var stage = stage
        let first = stage.visit("2026-02-20")
        let second = stage.visit("2026-03-01")
        stage.note(first)
        stage.note(second)
        stage.done("VoidEncounter", ["encounterId": .id(first)])
        #expect(stage.state.autoInvite.plan?.dueOn == LocalDate("2026-03-31"))
        let voiding: JSONValue = ["encounterId": .id(second)]
        let outcome = stage.world.run("VoidEncounter", voiding, as: stage.ana)
        #expect(outcome.names == ["EncounterVoided", "AutoInviteCancelled"])
        stage.pass(days: 100)
        #expect(stage.state.invitations == [])
        for command in ["VoidEncounter", "SignEncounter"] {
            #expect(stage.world.run(command, voiding, as: stage.ana).reason == .notFound)
        }
    }

    @Test func `a visit is signed once`() {
        var stage = stage
        let encounter = stage.visit()
        stage.sign(encounter)
        let again = stage.world.run(
            "SignEncounter",
            ["encounterId": .id(encounter)],
            as: stage.ana
        )
        #expect(again.answer == .refuses(.alreadySigned))
    }

    @Test(arguments: [
        ("2008-03-01", "2026-03-01", true), ("2008-03-02", "2026-03-01", false),
        ("1940-03-02", "2026-03-01", true), ("1940-03-01", "2026-03-01", false),
        ("2008-02-29", "2026-02-28", false), ("2008-02-29", "2026-03-01", true),
        ("1940-02-29", "2026-02-28", true), ("1940-02-29", "2026-03-01", false),
        ("2004-02-29", "2024-02-29", true),
    ])
    func `the age is that of the day of sending`(born: String, today: String, isInvited: Bool) {
        var stage = Stage()
        stage.done("EnableAutoInvite")
        stage.world.now = Instant(rfc3339: "\(today)T15:00:00Z") ?? stage.world.now
        stage.done("CorrectClientDateOfBirth", stage.clientInput.with("new", .string(born)))
        stage.signedVisit(today)
        #expect((stage.invitation(.auto) != nil) == isInvited)
        #expect(stage.reasons == (isInvited ? [] : [.ageOutside18to85]))
    }

    @Test func `whoever comes of age before the 30 days are over is invited`() {
        var stage = stage
        stage.done("CorrectClientDateOfBirth", stage.clientInput.with("new", "2008-03-31"))
        stage.note(stage.visit("2026-03-01"))
        stage.move(to: "2026-03-31")
        #expect(stage.invitation(.auto) != nil)
    }

    @Test func `everything that is missing is named`() {
        var stage = stage
        stage.done("ChangeClientEmail", stage.clientInput)
        stage.done("ChangeClientPhone", stage.clientInput.with("new", "unlisted"))
        stage.done("CorrectClientDateOfBirth", stage.clientInput.with("new", "2010-01-01"))
        stage.done("TurnAutoSendOff", stage.clientInput)
        stage.setRecordStatus(.inactive)
        stage.sign(stage.visit())
        #expect(
            stage.reasons == [
                .autoSendOff, .ageOutside18to85, .noEmail, .noPhone, .noChartNote,
                .recordStatusDisabled,
            ]
        )
    }

    @Test func `whoever was invited or has registered is not invited again`() {
        var invited = stage
        invited.done("InviteClient", invited.inviting(ticked: false))
        invited.signedVisit()
        #expect(invited.reasons == [.alreadyInvited])
        var enrolled = stage
        enrolled.becomeActive()
        enrolled.signedVisit()
        #expect(enrolled.reasons == [.alreadyEnrolled])
    }

    @Test func `an address that another signs in with is in the way`() {
        var stage = stage
        stage.becomeActive()
        stage.choose(stage.addClient("P-2", email: "Carla@example.org"))
        stage.signedVisit()
        #expect(stage.reasons == [.loginEmailInUse])
    }

    @Test func `an address that is corrected lets the invitation go at once`() {
        var stage = stage
        stage.done("ChangeClientEmail", stage.clientInput)
        stage.signedVisit()
        #expect(stage.reasons == [.noEmail])
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "c@example.org"))
        #expect(stage.invitation(.auto)?.recipientEmail == "c@example.org")
    }

    @Test func `representatives are invited too, one mail for each address`() {
        var stage = stage
        stage.addRepresentative("CARLA@example.org")
        stage.addRepresentative("rosa@example.org")
        stage.addRepresentative(nil)
        stage.signedVisit()
        let sent = stage.state.invitations
        #expect(sent.map(\.recipientEmail) == ["carla@example.org", "rosa@example.org"])
        #expect(sent.map(\.recipientKind) == [.patient, .representative])
        #expect(Set(sent.map(\.tokenHash)).count == 2)
    }

    @Test func `who is removed as a representative gets in by no invitation`() {
        var stage = stage
        stage.addRepresentative("rosa@example.org")
        stage.signedVisit()
        let own = stage.state.invitations[0]
        let theirs = stage.state.invitations[1]
        let removing: JSONValue = ["representativeId": .id(theirs.recipientID ?? Stage.nobody)]
        let removed = stage.done("RemoveAuthorisedRepresentative", removing).map(\.name)
        #expect(removed == ["AuthorisedRepresentativeRemoved", "InvitationRevoked"])
        let resending: JSONValue = ["invitationId": .id(theirs.id)]
        let resent = stage.world.run("ResendInvitation", resending, as: stage.ana)
        #expect(resent.answer == .refuses(.invitationRevoked))
        let verifying: JSONValue = [
            "token": stage.token(of: theirs), "phone": "555 0100", "dateOfBirth": "02/29/1980",
        ]
        let verified = stage.world.run("VerifyInvitedIdentity", verifying, as: .anonymous)
        #expect(verified.answer == .refuses(.invitationRevoked))
        #expect(stage.state.invitation(own.id)?.isOpen == true)
    }

    @Test func `whatever was mailed to a representative dies once when they are removed`() {
        var stage = Stage.forFamilyPortal()
        stage.done("EnableAutoInvite")
        stage.addRepresentative("rosa@example.org")
        stage.signedVisit()
        let rosa = stage.state.card?.representatives.first?.id ?? Stage.nobody
        stage.addAccess("representative/\(rosa)", email: "rosa@example.org")
        let removing: JSONValue = ["representativeId": .id(rosa)]
        let removed = stage.done("RemoveAuthorisedRepresentative", removing).map(\.name)
        #expect(
            removed == [
                "AuthorisedRepresentativeRemoved", "FamilyPortalAccessRemoved",
                "InvitationRevoked", "InvitationRevoked",
            ]
        )
        #expect(stage.state.invitations.filter(\.isOpen).map(\.recipientKind) == [.patient])
    }

    @Test func `an end date that comes is among the reasons at once`() {
        var stage = stage
        stage.sign(stage.visit())
        #expect(stage.reasons == [.noChartNote])
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
        #expect(stage.reasons == [.noChartNote, .clientEndDated])
        stage.done("RemoveClientEndDate", stage.clientInput)
        #expect(stage.reasons == [.noChartNote])
    }

    @Test func `a visit that is recorded after its due day waits for its note at once`() {
        var stage = stage
        let encounter = stage.visit("2026-01-01")
        #expect(stage.reasons == [.noChartNote])
        stage.note(encounter)
        #expect(stage.invitation(.auto) != nil)
    }

    @Test(arguments: [false, true])
    func `a representative who was given access by hand is not invited to it`(isRemoved: Bool) {
        var stage = Stage.forFamilyPortal()
        stage.done("EnableAutoInvite")
        stage.addRepresentative("rosa@example.org")
        let rosa = stage.state.card?.representatives.first?.id ?? Stage.nobody
        let grant = stage.addAccess("representative/\(rosa)", email: "rosa@example.org")
        if isRemoved {
            let removing: JSONValue = ["grantId": .id(grant), "confirmed": true]
            stage.done("RemoveFamilyPortalAccess", removing)
        }
        stage.signedVisit()
        let sent = stage.state.invitations.filter { $0.kind == .auto }
        #expect(sent.map(\.recipientKind) == [.patient])
    }

    @Test func `a phone in digits of another script can be shown`() {
        var stage = stage
        stage.done("ChangeClientPhone", stage.clientInput.with("new", "٥٥٥ １２"))
        stage.signedVisit()
        let verifying: JSONValue = [
            "token": stage.token(of: .auto), "phone": "555-12", "dateOfBirth": "05/06/1980",
        ]
        #expect(stage.world.run("VerifyInvitedIdentity", verifying, as: .anonymous).isObeyed)
    }

    @Test func `a representative is invited where the client has no address`() {
        var stage = stage
        stage.done("ChangeClientEmail", stage.clientInput)
        stage.addRepresentative("rosa@example.org")
        stage.signedVisit()
        #expect(stage.state.invitations.map(\.recipientKind) == [.representative])
        #expect(stage.account == nil)
    }

    @Test func `turned off and on again, visits not yet handled invite`() {
        for (off, on) in [("DisableAutoInvite", "EnableAutoInvite")] {
            var stage = stage
            stage.note(stage.visit("2026-03-01"))
            stage.done(off)
            stage.pass(days: 60)
            #expect(stage.state.invitations == [])
            stage.done(on)
            #expect(stage.state.invitations.count == 1)
        }
        var toggled = stage
        toggled.note(toggled.visit("2026-03-01"))
        toggled.done("TurnAutoSendOff", toggled.clientInput)
        toggled.pass(days: 60)
        #expect(toggled.state.invitations == [])
        toggled.done("TurnAutoSendOn", toggled.clientInput)
        #expect(toggled.state.invitations.count == 1)
    }

    @Test func `nothing that was sent is recalled`() {
        var stage = stage
        stage.signedVisit()
        stage.done("DisableAutoInvite")
        stage.done("TurnAutoSendOff", stage.clientInput)
        #expect(stage.invitation(.auto)?.state == .pending)
    }

    @Test func `a client whom the toggle spares can still be invited by hand`() {
        var stage = stage
        stage.done("TurnAutoSendOff", stage.clientInput)
        stage.signedVisit()
        stage.done("SendPortalInvitation", stage.sending)
        #expect(stage.invitation(.registration) != nil)
    }
}
