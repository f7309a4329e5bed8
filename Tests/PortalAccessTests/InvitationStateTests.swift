import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Invitations to own a profile meeting what else becomes of a client: end dates, record statuses,
/// and accounts that were registered on another way.
struct InvitationStateTests {
    enum Hazard: CaseIterable {
        case endDate
        case recordStatus
        case disabled
        case locked
    }

    @Test(arguments: [
        (Hazard.endDate, Refusal.Reason.clientEndDated),
        (.recordStatus, .accountDisabled), (.disabled, .accountDisabled),
        (.locked, .accountLocked),
    ])
    func `nobody who is shut out is invited again, and their link stays`(
        hazard: Hazard,
        reason: Refusal.Reason
    ) {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.befall(hazard)
        let before = stage.invitation
        #expect(stage.outcome("ResendInvitation", stage.invitationInput) == reason)
        #expect(stage.invitation == before)
    }

    @Test(arguments: [
        (Hazard.endDate, EmailFailure.clientEndDated),
        (.recordStatus, .recordStatusDisabled), (.disabled, .accountDisabled),
        (.locked, .accountLocked),
    ])
    func `whoever is shut out is invited, and it is on record that no mail goes`(
        hazard: Hazard,
        reason: EmailFailure
    ) {
        var stage = Stage()
        stage.befall(hazard)
        let invited = stage.done("InviteClient", stage.inviting(ticked: false))
        #expect(invited.map(\.name) == ["ClientInvited", "InvitationEmailFailed"])
        #expect(stage.invitation?.mailFailure == reason)
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        let again = stage.done("ReInviteClient", stage.inviting(ticked: false))
        #expect(again.map(\.name).prefix(2) == ["ClientReInvited", "InvitationEmailFailed"])
    }

    @Test func `once nothing shuts them out the mail can be sent`() {
        var stage = Stage()
        stage.befall(.endDate)
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done("RemoveClientEndDate", stage.clientInput)
        stage.done("ResendInvitation", stage.invitationInput)
        #expect(stage.invitation?.mailFailure == nil)
    }

    @Test func `an invitation is sent again by a template that was chosen`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: false))
        let template = stage.saveInvitation("Follow {{invitationLink}}")
        let chosen = stage.invitationInput.with("templateId", .id(template))
        let events = stage.done("ResendInvitation", chosen)
        guard case .portalInvitationResent(let resent)? = events.first else {
            Issue.record("it was not sent again: \(events)")
            return
        }
        #expect(resent.templateId == template)
        let unknown = stage.invitationInput.with("templateId", .id(Stage.nobody))
        #expect(stage.outcome("ResendInvitation", unknown) == .unknownTemplate)
    }

    @Test func `access that could be used before is granted once`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("InviteClient", stage.inviting(ticked: false))
        let accepted = stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        #expect(accepted.map(\.name) == ["InvitationAccepted", "ProfileOwnershipAssumed"])
        #expect(stage.timesGranted == 1)
    }

    @Test func `access that a rejection took is granted again when it comes back, and once`() {
        var stage = Stage()
        stage.becomeActive()
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        #expect(stage.timesGranted == 2)
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        #expect(stage.timesGranted == 2)
    }

    @Test func `who confirms while the profile is shut gets access when it is opened again`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        stage.becomeActive()
        #expect(stage.world.run("SignIn", stage.signingIn, as: .anonymous).reason == .signInRefused)
        stage.done("ReInviteClient", stage.inviting(ticked: true))
        #expect(stage.timesGranted == 1)
        stage.done("SignIn", stage.signingIn, as: .anonymous)
    }

    @Test func `access that staff took away does not come back with a new invitation`() {
        var stage = Stage()
        stage.becomeActive()
        let grant = stage.profile?.grants.first?.id
        stage.done(
            "RemoveFamilyPortalAccess",
            ["grantId": .id(grant), "confirmed": true]
        )
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        #expect(stage.timesGranted == 1)
    }

    @Test func `a letter is sent once`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating("later"))
        let letter = stage.done(
            "GenerateAccessLetter",
            stage.clientInput.with("templateId", .id(stage.template))
        ).firstID {
            if case .patientAccessLetterGenerated(let event) = $0 { event.letterId } else { nil }
        }
        let sending: JSONValue = ["letterId": .id(letter), "channel": "post"]
        stage.done("MarkAccessLetterSent", sending)
        let again = stage.world.run("MarkAccessLetterSent", sending, as: stage.ana)
        #expect(again.reason == .invalidInput)
        #expect(again.refusal?.field == "letterId")
    }

    @Test func `a professional's access names a role that could be given, or none`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        var grant: JSONValue = [
            "profileId": .id(stage.profile?.id), "subject": .string(stage.ben.description),
        ]
        let unknown = grant.with("roleId", .id(Stage.nobody))
        #expect(stage.outcome("GrantProfessionalAccess", unknown) == .unknownRole)
        stage.done("GrantProfessionalAccess", grant)
        #expect(stage.outcome("GrantProfessionalAccess", unknown) == .unknownRole)
        grant = grant.with("subject", .string(stage.ana.description))
        #expect(stage.outcome("GrantProfessionalAccess", grant) == .alreadyHasAccess)
    }

    @Test func `what professionals are given says whether there was an owner yet`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        let grant: JSONValue = [
            "profileId": .id(stage.profile?.id), "subject": .string(stage.ben.description),
        ]
        let before = stage.done("GrantProfessionalAccess", grant)
        #expect(before.basis == .beforeAcceptance)
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        stage.done("RevokeAccess", grant, as: stage.owner)
        let after = stage.done("GrantProfessionalAccess", grant, as: stage.owner)
        #expect(after.basis == .byOwner)
    }
}

/// Who counts as registered for their own record, in every place where it is asked (S4-03, S4-09).
struct RegisteredClientTests {
    @Test func `whoever has registered is not invited, also when the access has gone`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.registerByLink()
        stage.done("RevokeInvitation", stage.invitationInput)
        #expect(stage.profile == nil)
        #expect(stage.links == ["Send patient portal message"])
        #expect(stage.outcome("SendPortalInvitation", stage.sending) == .alreadyRegistered)
    }

    @Test func `whoever registered to care for somebody else is not registered themself`() {
        var stage = Stage()
        let dora = stage.addClient("P-3", email: "dora@example.org")
        stage.done(
            "SendCaregiverInvitation",
            stage.clientInput.with("existingClientId", .id(dora)).with("confirmed", true)
        )
        let link = stage.registering(by: stage.token(of: .caregiver))
        stage.done("RegisterByLink", link, as: .anonymous)
        stage.choose(dora)
        #expect(stage.links == ["Send patient portal invite"])
        let writing = stage.clientInput.with("body", "Hello")
        #expect(stage.outcome("SendPatientMessage", writing) == .patientNotRegistered)
        stage.done("EnableAutoInvite")
        stage.signedVisit()
        #expect(stage.invitation(.auto)?.state == .pending)
    }
}

extension Stage {
    /// How often the log says that the client was granted access.
    fileprivate var timesGranted: Int {
        world.events.count {
            guard case .patientAccessGranted(let event) = $0 else { return false }
            return event.clientId == client
        }
    }

    /// What staff are shown about invitations and messages, in the list and on the tab alike.
    fileprivate var links: [String] {
        let shown: [ActionLabel] = [.sendPortalInvite, .resendPortalInvite, .sendMessage]
        let actions = world.actions(for: client, as: ana).map(\.label).filter(shown.contains)
        let tab = world.situation(about: client, as: ana).messagingLink
        #expect(actions.map(\.rawValue) == tab.map { [$0] } ?? [])
        return actions.map(\.rawValue)
    }

    fileprivate mutating func befall(_ hazard: InvitationStateTests.Hazard) {
        switch hazard {
        case .endDate:
            done("SetClientEndDate", clientInput.with("endDate", .string("\(world.today)")))
        case .recordStatus: setRecordStatus(.deceased)
        case .disabled:
            becomeActive()
            done("DisablePatientProfileAccount", accountInput)
        case .locked:
            done("CreatePatientPortalCredentials", creating())
            fail(times: 5)
        }
    }

    fileprivate mutating func saveInvitation(_ body: String) -> UniqueID {
        let input: JSONValue = [
            "purpose": "clientInvitation", "name": "Ours", "subject": "Hello",
            "body": .string(body),
        ]
        return done("SaveEmailTemplate", input).firstID {
            if case .emailTemplateSaved(let event) = $0 { event.templateId } else { nil }
        }
    }
}

extension [PortalEvent] {
    fileprivate var basis: AccessBasis? {
        lazy.compactMap {
            if case .professionalAccessGranted(let event) = $0 { event.basis } else { nil }
        }.first
    }
}
