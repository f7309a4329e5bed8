import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// What the organisation's mails say.
    static let emailQueries = [
        Query("EmailTemplates") { asked in
            let purpose = try asked.input.optionalChoice("purpose", EmailPurpose.self)
            try asked.requireStaff()
            let arguments: [String: JSONValue] = ["purpose": .text(purpose?.rawValue)]
            return .array(
                try asked.settingRows("email-templates", "email-templates", arguments)
            )
        },
        Query("PreviewInvitation", about: "clientId") { asked in
            let id = try asked.input.id("clientId")
            let chosen = try asked.input.optionalID("templateId")
            try asked.requireStaff()
            let client = try asked.client(id).client
            if let chosen, asked.settings.emails.template(chosen) == nil {
                throw Refusal(.notFound, field: "templateId")
            }
            return try preview(to: client, by: chosen, asked)
        },
    ]

    /// What the patient will see (S4-07), with a link that leads nowhere.
    private static func preview(
        to client: ClientState,
        by chosen: UniqueID?,
        _ asked: QueryCase
    ) throws -> JSONValue {
        let configuration = try asked.archive.configuration
        let emails = asked.settings.emails
        let purpose = chosen.flatMap(emails.template)?.purpose ?? .portalInvitation
        let template = chosen.flatMap(emails.template) ?? emails.preset(for: purpose)
        let kind: InvitationKind = purpose == .clientInvitation ? .ownership : .registration
        let days = Int64(asked.settings.daysToAccept(kind))
        var values = MailValues(
            client: client,
            organisation: asked.settings,
            portalURL: configuration.portalURL,
            time: asked.moment.time,
            expiresAt: asked.moment.time.adding(microseconds: days * 86_400_000_000)
        )
        for field in [MergeField.invitationLink, .confirmationLink, .resetLink] {
            values[field] = configuration.link(field, token: "preview")
        }
        values[.temporaryPassword] = "(temporary password)"
        let text = emails.text(for: purpose, by: chosen).merged { values[$0] }
        return [
            "templateId": .text(template.map { "\($0.id)" }),
            "purpose": .string(purpose.rawValue), "subject": .string(text.subject),
            "body": .string(text.body),
        ]
    }
}
