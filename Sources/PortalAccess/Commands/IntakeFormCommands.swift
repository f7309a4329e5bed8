import EventLine
package import PortalEvents

/// Sends a form to a patient to fill in (S4-21).
package struct SendIntakeForm: CallableCommand {
    package static var replyIDs: [String] { ["formId"] }
    private let clientID: UniqueID
    private let form: JSONValue

    package init(_ input: inout CommandInput) throws(Refusal) {
        clientID = try input.id("clientId")
        form = try input.formContent("form")
    }

    package var audience: Audience { .staff(.messagePatients) }
    package var target: Target { .client(clientID) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard !situation.isReadOnly else { throw Refusal(.clientEndDated) }
        guard situation.client.isPatientRegistered else { throw Refusal(.patientNotRegistered) }
        let sent = IntakeFormSent(
            formId: situation.ids[0],
            clientId: clientID,
            personal: .open(.init(form: form))
        )
        return [.intakeFormSent(sent)]
    }
}

/// Answers a form. Answering again replaces the answers.
package struct CompleteIntakeForm: CallableCommand {
    package static var replyIDs: [String] { ["formId"] }
    private let formID: UniqueID
    private let answers: JSONValue

    package init(_ input: inout CommandInput) throws(Refusal) {
        formID = try input.id("formId")
        answers = try input.formContent("answers")
    }

    package var audience: Audience { .portalUser }
    package var target: Target { .stream(StreamName("intake", formID)) }
    package var linkCountMax: Int { 0 }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.hasPortalAccess else { throw situation.notPermitted(Self.name) }
        guard !situation.isReadOnly else { throw Refusal(.clientEndDated) }
        try situation.requirePortal(.intakeForms, for: Self.name)
        guard let clientID = situation.client.id, situation.client.chart.form(formID) != nil else {
            throw Refusal(.notFound, field: "formId")
        }
        let completed = IntakeFormCompleted(
            formId: formID,
            clientId: clientID,
            personal: .open(.init(answers: answers))
        )
        return [.intakeFormCompleted(completed)]
    }
}

extension CommandInput {
    /// A form or its answers: a JSON object or array, or the name of a form.
    fileprivate mutating func formContent(_ name: String) throws(Refusal) -> JSONValue {
        guard let value = value(name, .content) else { throw .invalidInput(name, "is required") }
        if let text = value.string {
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw .invalidInput(name, "must not be blank")
            }
        } else if value.members == nil, value.array == nil {
            throw .invalidInput(name, "must be a JSON object, an array or a text")
        }
        guard value.canonicalBytes.count <= Limit.content else {
            throw .invalidInput(name, "is longer than \(Limit.content) bytes; shorten it")
        }
        return value
    }
}
