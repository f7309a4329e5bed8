import EventLine
package import PortalEvents

/// Sets up the base of letter templates from a Word file (S1-08).
package struct CreateLetterTemplateBase: CallableCommand, CarriesWordFile {
    package static var replyIDs: [String] { ["baseId"] }
    private let baseName: String
    private let body: String
    private let wordFile: WordFile

    package init(_ input: inout CommandInput) throws(Refusal) {
        baseName = try input.requiredName()
        wordFile = try WordFile(&input)
        body = try input.optionalText("body", limit: CommandInput.Limit.text) ?? ""
    }

    package var uploaded: WordFile? { wordFile }
    package var audience: Audience { .staff(.configureLetters) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let fields = try MergeField.fields(in: body)
        let created = LetterTemplateBaseCreated(
            baseId: situation.ids[0],
            name: baseName,
            wordFile: wordFile.reference(blob: situation.ids[1]),
            body: body,
            mergeFields: fields.map(\.rawValue)
        )
        return [.letterTemplateBaseCreated(created)]
    }
}

/// Changes a letter template base; letters made before stay as they are.
package struct ChangeLetterTemplateBase: CallableCommand, CarriesWordFile {
    package static var replyIDs: [String] { ["baseId"] }
    private let baseID: UniqueID
    private let baseName: String?
    private let body: String?
    private let wordFile: WordFile?

    package init(_ input: inout CommandInput) throws(Refusal) {
        baseID = try input.id("baseId")
        baseName = try input.changedName()
        body = try input.optionalText("body", limit: CommandInput.Limit.text)
        wordFile = input.value("wordFile") == nil ? nil : try WordFile(&input)
    }

    package var uploaded: WordFile? { wordFile }
    package var audience: Audience { .staff(.configureLetters) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let base = situation.organisation.letterBases[baseID] else {
            throw Refusal(.notFound, field: "baseId")
        }
        let fields = try MergeField.fields(in: body ?? base.body)
        let changed = LetterTemplateBaseChanged(
            baseId: baseID,
            name: baseName ?? base.name,
            wordFile: wordFile?.reference(blob: situation.ids[0]) ?? base.wordFile,
            body: body ?? base.body,
            mergeFields: fields.map(\.rawValue)
        )
        return [.letterTemplateBaseChanged(changed)]
    }
}

/// Sets up a letter template: which parts of the credentials its letters show (S1-16).
package struct CreateLetterTemplate: CallableCommand {
    package static var replyIDs: [String] { ["templateId"] }
    private let object: LetterObject
    private let baseID: UniqueID
    private let templateName: String
    private let body: String
    private let parts: [LetterPart]
    private let isVisible: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        object = try input.choice("object")
        baseID = try input.id("baseId")
        templateName = try input.requiredName()
        body = try input.optionalText("body", limit: CommandInput.Limit.text) ?? ""
        parts = try input.choices("parts")
        isVisible = try input.optionalFlag("visible") ?? false
    }

    package var audience: Audience { .staff(.configureLetters) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.organisation.letterBases[baseID] != nil else {
            throw Refusal(.unknownTemplateBase, field: "baseId")
        }
        let fields = try MergeField.fields(in: body, showing: parts)
        let created = LetterTemplateCreated(
            templateId: situation.ids[0],
            object: object,
            baseId: baseID,
            name: templateName,
            body: body,
            mergeFields: fields.map(\.rawValue),
            parts: parts,
            patientProfileIsVisible: isVisible
        )
        return [.letterTemplateCreated(created)]
    }
}

/// Changes a letter template; letters made before stay as they are.
package struct ChangeLetterTemplate: CallableCommand {
    package static var replyIDs: [String] { ["templateId"] }
    private let templateID: UniqueID
    private let baseID: UniqueID?
    private let templateName: String?
    private let body: String?
    private let parts: [LetterPart]?
    private let isVisible: Bool?

    package init(_ input: inout CommandInput) throws(Refusal) {
        templateID = try input.id("templateId")
        _ = try input.optionalChoice("object", LetterObject.self)
        baseID = try input.optionalID("baseId")
        templateName = try input.changedName()
        body = try input.optionalText("body", limit: CommandInput.Limit.text)
        parts = input.value("parts") == nil ? nil : try input.choices("parts")
        isVisible = try input.optionalFlag("visible")
    }

    package var audience: Audience { .staff(.configureLetters) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard let template = situation.organisation.letterTemplate(templateID) else {
            throw Refusal(.notFound, field: "templateId")
        }
        guard situation.organisation.letterBases[baseID ?? template.baseID] != nil else {
            throw Refusal(.unknownTemplateBase, field: "baseId")
        }
        let fields = try MergeField.fields(
            in: body ?? template.body,
            showing: parts ?? template.parts
        )
        let changed = LetterTemplateChanged(
            templateId: templateID,
            object: .patientProfile,
            baseId: baseID ?? template.baseID,
            name: templateName ?? template.name,
            body: body ?? template.body,
            mergeFields: fields.map(\.rawValue),
            parts: parts ?? template.parts,
            patientProfileIsVisible: isVisible ?? template.isVisible
        )
        return [.letterTemplateChanged(changed)]
    }
}

/// Shows letters of a template to patients, or hides them (S1-23).
package struct SetLetterTemplateVisibility: CallableCommand {
    package static var replyIDs: [String] { ["templateId"] }
    private let templateID: UniqueID
    private let isVisible: Bool

    package init(_ input: inout CommandInput) throws(Refusal) {
        templateID = try input.id("templateId")
        isVisible = try input.flag("visible")
    }

    package var audience: Audience { .staff(.configureLetters) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        guard situation.organisation.letterTemplate(templateID) != nil else {
            throw Refusal(.notFound, field: "templateId")
        }
        return isVisible
            ? [.letterTemplateMadeVisible(.init(templateId: templateID))]
            : [.letterTemplateHidden(.init(templateId: templateID))]
    }
}
