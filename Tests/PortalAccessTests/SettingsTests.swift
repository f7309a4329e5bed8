import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Settings, staff, roles, letters and the card: what an organisation sets up.
struct SettingsTests {
    @Test func `an organisation begins with a role patient and an administrator who may all`() {
        let stage = Stage()
        let organisation = stage.world.organisation
        let role = organisation.patientRole.flatMap { organisation.roles[$0] }
        #expect(role?.name == "patient")
        #expect(role?.permissions == PortalPermission.allCases)
        guard case .staff(let id) = stage.ana else { return }
        #expect(organisation.staff[id] == Set(Permission.allCases))
    }

    @Test(arguments: [
        "RemoveStaffMember", "GrantStaffPermission", "WithdrawStaffPermission",
        "RemoveAuthorisedRepresentative",
    ])
    func `who is not there is not found`(name: String) {
        var stage = Stage()
        for form in CommandForm.all where form.name == name {
            #expect(stage.world.run(name, form.input, as: stage.ana).reason == .notFound)
        }
    }

    @Test func `a withdrawn permission is gone, and the others stay`() {
        var stage = Stage()
        let clerk = stage.addStaff(["name": "Clerk"])
        guard case .staff(let id) = clerk else { return }
        stage.grant(.inviteClient, to: clerk)
        stage.grant(.workOnProfile, to: clerk)
        stage.done("WithdrawStaffPermission", ["staffId": .id(id), "permission": "workOnProfile"])
        #expect(stage.world.organisation.staff[id] == [.inviteClient])
    }

    @Test func `the limit of failed registrations is the organisation's`() {
        var stage = Stage()
        stage.done("ChangeRegistrationLockoutPolicy", ["maxFailedRegistrations": 2])
        stage.done("CreatePatientPortalCredentials", stage.creating())
        stage.fail(times: 1)
        #expect(stage.userState == .pendingRegistration)
        stage.fail(times: 1)
        #expect(stage.userState == .locked)
    }

    @Test func `the statuses that disable are the organisation's`() {
        var stage = Stage()
        stage.done("ChangeDisablingRecordStatuses", ["statuses": ["merged"]])
        stage.becomeActive()
        stage.setRecordStatus(.deceased)
        #expect(stage.userState == .active)
        stage.setRecordStatus(.merged)
        #expect(stage.userState == .disabled)
        stage.setRecordStatus(.active)
        #expect(stage.userState == .disabled)
        stage.done("EnablePatientProfileAccount", stage.accountInput)
        #expect(stage.userState == .active)
    }

    @Test func `a role can be renamed and keeps what was not named`() {
        var stage = Stage()
        let roles = stage.done("DefinePortalRole", ["name": "family", "permissions": ["visits"]])
        let id = roles.firstID {
            if case .portalRoleDefined(let role) = $0 { role.roleId } else { nil }
        }
        stage.done("ChangePortalRole", ["roleId": .id(id), "name": "kin"])
        #expect(stage.world.organisation.roles[id]?.name == "kin")
        #expect(stage.world.organisation.roles[id]?.permissions == [.visits])
        let unknown: JSONValue = ["roleId": .id(Stage.nobody)]
        let outcome = stage.world.run("ChangePortalRole", unknown, as: stage.ana)
        #expect(outcome.answer == .refuses(.unknownRole))
    }

    @Test func `a collaborator needs a role that exists`() {
        var stage = Stage()
        stage.done("CreateMedicalProfile", stage.clientInput)
        let contact = stage.addContact()
        let friend = stage.person(contact)
        let profile: JSONValue = [
            "profileId": .id(stage.profile?.id ?? Stage.nobody),
            "subject": .string("person/\(friend)"),
        ]
        let none = stage.world.run("GrantCollaboratorAccess", profile, as: stage.ana)
        #expect(none.answer == .refuses(.roleRequired))
        let unknown = profile.with("roleId", .id(Stage.nobody))
        let outcome = stage.world.run("GrantCollaboratorAccess", unknown, as: stage.ana)
        #expect(outcome.answer == .refuses(.unknownRole))
        let role = stage.world.organisation.patientRole ?? Stage.nobody
        stage.done("GrantCollaboratorAccess", profile.with("roleId", .id(role)))
        let twice = profile.with("roleId", .id(role))
        let again = stage.world.run("GrantCollaboratorAccess", twice, as: stage.ana)
        #expect(again.answer == .refuses(.alreadyHasAccess))
    }

    @Test func `nobody is a collaborator on their own profile, nor on one that is end-dated`() {
        var stage = Stage()
        stage.done("CreateMedicalProfile", stage.clientInput)
        let input: JSONValue = [
            "profileId": .id(stage.profile?.id), "roleId": .id(stage.role("patient")),
        ]
        let own = input.with("subject", .string("person/\(stage.client)"))
        let refused = stage.world.run("GrantCollaboratorAccess", own, as: stage.ana)
        #expect(refused.refusal?.field == "subject" && refused.reason == .invalidInput)
        let friend = stage.addClient("P-9", email: "nine@example.org")
        let other = input.with("subject", .string("person/\(friend)"))
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
        #expect(stage.outcome("GrantCollaboratorAccess", other) == .clientEndDated)
    }

    @Test func `a collaborator is somebody whom the organisation knows`() {
        var stage = Stage()
        stage.done("CreateMedicalProfile", stage.clientInput)
        let profile = stage.profile?.id ?? Stage.nobody
        let role = stage.role("patient")
        let input: JSONValue = ["profileId": .id(profile), "roleId": .id(role)]
        // Nobody's id, and ids of other things.
        for id in [Stage.nobody, profile, role] {
            let named = input.with("subject", .string("person/\(id)"))
            let outcome = stage.world.run("GrantCollaboratorAccess", named, as: stage.ana)
            #expect(outcome.answer == .refuses(.notFound))
        }
        let other = stage.addClient("P-9", email: "nine@example.org")
        let named = input.with("subject", .string("person/\(other)"))
        stage.done("GrantCollaboratorAccess", named)
    }

    @Test(arguments: [
        ("Dear {{client}}", Refusal.Reason.unknownMergeField),
        ("{{activationCode}}", .unknownMergeField), ("{{ }}", .unknownMergeField),
        ("{{clientName}} {{patientIdNumber}} {{", .unknownMergeField),
        // Whatever else Mustache knows: a letter shows what its author sees.
        ("{{{clientName}}}", .unknownMergeField), ("{{&clientName}}", .unknownMergeField),
        ("{{#clientName}}Dear{{/clientName}}", .unknownMergeField),
        ("{{^clientName}}Dear{{/clientName}}", .unknownMergeField),
        ("{{>clientName}}", .unknownMergeField), ("{{! clientName }}", .unknownMergeField),
        ("{{=<% %>=}}<%clientName%>", .unknownMergeField),
        ("{{% CONTENT_TYPE: HTML}}", .unknownMergeField),
        ("{{uppercased(clientName)}}", .unknownMergeField), ("{{.}}", .unknownMergeField),
        ("{{clientName}} {{ patientIdNumber }} } { }}", nil),
    ])
    func `a letter names only fields that it can fill`(body: String, reason: Refusal.Reason?) {
        var stage = Stage()
        let input: JSONValue = [
            "object": "patientProfile", "baseId": .id(stage.base), "name": "Letter",
            "body": .string(body), "parts": ["patientIdNumber"],
        ]
        let outcome = stage.world.run("CreateLetterTemplate", input, as: stage.ana)
        #expect(outcome.reason == reason)
        #expect(outcome.refusal?.field == (reason == nil ? nil : "body"))
    }

    @Test func `a template stands on a base that exists, and is hidden until it is shown`() {
        var stage = Stage()
        let template = { (stage: Stage) in stage.world.organisation.letterTemplate(stage.template) }
        #expect(template(stage)?.isVisible == false)
        let input: JSONValue = ["templateId": .id(stage.template), "visible": true]
        stage.done("SetLetterTemplateVisibility", input)
        #expect(template(stage)?.isVisible == true)
        stage.done("SetLetterTemplateVisibility", input.with("visible", false))
        #expect(template(stage)?.isVisible == false)
        let change: JSONValue = ["templateId": .id(stage.template), "baseId": .id(Stage.nobody)]
        let outcome = stage.world.run("ChangeLetterTemplate", change, as: stage.ana)
        #expect(outcome.answer == .refuses(.unknownTemplateBase))
        stage.done("ChangeLetterTemplate", change.with("baseId", nil).with("name", "Other"))
        #expect(template(stage)?.name == "Other")
        #expect(template(stage)?.body == "Dear {{clientName}}")
    }

    @Test func `without a letter template nothing can be sent, but credentials can wait`() {
        var stage = Stage(hasTemplate: false)
        let now = stage.world.run("CreatePatientPortalCredentials", stage.creating(), as: stage.ana)
        #expect(now.answer == .refuses(.noInvitationLetterConfigured))
        let input = stage.distributing
        let sent = stage.world.run("DistributePatientProfileCredentials", input, as: stage.ana)
        #expect(sent.answer == .refuses(.noInvitationLetterConfigured))
        stage.done("CreatePatientPortalCredentials", stage.creating("later"))
    }

    @Test func `the card keeps what was put right`() {
        var stage = Stage()
        stage.done("CorrectClientDateOfBirth", stage.clientInput.with("new", "1981-05-06"))
        stage.done("ChangeClientPhone", stage.clientInput)
        stage.done("ChangeClientEmail", stage.clientInput)
        #expect(stage.state.card?.dateOfBirth == LocalDate("1981-05-06"))
        #expect(stage.state.card?.phone == nil)
        #expect(stage.state.card?.email == nil)
        let late = stage.clientInput.with("new", "2026-03-03")
        let outcome = stage.world.run("CorrectClientDateOfBirth", late, as: stage.ana)
        #expect(outcome.reason == .invalidInput)
    }

    @Test func `what is in a record can be amended and taken out, once`() {
        var stage = Stage()
        stage.done("CreateMedicalProfile", stage.clientInput)
        let id = stage.done("AddRecordResource", stage.adding("visit")).firstID {
            if case .recordResourceAdded(let event) = $0 { event.resourceId } else { nil }
        }
        let resource: JSONValue = ["resourceId": .id(id)]
        stage.done("AmendRecordResource", resource.with("content", ["name": "other"]))
        stage.done("RemoveRecordResource", resource)
        let again = stage.world.run("RemoveRecordResource", resource, as: stage.ana)
        #expect(again.answer == .refuses(.notFound))
    }
}
