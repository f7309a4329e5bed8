package import PortalEvents

/// The subject and the body of a mail, with merge fields that are yet to be filled in.
package struct EmailText: Hashable, Sendable {
    package let subject: String
    package let body: String

    package init(subject: String, body: String) {
        self.subject = subject
        self.body = body
    }
}

extension EmailPurpose {
    /// The field without which a mail of this purpose would lead nowhere.
    package var linkField: MergeField {
        switch self {
        case .clientInvitation, .portalInvitation, .autoInvitation: .invitationLink
        case .familyPortalAccess: .temporaryPassword
        case .emailConfirmation: .confirmationLink
        case .passwordReset: .resetLink
        }
    }

    /// The fields that a mail of this purpose can name.
    package var mergeFields: [MergeField] {
        let links: [MergeField] =
            self == .familyPortalAccess ? [linkField, .invitationLink] : [linkField]
        return MergeField.inMails + links
    }

    /// The text that is used where the organisation has no template of its own.
    ///
    /// An organisation must write the mail with a temporary password itself (S3-19); its text
    /// here is only for somebody whose template is gone.
    package var builtInText: EmailText {
        switch self {
        case .clientInvitation:
            EmailText(
                subject: "You are invited to your health record",
                body: """
                    {{organisationName}} invites you to take ownership of your health record, and \
                    to decide who may see it.

                    Follow this link to accept or to decline:

                        {{invitationLink}}

                    """
            )
        case .portalInvitation, .autoInvitation:
            EmailText(
                subject: "Your invitation to the patient portal",
                body: """
                    {{organisationName}} invites you to its patient portal.

                    Follow this link to register. It can be used until {{expiryDate}}:

                        {{invitationLink}}

                    """
            )
        case .familyPortalAccess:
            EmailText(
                subject: "Your access to the family portal",
                body: """
                    {{organisationName}} has given you access to the record of {{clientName}}.

                    Sign in at {{portalLink}} with this password: {{temporaryPassword}}

                    """
            )
        case .emailConfirmation:
            EmailText(
                subject: "Confirm your email address",
                body: """
                    Follow this link to confirm your email address and to finish your registration:

                        {{confirmationLink}}

                    """
            )
        case .passwordReset:
            EmailText(
                subject: "Set a new password",
                body: """
                    Somebody, probably you, asked for a new password. Follow this link to set one:

                        {{resetLink}}

                    If it was not you, do nothing: your password stays as it is.

                    """
            )
        }
    }
}
