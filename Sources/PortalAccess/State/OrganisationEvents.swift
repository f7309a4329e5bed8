import PortalEvents

extension OrganisationState {
    /// The events that make an organisation what it is. They are few; nearly all that stands in
    /// its stream is of the other kind, so whoever wants the state reads these types alone.
    package static let eventTypes: Set<String> = [
        AutoInviteDisabled.type, AutoInviteEnabled.type, ComingOfAgeChanged.type,
        DefaultEmailTemplateChosen.type, DisablingRecordStatusesChanged.type,
        EmailTemplateSaved.type, InvitationExpiryChanged.type, LeapDayRuleChanged.type,
        LetterTemplateBaseChanged.type,
        LetterTemplateBaseCreated.type, LetterTemplateChanged.type, LetterTemplateCreated.type,
        LetterTemplateHidden.type, LetterTemplateMadeVisible.type, OrganisationRegistered.type,
        OrganisationTimeZoneChanged.type, PatientCommunicationSettingChanged.type,
        PortalRoleChanged.type, PortalRoleDefined.type, PortalRoleRetired.type,
        ProfileBeforeAcceptanceTurnedOff.type, ProfileBeforeAcceptanceTurnedOn.type,
        RegistrationLockoutPolicyChanged.type, SignInPolicyChanged.type,
        StaffInvitationRightChanged.type,
        StaffMemberAdded.type, StaffMemberRemoved.type, StaffPermissionGranted.type,
        StaffPermissionWithdrawn.type, SupportInformationAmended.type,
        SupportInformationEntered.type, SupportInformationWithdrawn.type,
    ]

    /// The events in an organisation's stream that leave it as it was. Their number grows with its
    /// patients.
    package static let passingTypes: Set<String> = [
        AuditTrailRead.type, BulkMessageSent.type, CommandRefused.type,
        UnknownRegistrationAttempt.type, UnknownSignInAttempt.type,
    ]
}
