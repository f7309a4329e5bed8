import EventLine
import PortalAccess

/// What a mail's merge fields stand for.
struct MailValues {
    private var values: [MergeField: String]

    /// - Parameter expiresAt: until when the link of the mail can be used.
    init(
        client: ClientState?,
        organisation: OrganisationState,
        portalURL: String,
        time: Instant,
        expiresAt: Instant?
    ) {
        let calendar = LocalCalendar(zone: organisation.timeZone) ?? .universal
        let given = client?.card?.givenName ?? ""
        let family = client?.card?.familyName ?? ""
        let name = [given, family].filter { !$0.isEmpty }.joined(separator: " ")
        values = [
            .givenName: given, .familyName: family, .clientName: name, .recipientName: name,
            .organisationName: organisation.name, .portalLink: portalURL,
            .today: "\(calendar.date(of: time))",
            .expiryDate: expiresAt.map { "\(calendar.date(of: $0))" } ?? "",
        ]
    }

    subscript(field: MergeField) -> String? {
        get { values[field] }
        set { values[field] = newValue }
    }

    /// Where a link of a purpose leads, without its token.
    static func path(of field: MergeField) -> String {
        switch field {
        case .confirmationLink: "confirm"
        case .resetLink: "reset"
        default: "invitation"
        }
    }
}

extension StoreConfiguration {
    /// A link with a token, as a mail shows it.
    func link(_ field: MergeField, token: String) -> String {
        "\(portalURL)/\(MailValues.path(of: field))?token=\(token)"
    }
}
