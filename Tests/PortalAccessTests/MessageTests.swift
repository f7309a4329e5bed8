import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Who may write to whom, and what becomes of it (S4-09, 16, 20, 21).
struct MessageTests {
    private static func active() -> Stage {
        var stage = Stage()
        stage.becomeActive()
        return stage
    }

    @Test func `nobody can be written to who has not registered`() {
        var stage = Stage()
        let reasons = ["SendPatientMessage", "SendIntakeForm"].map { name in
            let input = name == "SendIntakeForm" ? stage.asking : stage.writing
            return stage.world.run(name, input, as: stage.ana).reason
        }
        #expect(reasons == [.patientNotRegistered, .patientNotRegistered])
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let outcome = stage.world.run("SendPatientMessage", stage.writing, as: stage.ana)
        #expect(outcome.reason == .patientNotRegistered)
        stage.register()
        stage.done("SendPatientMessage", stage.writing)
    }

    @Test func `an answer stays in its thread, and a thread in its client`() {
        var stage = Self.active()
        let thread = stage.done("SendPatientMessage", stage.writing).firstThread
        let answer = stage.writing.with("threadId", .id(thread))
        #expect(stage.done("SendPatientMessage", answer, as: stage.owner).firstThread == thread)
        #expect(stage.state.chart.thread(thread)?.messages.map(\.author) == [.staff, .patient])
        let other = stage.addClient("P-2", email: "dan@example.org")
        let foreign = answer.with("clientId", .id(other))
        for actor in [stage.ana, stage.owner] {
            let outcome = stage.world.run("SendPatientMessage", foreign, as: actor)
            #expect(outcome.refusal != nil)
        }
    }

    @Test func `people with an account write only where their role lets them`() {
        var stage = Self.active()
        let other = stage.addClient("P-2", email: "dan@example.org")
        let foreign = stage.writing.with("clientId", .id(other))
        let outcome = stage.world.run("SendPatientMessage", foreign, as: stage.owner)
        #expect(outcome.answer == .refuses(.notPermitted, recording: "CommandRefused"))
        let role = stage.world.organisation.patientRole ?? Stage.nobody
        stage.done(
            "ChangePortalRole",
            ["roleId": .id(role), "permissions": ["appointments", "visits"]]
        )
        for (name, input) in [
            ("SendPatientMessage", stage.writing), ("CompleteIntakeForm", stage.form()),
        ] {
            let outcome = stage.world.run(name, input, as: stage.owner)
            #expect(outcome.answer == .refuses(.notPermitted, recording: "CommandRefused"))
        }
    }

    @Test func `somebody whose account is disabled writes nothing`() {
        var stage = Self.active()
        stage.done("DisablePatientProfileAccount", stage.accountInput)
        let outcome = stage.world.run("SendPatientMessage", stage.writing, as: stage.owner)
        #expect(outcome.reason == .accountDisabled)
    }

    @Test func `a message is read by the side it was sent to`() {
        var stage = Self.active()
        let events = stage.done("SendPatientMessage", stage.writing)
        let input: JSONValue = [
            "threadId": .id(events.firstThread), "messageId": .id(events.firstMessage),
        ]
        let own = stage.world.run("MarkPatientMessageRead", input, as: stage.ana)
        #expect(own.reason == .notFound)
        stage.done("MarkPatientMessageRead", input, as: stage.owner)
        #expect(stage.state.chart.threads.first?.messages.first?.isRead == true)
    }

    @Test func `a form is answered by whom it was sent to, until the end date`() {
        var stage = Self.active()
        let input = stage.form()
        for actor in [stage.ana, .systemOperator, .anonymous, .portalUser(Stage.nobody)] {
            let outcome = stage.world.run("CompleteIntakeForm", input, as: actor)
            #expect(outcome.reason == .notPermitted)
        }
        stage.done("CompleteIntakeForm", input, as: stage.owner)
        #expect(stage.state.chart.forms.map(\.isCompleted) == [true])
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        let late = stage.world.run("CompleteIntakeForm", input, as: stage.owner)
        #expect(late.reason == .clientEndDated)
        let sending = stage.world.run("SendIntakeForm", stage.asking, as: stage.ana)
        #expect(sending.reason == .clientEndDated)
    }

    @Test func `a bulk message reaches whom it can and says whom it does not`() {
        var stage = Self.active()
        let reached = stage.client
        let plain = stage.addClient("P-2", email: "dan@example.org")
        let ended = stage.addClient("P-3", email: "eve@example.org")
        stage.choose(ended)
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        let all: [JSONValue] = [.id(reached), .id(plain), .id(ended)]
        let portal: JSONValue = [
            "clientIds": .array(all), "channels": ["portal"], "body": "We move house.",
        ]
        let first = stage.done("SendBulkMessage", portal)
        #expect(first.map(\.name) == ["BulkMessageSent", "PatientMessageSent"])
        #expect(first.bulk?.recipientIds == [reached])
        #expect(first.bulk?.skipped.map(\.reason) == [.patientNotRegistered, .clientEndDated])
        let both = portal.with("channels", ["portal", "email"])
        let second = stage.done("SendBulkMessage", both)
        #expect(second.bulk?.recipientIds == [reached, plain])
        #expect(second.count == 2)
        #expect(stage.world.clients[reached]?.chart.threads.count == 2)
    }

    @Test func `a bulk message to somebody unknown is sent to nobody`() {
        var stage = Self.active()
        let before = stage.world.history.count
        let input: JSONValue = [
            "clientIds": [.id(stage.client), .id(Stage.nobody)], "channels": ["portal"],
            "body": "We move house.",
        ]
        let outcome = stage.world.run("SendBulkMessage", input, as: stage.ana)
        #expect(outcome.reason == .notFound)
        #expect(stage.world.history.count == before)
    }

    @Test func `the largest bulk message has an id for each message`() {
        var stage = Self.active()
        let clients = (0..<399).map { stage.addClient("B-\($0)", email: "b\($0)@example.org") }
        let input: JSONValue = [
            "clientIds": .array(clients.map(JSONValue.id) + [.id(stage.client)]),
            "channels": ["portal"], "body": "We move house.",
        ]
        let events = stage.done("SendBulkMessage", input)
        #expect(events.bulk?.skipped.count == 399)
        #expect(events.count == 2)
    }
}

extension Stage {
    fileprivate var asking: JSONValue { clientInput.with("form", ["question": "Allergies?"]) }

    /// Sends a form; answers with the input that fills it in.
    fileprivate mutating func form() -> JSONValue {
        let id = done("SendIntakeForm", asking).firstID {
            if case .intakeFormSent(let event) = $0 { event.formId } else { nil }
        }
        return ["formId": .id(id), "answers": ["answer": "None"]]
    }
}

extension [PortalEvent] {
    fileprivate var firstThread: UniqueID {
        firstID { if case .patientMessageSent(let event) = $0 { event.threadId } else { nil } }
    }

    fileprivate var firstMessage: UniqueID {
        firstID { if case .patientMessageSent(let event) = $0 { event.messageId } else { nil } }
    }

    fileprivate var bulk: BulkMessageSent? {
        guard case .bulkMessageSent(let event)? = first else { return nil }
        return event
    }
}
