/// The projections that come with the program, by file name.
public enum ProjectionTexts {
    /// File names and texts.
    public static let all: [String: String] = [
        "access-grants.sql": String(decoding: PackageResources.access_grants_sql, as: UTF8.self),
        "audit-trail.sql": String(decoding: PackageResources.audit_trail_sql, as: UTF8.self),
        "coming-of-age.sql": String(decoding: PackageResources.coming_of_age_sql, as: UTF8.self),
        "contacts.sql": String(decoding: PackageResources.contacts_sql, as: UTF8.self),
        "invitations.sql": String(decoding: PackageResources.invitations_sql, as: UTF8.self),
        "letters.sql": String(decoding: PackageResources.letters_sql, as: UTF8.self),
        "profile-states.sql": String(decoding: PackageResources.profile_states_sql, as: UTF8.self),
        "auto-invites.sql": String(decoding: PackageResources.auto_invites_sql, as: UTF8.self),
        "invitation-statistics.sql":
            String(decoding: PackageResources.invitation_statistics_sql, as: UTF8.self),
        "profiles.sql": String(decoding: PackageResources.profiles_sql, as: UTF8.self),
        "portal-access.sql": String(decoding: PackageResources.portal_access_sql, as: UTF8.self),
        "portal-access.events.sql":
            String(decoding: PackageResources.portal_access_events_sql, as: UTF8.self),
        "portal-access.queries.sql":
            String(decoding: PackageResources.portal_access_queries_sql, as: UTF8.self),
        "bulk-messages.sql": String(decoding: PackageResources.bulk_messages_sql, as: UTF8.self),
        "client-cards.sql": String(decoding: PackageResources.client_cards_sql, as: UTF8.self),
        "documents.sql": String(decoding: PackageResources.documents_sql, as: UTF8.self),
        "email-templates.sql":
            String(decoding: PackageResources.email_templates_sql, as: UTF8.self),
        "intake-forms.sql": String(decoding: PackageResources.intake_forms_sql, as: UTF8.self),
        "messages.sql": String(decoding: PackageResources.messages_sql, as: UTF8.self),
        "patient-communications.sql":
            String(decoding: PackageResources.patient_communications_sql, as: UTF8.self),
        "record-openings.sql":
            String(decoding: PackageResources.record_openings_sql, as: UTF8.self),
        "record-resources.sql":
            String(decoding: PackageResources.record_resources_sql, as: UTF8.self),
        "support-information.sql":
            String(decoding: PackageResources.support_information_sql, as: UTF8.self),
    ]
}
