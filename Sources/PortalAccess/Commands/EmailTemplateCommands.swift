import EventLine
package import PortalEvents

/// Makes an email template, or changes one as a whole (S3-19, S4-05).
package struct SaveEmailTemplate: CallableCommand {
    package static var replyIDs: [String] { ["templateId"] }
    private let templateID: UniqueID?
    private let purpose: EmailPurpose
    private let templateName: String
    private let subject: String
    private let body: String

    package init(_ input: inout CommandInput) throws(Refusal) {
        templateID = try input.optionalID("templateId")
        purpose = try input.choice("purpose")
        templateName = try input.requiredName()
        subject = try input.text("subject")
        body = try input.text("body", limit: CommandInput.Limit.text)
    }

    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        if let templateID { try checkChange(of: templateID, in: situation.organisation) }
        // A secret in a subject would stand in every list of mails.
        _ = try MergeField.fields(in: subject, among: MergeField.inMails, as: "subject")
        try MergeField.checkBraces(in: subject, as: "subject")
        let fields = try MergeField.fields(in: body, among: purpose.mergeFields, as: "body")
        try checkLink(fields)
        try MergeField.checkBraces(in: body, as: "body")
        let saved = EmailTemplateSaved(
            templateId: templateID ?? situation.ids[0],
            purpose: purpose,
            name: templateName,
            subject: subject,
            body: body,
            hasInvitationLink: fields.contains(.invitationLink)
        )
        return [.emailTemplateSaved(saved)]
    }

    /// A template that is in use for one purpose does not turn into one for another.
    private func checkChange(
        of id: UniqueID,
        in organisation: OrganisationState
    ) throws(Refusal) {
        guard let template = organisation.emails.template(id) else {
            throw Refusal(.unknownTemplate, field: "templateId")
        }
        guard template.purpose == purpose else {
            throw .invalidInput(
                "purpose",
                "the template is for \(template.purpose.rawValue); make another one"
            )
        }
    }

    /// A mail without its link is of no use to anybody (S4-06).
    private func checkLink(_ fields: [MergeField]) throws(Refusal) {
        let link = purpose.linkField
        guard !fields.contains(link) else { return }
        let detail = "a template for \(purpose.rawValue) must hold {{\(link.rawValue)}}"
        guard link == .invitationLink else { throw .invalidInput("body", detail) }
        throw Refusal(.templateLacksInvitationLink, field: "body", detail: detail)
    }
}

/// Chooses the template that is used for a purpose unless another is chosen (S4-04).
package struct ChooseDefaultEmailTemplate: CallableCommand {
    package static var replyIDs: [String] { ["templateId"] }
    private let purpose: EmailPurpose
    private let templateID: UniqueID

    package init(_ input: inout CommandInput) throws(Refusal) {
        purpose = try input.choice("purpose")
        templateID = try input.id("templateId")
    }

    package var audience: Audience { .staff(.administerOrganisation) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        let template = situation.organisation.emails.template(templateID)
        guard let template, template.purpose == purpose else {
            throw Refusal(
                .unknownTemplate,
                field: "templateId",
                detail: "there is no template for \(purpose.rawValue) with this id"
            )
        }
        return [
            .defaultEmailTemplateChosen(.init(purpose: purpose, templateId: templateID))
        ]
    }
}
