import EventLine
import PortalAccess

extension CommandForm {
    /// The form of every callable command.
    static let all =
        organisation + clients + invitations + profiles + letters + accounts + visits + links
        + familyPortal + security + chart

    private static func form(_ name: String, _ fields: Field...) -> CommandForm {
        CommandForm(name: name, fields: fields)
    }

    private static func field(_ name: String, _ kind: Kind, _ absence: Absence = .invalid) -> Field
    {
        Field(name: name, kind: kind, absence: absence)
    }

    private static let organisation = [
        form(
            "RegisterOrganisation",
            field("name", .name),
            field("timeZone", .name),
            field("organisationType", .name, .allowed)
        ),
        form("AddStaffMember", field("name", .name), field("email", .email)),
        form("RemoveStaffMember", field("staffId", .id)),
        form(
            "GrantStaffPermission",
            field("staffId", .id),
            field("permission", .word("inviteClient"))
        ),
        form(
            "WithdrawStaffPermission",
            field("staffId", .id),
            field("permission", .word("inviteClient"))
        ),
        form("ChangeOrganisationTimeZone", field("timeZone", .name)),
        form("ChangeRegistrationLockoutPolicy", field("maxFailedRegistrations", .number)),
        form("ChangeDisablingRecordStatuses", field("statuses", .words(["merged"]))),
        form("ChangeInvitationExpiry", field("kind", .word("ownership")), field("days", .number)),
        form("TurnOnProfileBeforeAcceptance"),
        form("TurnOffProfileBeforeAcceptance"),
        form(
            "SaveEmailTemplate",
            field("templateId", .id, .allowed),
            field("purpose", .word("portalInvitation")),
            field("name", .name, .refused(.nameRequired)),
            field("subject", .name),
            field("body", .text)
        ),
        form(
            "ChooseDefaultEmailTemplate",
            field("purpose", .word("portalInvitation")),
            field("templateId", .id)
        ),
        form(
            "DefinePortalRole",
            field("name", .name, .refused(.nameRequired)),
            field("permissions", .words(["visits"]))
        ),
        form(
            "ChangePortalRole",
            field("roleId", .id),
            field("name", .name, .allowed),
            field("permissions", .words(["visits"]), .allowed)
        ),
    ]

    private static let clients = [
        form(
            "RegisterClient",
            field("patientIdNumber", .name, .allowed),
            field("givenName", .name),
            field("familyName", .name),
            field("dateOfBirth", .date),
            field("email", .email, .allowed),
            field("phone", .name, .allowed)
        ),
        form(
            "RecordAuthorisedRepresentative",
            field("clientId", .id),
            field("name", .name),
            field("email", .email, .allowed),
            field("capacity", .name)
        ),
        form("RemoveAuthorisedRepresentative", field("representativeId", .id)),
        form("ChangeClientEmail", field("clientId", .id), field("new", .email, .allowed)),
        form("ChangeClientPhone", field("clientId", .id), field("new", .name, .allowed)),
        form("CorrectClientDateOfBirth", field("clientId", .id), field("new", .date)),
        form("ChangeRecordStatus", field("clientId", .id), field("status", .word("merged"))),
        form("RecordEncounter", field("clientId", .id), field("visitDate", .date)),
    ]

    private static let invitation = [
        field("clientId", .id), field("recipientEmail", .email, .allowed),
        field("createProfileBeforeAcceptance", .flag),
    ]

    private static let invitations = [
        CommandForm(name: "InviteClient", fields: invitation),
        CommandForm(name: "ReInviteClient", fields: invitation),
        form(
            "AcceptInvitation",
            field("token", .name),
            field("capacity", .word("self")),
            field("password", .name, .allowed)
        ),
        form("RejectInvitation", field("token", .name)),
        form("RevokeInvitation", field("invitationId", .id)),
        form("ResendInvitation", field("invitationId", .id), field("templateId", .id, .allowed)),
    ]

    private static let reference = [
        field("profileId", .id, .replaceable), field("clientId", .id, .replaceable),
    ]

    private static let profiles = [
        form("CreateMedicalProfile", field("clientId", .id)),
        CommandForm(
            name: "AddRecordResource",
            fields: reference + [
                field("kind", .name), field("content", .object),
                field("structured", .flag, .allowed),
            ]
        ),
        form("AmendRecordResource", field("resourceId", .id), field("content", .object)),
        form("RemoveRecordResource", field("resourceId", .id)),
        CommandForm(
            name: "ConnectPatientPortal",
            fields: reference + [field("portal", .name)]
        ),
        form("DisconnectPatientPortal", field("connectionId", .id)),
        form(
            "GrantProfessionalAccess",
            field("profileId", .id),
            field("subject", .subject("staff")),
            field("roleId", .id, .allowed)
        ),
        form(
            "GrantCollaboratorAccess",
            field("profileId", .id),
            field("subject", .subject("person")),
            field("roleId", .id, .allowed)
        ),
        form("RevokeAccess", field("profileId", .id), field("subject", .subject("person"))),
    ]

    private static let letters = [
        form(
            "CreateLetterTemplateBase",
            field("name", .name, .refused(.nameRequired)),
            field("wordFile", .wordFile, .refused(.wordFileRequired)),
            field("body", .text, .allowed)
        ),
        form(
            "ChangeLetterTemplateBase",
            field("baseId", .id),
            field("name", .name, .allowed),
            field("wordFile", .wordFile, .allowed),
            field("body", .text, .allowed)
        ),
        form(
            "CreateLetterTemplate",
            field("object", .word("patientProfile")),
            field("baseId", .id),
            field("name", .name, .refused(.nameRequired)),
            field("body", .text, .allowed),
            field("parts", .words(["activationCode"])),
            field("visible", .flag, .allowed)
        ),
        form(
            "ChangeLetterTemplate",
            field("templateId", .id),
            field("object", .word("patientProfile"), .allowed),
            field("baseId", .id, .allowed),
            field("name", .name, .allowed),
            field("body", .text, .allowed),
            field("parts", .words(["activationCode"]), .allowed),
            field("visible", .flag, .allowed)
        ),
        form("SetLetterTemplateVisibility", field("templateId", .id), field("visible", .flag)),
        form("GenerateAccessLetter", field("clientId", .id), field("templateId", .id)),
        form("MarkAccessLetterSent", field("letterId", .id), field("channel", .word("post"))),
    ]

    private static let familyPortal = [
        form("RetirePortalRole", field("roleId", .id)),
        form(
            "AddContact",
            field("clientId", .id),
            field("name", .name),
            field("relationship", .name),
            field("email", .email, .allowed),
            field("phone", .name, .allowed),
            field("personId", .id, .allowed)
        ),
        form(
            "ChangeContact",
            field("contactId", .id),
            field("name", .name, .allowed),
            field("relationship", .name, .allowed),
            field("email", .email, .allowed),
            field("phone", .name, .allowed)
        ),
        form("DisableContact", field("contactId", .id), field("confirmed", .flag, .allowed)),
        form("EnableContact", field("contactId", .id)),
        form(
            "AddFamilyPortalAccess",
            field("profileId", .id),
            field("holder", .subject("contact")),
            field("loginEmail", .email),
            field("roleId", .id, .refused(.roleRequired))
        ),
        form("ChangeLoginEmail", field("accountId", .id), field("new", .email)),
        form("ChangeAccessRole", field("grantId", .id), field("roleId", .id)),
        form(
            "RemoveFamilyPortalAccess",
            field("grantId", .id),
            field("confirmed", .flag, .allowed)
        ),
    ]

    private static let security = [
        form("SetPassword", field("password", .name), field("token", .name, .allowed)),
        form("RequestPasswordReset", field("email", .email)), form("SetUpSecondFactor"),
        form("ConfirmSecondFactor", field("code", .name)),
        form("RemoveSecondFactor", field("accountId", .id)),
        form("OpenRecord", field("profileId", .id), field("purpose", .name, .allowed)),
        form("ChangeComingOfAge", field("ageYears", .number, .allowed)),
        form("ChangeLeapDayRule", field("rule", .word("march1"))),
        form(
            "ChangeSignInPolicy",
            field("accountFailures", .number, .allowed),
            field("addressFailures", .number, .allowed),
            field("withinMinutes", .number, .allowed),
            field("confirmationHours", .number, .allowed)
        ),
        form(
            "MergeClientRecords",
            field("survivor", .id),
            field("merged", .id),
            field("keepAccountId", .id, .allowed)
        ),
    ]

    private static let accounts = [
        form(
            "CreatePatientPortalCredentials",
            field("clientId", .id),
            field("expiryDate", .date, .allowed),
            field("distribution", .word("later")),
            field("templateIds", .ids, .allowed),
            field("channel", .word("post"), .allowed)
        ),
        form(
            "DistributePatientProfileCredentials",
            field("clientId", .id),
            field("expiryDate", .date, .allowed),
            field("templateIds", .ids, .allowed),
            field("channel", .word("post"), .allowed)
        ),
        form(
            "RegisterPatientUser",
            field("patientIdNumber", .name),
            field("activationCode", .name),
            field("dateOfBirth", .date),
            field("email", .email),
            field("password", .name)
        ),
        form("ConfirmEmail", field("token", .name)),
        form("ResendConfirmation", field("accountId", .id)),
        form(
            "DisablePatientProfileAccount",
            field("accountId", .id),
            field("note", .text, .allowed)
        ),
        form("EnablePatientProfileAccount", field("accountId", .id)),
        form(
            "SignIn",
            field("email", .name),
            field("password", .name),
            field("code", .name, .allowed)
        ),
        form("SignOut"),
    ]

    private static let support = [
        field("organisationType", .name, .allowed),
        field("email", .neededEmail, .refused(.supportEmailRequired)),
        field("phone", .name, .refused(.supportPhoneRequired)),
    ]

    private static let chart = [
        form(
            "ChangeClientName",
            field("clientId", .id),
            field("givenName", .name, .replaceable),
            field("familyName", .name, .replaceable)
        ),
        form("SetClientEndDate", field("clientId", .id), field("endDate", .date)),
        form("RemoveClientEndDate", field("clientId", .id)),
        CommandForm(name: "EnterSupportInformation", fields: support),
        CommandForm(name: "AmendSupportInformation", fields: support),
        form("WithdrawSupportInformation", field("organisationType", .name, .allowed)),
        form(
            "AddDocument",
            field("clientId", .id),
            field("name", .name),
            field("content", .document)
        ),
        form("SetDocumentVisibility", field("documentId", .id), field("visible", .flag)),
        form(
            "SendPatientMessage",
            field("clientId", .id),
            field("body", .text),
            field("threadId", .id, .allowed)
        ),
        form("MarkPatientMessageRead", field("threadId", .id), field("messageId", .id)),
        form(
            "SendBulkMessage",
            field("clientIds", .manyIds),
            field("channels", .words(["portal", "email"])),
            field("body", .text)
        ),
        form("SendIntakeForm", field("clientId", .id), field("form", .form)),
        form("CompleteIntakeForm", field("formId", .id), field("answers", .form)),
    ]

    private static let visits = [
        form("RecordChartNote", field("encounterId", .id), field("content", .text)),
        form("SignEncounter", field("encounterId", .id)),
        form("VoidEncounter", field("encounterId", .id)),
        form("EnableAutoInvite"),
        form("DisableAutoInvite"),
        form("TurnAutoSendOff", field("clientId", .id)),
        form("TurnAutoSendOn", field("clientId", .id)),
        form("SetStaffInvitationRight", field("staffId", .id), field("mayInvite", .flag)),
        form("SetPatientCommunication", field("setting", .name), field("enabled", .flag)),
    ]

    private static let links = [
        form(
            "SendPortalInvitation",
            field("clientId", .id),
            field("templateId", .id, .allowed),
            field("origin", .word("clientCard"))
        ),
        form(
            "SendCaregiverInvitation",
            field("clientId", .id),
            field("existingClientId", .id, .allowed),
            field("name", .limited, .allowed),
            field("email", .neededEmail, .allowed),
            field("confirmed", .flag, .allowed)
        ),
        form(
            "VerifyInvitedIdentity",
            field("token", .name),
            field("phone", .name),
            field("dateOfBirth", .americanDate)
        ),
        form(
            "RegisterByLink",
            field("token", .name),
            field("details", .details),
            field("password", .name)
        ),
    ]
}
