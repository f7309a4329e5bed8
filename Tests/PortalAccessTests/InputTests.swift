import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What is wrong with an input is said by naming the field, and writes nothing.
struct InputTests {
    private let stage = Stage()

    private func reading(_ form: CommandForm, _ input: JSONValue) -> Refusal? {
        var world = stage.world
        let refusal = world.run(form.name, input, as: .anonymous).refusal
        if refusal?.isAboutState == false { #expect(world.fold == stage.world.fold) }
        return refusal?.reason == .notPermitted || refusal?.isAboutState == true ? nil : refusal
    }

    private func invalid(_ field: String) -> Named { Named(reason: .invalidInput, field: field) }

    private struct Named: Hashable {
        let reason: Refusal.Reason
        let field: String?

        init(reason: Refusal.Reason, field: String?) {
            self.reason = reason
            self.field = field
        }

        init?(_ refusal: Refusal?) {
            guard let refusal else { return nil }
            self.init(reason: refusal.reason, field: refusal.field)
        }
    }

    @Test func `every callable command has a form, each once`() {
        #expect(
            CommandForm.all.map(\.name).sorted() == CommandCatalogue.all.map { $0.name }.sorted()
        )
    }

    @Test func `an unknown command is refused`() {
        var world = stage.world
        #expect(world.run("OpenTheDoor").reason == .unknownCommand)
        #expect(CommandCatalogue.named("invitee") == nil)
    }

    @Test(arguments: CommandForm.all)
    func `the sample input can be read`(form: CommandForm) {
        #expect(reading(form, form.input) == nil)
    }

    @Test(arguments: CommandForm.all)
    func `a missing field is named, and null is as good as missing`(form: CommandForm) {
        for field in form.fields {
            for input in [form.input.with(field.name, nil), form.input.with(field.name, .null)] {
                let expected: Named? =
                    switch field.absence {
                    case .allowed, .replaceable: nil
                    case .invalid: invalid(field.name)
                    case .refused(let reason): Named(reason: reason, field: field.name)
                    }
                #expect(Named(reading(form, input)) == expected, "\(field.name)")
            }
        }
    }

    @Test(arguments: CommandForm.all)
    func `a blank text is no text`(form: CommandForm) {
        for field in form.fields {
            guard let expected = blankness(of: field, in: form) else { continue }
            for blank: JSONValue in ["", " \u{a0}"] {
                let refusal = reading(form, form.input.with(field.name, blank))
                #expect(Named(refusal) == expected, "\(field.name)")
            }
        }
    }

    /// How a blank text is refused; nil for fields in which it says something.
    private func blankness(of field: CommandForm.Field, in form: CommandForm) -> Named? {
        switch (field.kind, field.absence, field.name) {
        case (.name, .refused(let reason), _): Named(reason: reason, field: field.name)
        case (.name, .invalid, _): invalid(field.name)
        case (.name, _, "name") where form.name == "ChangeContact": invalid(field.name)
        case (.name, _, "name"): Named(reason: .nameRequired, field: "name")
        case (.name, _, "phone"), (.name, _, "new"), (.name, _, "patientIdNumber"),
            (.name, _, "relationship"):
            invalid(field.name)
        default: nil
        }
    }

    @Test(arguments: ["AddRecordResource", "ConnectPatientPortal"])
    func `a profile must be named by its own id or its client's`(name: String) {
        for form in CommandForm.all where form.name == name {
            let input = form.input.with("profileId", nil).with("clientId", nil)
            #expect(Named(reading(form, input)) == invalid("profileId"))
        }
    }

    @Test(arguments: CommandForm.all)
    func `an unknown field is named`(form: CommandForm) {
        for value: JSONValue in ["x", .null] {
            #expect(Named(reading(form, form.input.with("surprise", value))) == invalid("surprise"))
        }
    }

    @Test(arguments: CommandForm.all)
    func `a value of another type is refused and named`(form: CommandForm) {
        for field in form.fields {
            for value: JSONValue in [.decimal("1.5"), .integer(-7), ["x": ["y": 1]], [[]]] {
                if case .object = field.kind, value.members != nil { continue }
                if case .form = field.kind, value.members != nil || value.array != nil { continue }
                let refusal = reading(form, form.input.with(field.name, value))
                #expect(Named(refusal) == invalid(field.name), "\(field.name) \(value)")
            }
        }
    }

    @Test(arguments: CommandForm.all)
    func `a value that cannot be used is refused and named`(form: CommandForm) {
        for field in form.fields {
            for value in field.kind.unusable {
                let refusal = reading(form, form.input.with(field.name, value))
                #expect(Named(refusal) == invalid(field.name), "\(field.name) \(value)")
            }
        }
    }

    @Test(arguments: CommandForm.all)
    func `an input that is no object is refused`(form: CommandForm) {
        for input: JSONValue in [.null, [], "x", 1, true] {
            #expect(Named(reading(form, input)) == invalid("input"))
        }
    }

    @Test func `credentials need a date that is not past, and say so`() {
        var stage = stage
        for name in ["CreatePatientPortalCredentials", "DistributePatientProfileCredentials"] {
            var input = stage.distributing
            if name.hasPrefix("Create") { input = stage.creating() }
            let missing = stage.world.run(name, input.with("expiryDate", nil), as: stage.ana)
            #expect(missing.reason == .expiryDateRequired)
            let past = input.with("expiryDate", "2026-03-01")
            #expect(stage.world.run(name, past, as: stage.ana).reason == .expiryDateInPast)
        }
        stage.done(
            "CreatePatientPortalCredentials",
            stage.creating().with("expiryDate", "2026-03-02")
        )
    }

    @Test func `somebody to invite needs an address`() {
        var stage = stage
        stage.done("ChangeClientEmail", stage.clientInput)
        let outcome = stage.world.run("InviteClient", stage.inviting(ticked: true), as: stage.ana)
        #expect(outcome.reason == .emailRequired)
        let input = stage.inviting(ticked: true).with("recipientEmail", "other@example.org")
        stage.done("InviteClient", input)
    }

    @Test func `nobody is born in the future, and no Patient ID number is given twice`() {
        var stage = stage
        let input: JSONValue = [
            "patientIdNumber": "P-2", "givenName": "A", "familyName": "B",
            "dateOfBirth": "2026-03-03",
        ]
        let unborn = stage.world.run("RegisterClient", input, as: stage.ana).refusal
        #expect(Named(unborn) == invalid("dateOfBirth"))
        let twin = input.with("dateOfBirth", "2026-03-02").with("patientIdNumber", " P-1 ")
        let taken = stage.world.run("RegisterClient", twin, as: stage.ana).refusal
        #expect(Named(taken) == invalid("patientIdNumber"))
    }
}

extension Refusal {
    /// Whether the input was read, and something else stood against it.
    fileprivate var isAboutState: Bool {
        switch reason {
        case .invalidInput, .nameRequired, .wordFileRequired, .roleRequired: false
        case .supportEmailRequired, .supportPhoneRequired: false
        default: true
        }
    }
}
