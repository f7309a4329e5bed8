import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What letters will say.
    static let letterQueries = [
        Query("PreviewLetter", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            let templateID = try asked.input.id("templateId")
            try asked.requireStaff()
            guard let card = try asked.client(id).client.card,
                let template = asked.settings.letterTemplate(templateID)
            else { throw Refusal(.notFound, field: "templateId") }
            return try preview(of: template, to: card, asked)
        }
    ]

    /// The letter's text without its code, which nobody is shown before it is printed.
    private static func preview(
        of template: LetterTemplate,
        to card: ClientCard,
        _ asked: QueryCase
    ) throws -> JSONValue {
        let base = asked.settings.letterBases[template.baseID]?.body ?? ""
        let values = LetterValues(
            previewFor: card,
            asked.settings,
            asked.moment.time,
            portalURL: try asked.archive.configuration.portalURL,
            showing: template.parts
        )
        let page = LetterPage(template, base: base, values, template.parts)
        return [
            "templateId": .string("\(template.id)"), "name": .string(template.name),
            "parts": .array(template.parts.map { .string($0.rawValue) }),
            "text": .string(page.text), "html": .string(page.html),
        ]
    }
}
