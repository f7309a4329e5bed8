import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Who may ask for what (`domain.md` §2.6 and the contract's point 13).
struct PermissionTests {
    /// The permission that staff need for a command.
    static let permissions: [Permission: [String]] = [
        .administerOrganisation: [
            "ChangeComingOfAge", "ChangeLeapDayRule", "ChangeSignInPolicy",
            "AddStaffMember", "RemoveStaffMember", "GrantStaffPermission",
            "WithdrawStaffPermission", "ChangeOrganisationTimeZone",
            "ChangeRegistrationLockoutPolicy", "ChangeDisablingRecordStatuses",
            "ChangeInvitationExpiry", "TurnOnProfileBeforeAcceptance",
            "TurnOffProfileBeforeAcceptance", "SaveEmailTemplate", "ChooseDefaultEmailTemplate",
        ],
        .definePortalRoles: ["DefinePortalRole", "ChangePortalRole", "RetirePortalRole"],
        .editDemographics: [
            "RegisterClient", "RecordAuthorisedRepresentative", "RemoveAuthorisedRepresentative",
            "ChangeClientEmail", "ChangeClientPhone", "CorrectClientDateOfBirth",
            "ChangeClientName", "AddContact", "ChangeContact", "EnableContact",
        ],
        .editClientCard: [
            "MergeClientRecords", "ChangeRecordStatus", "SetClientEndDate", "RemoveClientEndDate",
        ],
        .configureSupportInformation: [
            "EnterSupportInformation", "AmendSupportInformation", "WithdrawSupportInformation",
        ],
        .messagePatients: [
            "SendPatientMessage", "MarkPatientMessageRead", "SendBulkMessage", "SendIntakeForm",
        ],
        .inviteClient: ["InviteClient", "ReInviteClient"],
        .sendPortalInvitation: [
            "SendPortalInvitation", "SendCaregiverInvitation", "TurnAutoSendOff", "TurnAutoSendOn",
        ],
        .administerPatientCommunications: [
            "EnableAutoInvite", "DisableAutoInvite", "SetPatientCommunication",
            "SetStaffInvitationRight",
        ],
        .workOnProfile: [
            "OpenRecord",
            "RecordEncounter", "RecordChartNote", "SignEncounter", "VoidEncounter",
            "CreateMedicalProfile", "AddRecordResource", "AmendRecordResource",
            "RemoveRecordResource", "ConnectPatientPortal", "DisconnectPatientPortal",
        ],
        .manageFamilyPortalAccess: [
            "GrantProfessionalAccess", "GrantCollaboratorAccess", "DisableContact",
            "AddFamilyPortalAccess", "ChangeLoginEmail", "ChangeAccessRole",
            "RemoveFamilyPortalAccess", "RevokeAccess",
        ],
        .configureLetters: [
            "CreateLetterTemplateBase", "ChangeLetterTemplateBase", "CreateLetterTemplate",
            "ChangeLetterTemplate", "SetLetterTemplateVisibility",
            "AddDocument", "SetDocumentVisibility",
        ],
        .managePatientCredentials: [
            "RemoveSecondFactor",
            "CreatePatientPortalCredentials", "DistributePatientProfileCredentials",
            "GenerateAccessLetter", "MarkAccessLetterSent", "ResendConfirmation",
            "DisablePatientProfileAccount", "EnablePatientProfileAccount",
        ],
    ]

    /// Commands that people with a sign-in account may ask for too.
    static let forOwners: Set = [
        "AddRecordResource", "AmendRecordResource", "RemoveRecordResource",
        "ConnectPatientPortal", "DisconnectPatientPortal", "GrantProfessionalAccess",
        "GrantCollaboratorAccess", "RevokeAccess", "ResendConfirmation",
        "SendPatientMessage", "MarkPatientMessageRead",
    ]

    static let forAnybody: Set = [
        "RequestPasswordReset",
        "AcceptInvitation", "RejectInvitation", "RegisterPatientUser", "ConfirmEmail", "SignIn",
        "VerifyInvitedIdentity", "RegisterByLink",
    ]

    /// Commands about invitations of every kind: the kind says which permission is needed.
    static let byKind = ["RevokeInvitation", "ResendInvitation"]

    static let forStaff = permissions.flatMap { permission, names in
        names.map { (name: $0, permission: permission) }
    }.sorted { $0.name < $1.name }

    @Test func `every callable command is for somebody`() {
        let names =
            Self.forStaff.map(\.name) + Self.byKind + Self.forAnybody
            + [
                "RegisterOrganisation", "SignOut", "SetPassword", "SetUpSecondFactor",
                "ConfirmSecondFactor", "CompleteIntakeForm",
            ]
        #expect(names.sorted() == CommandCatalogue.all.map { $0.name }.sorted())
    }

    @Test(arguments: forStaff)
    func `staff need exactly the permission`(name: String, permission: Permission) {
        var stage = Stage()
        let holder = stage.addStaff(["name": "Holder"])
        stage.grant(permission, to: holder)
        let others = stage.addStaff(["name": "Other"])
        for other in Permission.allCases where other != permission {
            stage.grant(other, to: others)
        }
        expectPermitted(name, to: holder, in: stage)
        expectPermitted(name, to: .systemOperator, in: stage)
        expectRefused(name, to: others, in: stage)
        expectRefused(name, to: stage.ben, in: stage)
        expectRefused(name, to: .staff(Stage.nobody), in: stage)
        expectRefused(name, to: .anonymous, in: stage)
    }

    @Test(arguments: byKind)
    func `staff need the permission for one kind of invitation at least`(name: String) {
        let kinds: Set<Permission> = [
            .inviteClient, .manageFamilyPortalAccess, .sendPortalInvitation,
        ]
        var stage = Stage()
        for permission in Permission.allCases {
            let holder = stage.addStaff(["name": "Holder"])
            stage.grant(permission, to: holder)
            if kinds.contains(permission) {
                expectPermitted(name, to: holder, in: stage)
            } else {
                expectRefused(name, to: holder, in: stage)
            }
        }
        expectRefused(name, to: stage.ben, in: stage)
        expectRefused(name, to: stage.owner, in: stage)
        expectRefused(name, to: .anonymous, in: stage)
    }

    @Test(arguments: forStaff)
    func `somebody who left has no permission any more`(name: String, permission: Permission) {
        var stage = Stage()
        let leaver = stage.addStaff(["name": "Leaver"])
        stage.grant(permission, to: leaver)
        guard case .staff(let id) = leaver else { return }
        stage.done("RemoveStaffMember", ["staffId": .id(id)])
        expectRefused(name, to: leaver, in: stage)
    }

    @Test(arguments: forStaff.map(\.name))
    func `people with an account may ask only for what owners do`(name: String) {
        var stage = Stage()
        stage.becomeActive()
        if Self.forOwners.contains(name) {
            expectPermitted(name, to: stage.owner, in: stage)
        } else {
            expectRefused(name, to: stage.owner, in: stage)
        }
    }

    @Test(arguments: forAnybody)
    func `what is for anybody is refused to nobody`(name: String) {
        let stage = Stage()
        for actor in [stage.ana, stage.ben, .anonymous, .portalUser(Stage.nobody), .scheduler] {
            expectPermitted(name, to: actor, in: stage)
        }
    }

    @Test func `only the shell registers organisations, and only people sign out`() {
        let stage = Stage()
        for actor in [stage.ana, .anonymous, stage.owner] {
            expectRefused("RegisterOrganisation", to: actor, in: stage)
        }
        for actor in [stage.ana, .anonymous, .systemOperator] {
            expectRefused("SignOut", to: actor, in: stage)
            for name in ["SetUpSecondFactor", "ConfirmSecondFactor"] {
                expectRefused(name, to: actor, in: stage)
            }
            // With a link it is for whoever has the link.
            var world = stage.world
            let outcome = world.run("SetPassword", ["password": "a new secret"], as: actor)
            #expect(outcome.answer == .refuses(.notPermitted, recording: "CommandRefused"))
        }
    }

    @Test(arguments: ["staff", "portalUser", "anonymous"])
    func `timers are the program's own`(kind: String) {
        var stage = Stage()
        let actor = ["staff": stage.ana, "portalUser": stage.owner][kind] ?? .anonymous
        let id = Stage.nobody
        let reasons = [
            stage.world.obey(ExpireCredentials(accountID: id), as: actor).reason,
            stage.world.obey(ExpireInvitation(invitationID: id), as: actor).reason,
            stage.world.obey(ExpireConfirmation(accountID: id), as: actor).reason,
        ]
        #expect(reasons == [.notPermitted, .notPermitted, .notPermitted])
    }

    @Test(arguments: CommandForm.all)
    func `a command about nobody is not found and writes nothing about anybody`(form: CommandForm) {
        let stage = Stage()
        var world = stage.world
        let isOutside = ["RegisterPatientUser", "SignIn", "ConfirmEmail"].contains(form.name)
        let namesNobody = form.fields.contains {
            [
                "clientId", "profileId", "accountId", "invitationId", "resourceId", "connectionId",
                "letterId", "representativeId", "token",
            ].contains($0.name)
        }
        guard namesNobody, !isOutside else { return }
        let outcome = world.run(form.name, form.input, as: stage.ana)
        #expect(outcome.reason == .notFound)
        #expect(world.history.count == stage.world.history.count)
    }

    @Test func `who of the staff has an access may always give it up`() {
        var stage = Stage()
        stage.done("CreateMedicalProfile", stage.clientInput)
        let input: JSONValue = [
            "profileId": .id(stage.profile?.id ?? Stage.nobody),
            "subject": .string("\(stage.ben)"),
        ]
        stage.done("GrantProfessionalAccess", input)
        let other = stage.addStaff(["name": "Other"])
        let refused = stage.world.run("RevokeAccess", input, as: other)
        #expect(refused.answer == .refuses(.notPermitted, recording: "CommandRefused"))
        let events = stage.done("RevokeAccess", input, as: stage.ben)
        #expect(events.map(\.name) == ["FamilyPortalAccessRemoved"])
    }

    private func expectPermitted(_ name: String, to actor: Actor, in stage: Stage) {
        for form in CommandForm.all where form.name == name {
            var world = stage.world
            #expect(world.run(name, form.input, as: actor).reason != .notPermitted, "\(actor)")
        }
    }

    private func expectRefused(_ name: String, to actor: Actor, in stage: Stage) {
        for form in CommandForm.all where form.name == name {
            var world = stage.world
            let outcome = world.run(name, form.input, as: actor)
            #expect(outcome.answer == .refuses(.notPermitted, recording: "CommandRefused"))
            guard case .commandRefused(let record) = outcome.events.first else { continue }
            #expect(record.command == name)
            #expect(world.history.last?.actor == actor)
            #expect(world.fold == stage.world.fold)
        }
    }
}
