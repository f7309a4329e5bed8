package import EventLine
package import PortalEvents

/// An organisation's email template.
package struct EmailTemplate: Hashable, Sendable {
    package let id: UniqueID
    package let purpose: EmailPurpose
    package let name: String
    package let subject: String
    package let body: String
    package let hasInvitationLink: Bool

    init(_ event: EmailTemplateSaved) {
        id = event.templateId
        purpose = event.purpose
        name = event.name
        subject = event.subject
        body = event.body
        hasInvitationLink = event.hasInvitationLink
    }
}

/// An organisation's email templates, and which of them it uses by default.
package struct EmailTemplates: Hashable, Sendable {
    package private(set) var all: [EmailTemplate] = []
    private var defaults: [EmailPurpose: UniqueID] = [:]

    package func template(_ id: UniqueID) -> EmailTemplate? { all.first { $0.id == id } }

    /// The template that is used for a purpose unless another is chosen: the one that was made
    /// the default, or else the first that was saved. Nil where the built-in text is used.
    package func preset(for purpose: EmailPurpose) -> EmailTemplate? {
        defaults[purpose].flatMap(template) ?? all.first { $0.purpose == purpose }
    }

    /// What is written for a purpose: by the chosen template, else the organisation's own, else
    /// the built-in text.
    package func text(for purpose: EmailPurpose, by chosen: UniqueID?) -> EmailText {
        guard let template = chosen.flatMap(template) ?? preset(for: purpose) else {
            return purpose.builtInText
        }
        return EmailText(subject: template.subject, body: template.body)
    }

    /// The state after an event.
    mutating func evolve(with event: PortalEvent) {
        switch event {
        case .emailTemplateSaved(let event):
            let saved = EmailTemplate(event)
            if let place = all.firstIndex(where: { $0.id == saved.id }) {
                all[place] = saved
            } else {
                all.append(saved)
            }
        case .defaultEmailTemplateChosen(let event): defaults[event.purpose] = event.templateId
        default: break
        }
    }
}
