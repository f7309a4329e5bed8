import Testing

@Suite struct SchemaSampleTests {
    @Test func `a schema without a sample is refused`() {
        #expect(
            findings("A.v1.json", "A.v1.sample.json", "A.v2.json")
                == ["EventSchemas/A.v2.json: has no sample: write A.v2.sample.json"]
        )
    }

    @Test func `a sample without a schema is refused`() {
        #expect(
            findings("A.v1.json", "A.v1.sample.json", "B.v1.sample.json")
                == ["EventSchemas/B.v1.sample.json: has no schema B.v1.json"]
        )
    }

    @Test func `pairs are right`() {
        #expect(findings("A.v1.json", "A.v1.sample.json").isEmpty)
    }

    private func findings(_ names: String...) -> [String] {
        SchemaSampleCheck.findings(
            in: names.map { SourceText(path: "EventSchemas/\($0)", text: "{}") }
        ).map(\.description)
    }
}

@Suite struct ActivityLabelTests {
    @Test func `the ten labels on their events are right`() {
        #expect(ActivityLabelCheck.findings(in: files()).isEmpty)
    }

    @Test(arguments: ActivityLabelCheck.events.keys.sorted())
    func `a missing label is found`(label: String) {
        let found = ActivityLabelCheck.findings(in: files { $0 == label ? nil : $0 })
        #expect(found.map { $0.sentence.hasPrefix("\"\(label)\"") } == [true])
        #expect(found.map { $0.sentence.hasSuffix("here of nothing") } == [true])
    }

    @Test(arguments: ActivityLabelCheck.events.keys.sorted())
    func `a label with another letter is found`(label: String) {
        let found = ActivityLabelCheck.findings(in: files { $0 == label ? "\($0)." : $0 })
        #expect(found.map { $0.sentence.hasPrefix("\"\(label)\"") } == [true])
    }

    @Test func `a label on a second event is found`() {
        let second = schema("Impostor", label: "Patient Access Granted")
        #expect(
            ActivityLabelCheck.findings(in: files() + [second]).map(\.sentence) == [
                "\"Patient Access Granted\" is the label of PatientAccessGranted, "
                    + "here of Impostor, PatientAccessGranted"
            ]
        )
    }

    @Test func `a schema that is no JSON is found`() {
        let broken = SourceText(path: "EventSchemas/A.v1.json", text: "{")
        #expect(
            ActivityLabelCheck.findings(in: files() + [broken]).map(\.path)
                == ["EventSchemas/A.v1.json"]
        )
    }

    private func files(
        _ label: (String) -> String? = { $0 }
    ) -> [SourceText] {
        ActivityLabelCheck.events.sorted { $0.key < $1.key }
            .map { schema($0.value, label: label($0.key)) }
    }

    private func schema(_ event: String, label: String?) -> SourceText {
        let text = label.map { "{\"x-label\":\"\($0)\"}" } ?? "{}"
        return SourceText(path: "EventSchemas/\(event).v1.json", text: text)
    }
}

@Suite struct EventHandlingTests {
    private let decider = "return [.doorOpened(DoorOpened())]"
    private let state = "case .doorOpened(let event): isOpen = true"

    @Test func `an event that is written and evolved is right`() {
        #expect(findings(decider: decider, state: state).isEmpty)
    }

    @Test func `an event that is written and projected is right`() {
        #expect(findings(decider: decider, sql: "-- on: DoorOpened.v1").isEmpty)
    }

    @Test func `a handler may name several events`() {
        let sql = "-- on: DoorOpened.v1, DoorOpened.v1"
        #expect(findings(decider: decider, sql: sql).isEmpty)
    }

    @Test func `an event that only the audit trail keeps is right`() {
        #expect(findings(decider: decider, auditOnly: ["DoorOpened": "why"]).isEmpty)
    }

    @Test(arguments: [
        "", "case .doorOpened(let event): break", "// .doorOpened(DoorOpened())",
        "\".doorOpened(DoorOpened())\"", "[.doorOpenedTwice(DoorOpened())]",
        "if case .doorOpened(_) = event {}",
    ])
    func `an event that nothing writes is found`(decider: String) {
        #expect(
            findings(decider: decider, state: state)
                == ["nothing writes it: no decider makes a .doorOpened(…)"]
        )
    }

    @Test(arguments: ["", "-- on: *", "-- on: DoorOpened.v2", "-- DoorOpened.v1"])
    func `an event that nothing reads is found`(sql: String) {
        let found = findings(decider: decider, sql: sql)
        #expect(found.count { $0.hasPrefix("nothing reads it") } == 1)
    }

    @Test func `an event that only the service reads is found`() {
        let found = findings(decider: "\(decider)\n\(state)")
        #expect(found.map { $0.hasPrefix("nothing reads it") } == [true])
    }

    @Test func `a handler of an unknown event is found`() {
        #expect(
            findings(decider: decider, state: state, sql: "\n-- on: DoorOpend.v1")
                == ["there is no schema DoorOpend.v1.json"]
        )
    }

    @Test(arguments: ["DoorOpened", "Gone"])
    func `an exception that is not needed is found`(event: String) {
        let found = findings(decider: decider, state: state, auditOnly: [event: "why"])
        #expect(found.map { $0.hasPrefix("\(event) is gone or read now") } == [true])
    }

    @Test(arguments: [
        ("DoorOpened", "doorOpened"), ("SMSSent", "smsSent"), ("A", "a"), ("URL", "url"),
    ])
    func `a case has the event's name`(event: String, caseName: String) {
        let source = SourceText(path: "", text: "")
        #expect(EventSchema(type: "\(event).v1", source: source).caseName == caseName)
    }

    private func findings(
        decider: String,
        state: String = "",
        sql: String = "",
        auditOnly: [String: String] = [:]
    ) -> [String] {
        EventHandlingCheck(
            schemas: EventSchema.all(in: [
                SourceText(path: "EventSchemas/DoorOpened.v1.json", text: "{}"),
                SourceText(path: "EventSchemas/DoorOpened.v1.sample.json", text: "{}"),
            ]),
            domain: [
                SourceText(path: "Sources/PortalAccess/Commands/Open.swift", text: decider),
                SourceText(path: "Sources/PortalAccess/State/Door.swift", text: state),
            ],
            projections: [SourceText(path: "Projections/doors.sql", text: sql)],
            auditOnly: auditOnly
        ).findings().map(\.sentence)
    }
}
