/// The commands that other programs can call, by the names in the contract.
package enum CommandCatalogue {
    /// Every callable command, in the contract's order.
    package static let all: [any CallableCommand.Type] = [
        RegisterOrganisation.self,
        AddStaffMember.self,
        RemoveStaffMember.self,
        GrantStaffPermission.self,
        WithdrawStaffPermission.self,
        ChangeOrganisationTimeZone.self,
        ChangeRegistrationLockoutPolicy.self,
        ChangeDisablingRecordStatuses.self,
        ChangeInvitationExpiry.self,
        TurnOnProfileBeforeAcceptance.self,
        TurnOffProfileBeforeAcceptance.self,
        SaveEmailTemplate.self,
        ChooseDefaultEmailTemplate.self,
        RegisterClient.self,
        RecordAuthorisedRepresentative.self,
        RemoveAuthorisedRepresentative.self,
        ChangeClientEmail.self,
        ChangeClientPhone.self,
        CorrectClientDateOfBirth.self,
        ChangeRecordStatus.self,
        InviteClient.self,
        ReInviteClient.self,
        AcceptInvitation.self,
        RejectInvitation.self,
        RevokeInvitation.self,
        CreateMedicalProfile.self,
        AddRecordResource.self,
        AmendRecordResource.self,
        RemoveRecordResource.self,
        ConnectPatientPortal.self,
        DisconnectPatientPortal.self,
        GrantProfessionalAccess.self,
        GrantCollaboratorAccess.self,
        RevokeAccess.self,
        CreateLetterTemplateBase.self,
        ChangeLetterTemplateBase.self,
        CreateLetterTemplate.self,
        ChangeLetterTemplate.self,
        SetLetterTemplateVisibility.self,
        CreatePatientPortalCredentials.self,
        DistributePatientProfileCredentials.self,
        GenerateAccessLetter.self,
        MarkAccessLetterSent.self,
        RegisterPatientUser.self,
        ConfirmEmail.self,
        ResendConfirmation.self,
        DisablePatientProfileAccount.self,
        EnablePatientProfileAccount.self,
        RecordEncounter.self,
        DefinePortalRole.self,
        ChangePortalRole.self,
        ResendInvitation.self,
        SignIn.self,
        SignOut.self,
    ]

    private static let byName = Dictionary(
        all.map { ($0.name, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    /// The command of a name; nil if there is none.
    package static func named(_ name: String) -> (any CallableCommand.Type)? { byName[name] }
}
