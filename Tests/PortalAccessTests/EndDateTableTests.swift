import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T7, cell by cell, for a client who is active and has a message thread.
struct EndDateTableTests {
    enum Row: String, CaseIterable {
        case none
        case future
        case inEffect
    }

    enum Column: String, CaseIterable {
        case setPast
        case setToday
        case setFuture
        case midnight
        case remove
        case signIn
        case staffWrites
        case patientWrites
    }

    private static let taking = """
        ClientEndDateTookEffect PortalAccessSuspended PatientAccountDisabledAutomatically \
        MessageThreadsMadeReadOnly SessionsEnded
        """
    private static let lifting = """
        ClientEndDateLifted PortalAccessReinstated PatientAccessGranted MessageThreadsReopened
        """
    private static let message = Answer.writes("PatientMessageSent")

    private static let table: [Row: [Answer]] = [
        .none: [
            .writes("ClientEndDateSet \(taking)"), .writes("ClientEndDateSet \(taking)"),
            .writes("ClientEndDateSet"), .refuses(.notDueYet), .refuses(.noEndDate),
            .writes("SignedIn"), message, message,
        ],
        .future: [
            .writes("ClientEndDateChanged \(taking)"), .writes("ClientEndDateChanged \(taking)"),
            .writes("ClientEndDateChanged"), .writes(taking), .writes("ClientEndDateRemoved"),
            .writes("SignedIn"), message, message,
        ],
        .inEffect: [
            .writes("ClientEndDateChanged"), .writes("ClientEndDateChanged"),
            .writes("ClientEndDateChanged \(lifting)"), .refuses(.notDueYet),
            .writes("ClientEndDateRemoved \(lifting)"),
            .refuses(.signInRefused, recording: "SignInRefused"), .refuses(.messagesReadOnly),
            .refuses(.messagesReadOnly),
        ],
    ]

    @Test(arguments: cellsOf(table, Column.self))
    func `an end date does what T7 says`(cell: Cell<Row, Column>) {
        var stage = Self.stage(cell.row)
        check(cell, on: &stage) { Self.act(cell.column, on: &$0) }
    }

    private static func stage(_ row: Row) -> Stage {
        var stage = Stage()
        stage.becomeActive()
        stage.done("SendPatientMessage", stage.writing)
        switch row {
        case .none: break
        case .future: stage.done("SetClientEndDate", stage.ending(inDays: 3))
        case .inEffect: stage.done("SetClientEndDate", stage.ending(inDays: 0))
        }
        return stage
    }

    private static func act(_ column: Column, on stage: inout Stage) -> Outcome {
        let ana = stage.ana
        switch column {
        case .setPast:
            return stage.world.run("SetClientEndDate", stage.ending(inDays: -1), as: ana)
        case .setToday:
            return stage.world.run("SetClientEndDate", stage.ending(inDays: 0), as: ana)
        case .setFuture:
            return stage.world.run("SetClientEndDate", stage.ending(inDays: 5), as: ana)
        case .midnight:
            stage.world.now = stage.world.now.adding(microseconds: 3 * Int64.day)
            return stage.world.obey(ApplyEndDate(clientID: stage.client), as: .scheduler)
        case .remove: return stage.world.run("RemoveClientEndDate", stage.clientInput, as: ana)
        case .signIn: return stage.world.run("SignIn", stage.signingIn, as: .anonymous)
        case .staffWrites: return stage.world.run("SendPatientMessage", stage.writing, as: ana)
        case .patientWrites:
            return stage.world.run("SendPatientMessage", stage.writing, as: stage.owner)
        }
    }

    // What the events cannot show.

    @Test func `the date itself shuts the door, however late the timer is`() {
        var stage = Self.stage(.future)
        let before = stage.world.history.count
        // An hour before the day begins in New York, which is in the fourth hour of the day in UTC.
        stage.world.now = Instant(rfc3339: "2026-03-05T04:59:59Z") ?? stage.world.now
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        stage.done("SendPatientMessage", stage.writing, as: stage.owner)
        stage.world.now = Instant(rfc3339: "2026-03-05T05:00:00Z") ?? stage.world.now
        #expect(stage.userState == .disabled)
        #expect(stage.world.run("SignIn", stage.signingIn, as: .anonymous).refusal != nil)
        for actor in [stage.ana, stage.owner, .systemOperator] {
            let outcome = stage.world.run("SendPatientMessage", stage.writing, as: actor)
            #expect(outcome.reason == .messagesReadOnly)
        }
        let names = stage.world.events.dropFirst(before).map(\.name)
        #expect(!names.contains("ClientEndDateTookEffect"))
    }

    @Test func `the timer is idempotent and only the program's own`() {
        var stage = Self.stage(.future)
        stage.world.now = stage.world.now.adding(microseconds: 3 * Int64.day)
        let apply = ApplyEndDate(clientID: stage.client)
        for actor in [stage.ana, stage.owner, .anonymous] {
            #expect(stage.world.obey(apply, as: actor).reason == .notPermitted)
        }
        #expect(stage.world.obey(apply, as: .scheduler).isObeyed)
        #expect(stage.world.obey(apply, as: .scheduler).reason == .notDueYet)
    }

    @Test func `a date removed after its day, before the timer ran, opens what it shut`() {
        var stage = Self.stage(.future)
        stage.world.now = stage.world.now.adding(microseconds: 4 * Int64.day)
        let events = stage.done("RemoveClientEndDate", stage.clientInput).map(\.name)
        #expect(
            events == ["ClientEndDateRemoved", "ClientEndDateLifted", "MessageThreadsReopened"]
        )
        #expect(stage.userState == .active)
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        stage.done("SendPatientMessage", stage.writing, as: stage.owner)
    }

    @Test func `lifting gives nothing back that something else took`() {
        var stage = Self.stage(.inEffect)
        stage.setRecordStatus(.deceased)
        let names = stage.done("RemoveClientEndDate", stage.clientInput).map(\.name)
        #expect(!names.contains("PatientAccessGranted"))
        #expect(stage.userState == .disabled)
    }

    @Test func `a state before it comes back as it was`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        #expect(stage.userState == .disabled)
        #expect(stage.account?.isDisabled == false)
        let names = stage.done("RemoveClientEndDate", stage.clientInput).map(\.name)
        #expect(
            names == ["ClientEndDateRemoved", "ClientEndDateLifted", "MessageThreadsReopened"]
        )
        #expect(stage.userState == .pendingRegistration)
    }

    @Test func `nobody's account is disabled where there is none`() {
        var stage = Stage()
        let names = stage.done("SetClientEndDate", stage.ending(inDays: -10)).map(\.name)
        let expected = [
            "ClientEndDateSet", "ClientEndDateTookEffect", "MessageThreadsMadeReadOnly",
        ]
        #expect(names == expected)
    }

    @Test func `an access that a rejection shut too stays shut`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        stage.done("RemoveClientEndDate", stage.clientInput)
        let grants = stage.profile?.grants ?? []
        #expect(grants.allSatisfy { $0.state == .suspended })
        #expect(!grants.isEmpty)
    }

    @Test func `professionals keep their access after the end date`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        stage.done("AddRecordResource", stage.adding("visit"))
    }

    @Test func `credentials cannot get around an end date`() {
        var stage = Stage()
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        let creating = stage.world.run(
            "CreatePatientPortalCredentials",
            stage.creating(),
            as: stage.ana
        )
        #expect(creating.reason == .recordStatusDisabled)
    }
}

extension Stage {
    func ending(inDays days: Int) -> JSONValue {
        clientInput.with("endDate", .string("\(world.today.adding(days: days))"))
    }

    var writing: JSONValue { clientInput.with("body", "How are you?") }
}
