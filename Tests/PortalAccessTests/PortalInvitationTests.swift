import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Who may be invited to register by a link, by whom, and where the mail goes (S4, S2-13).
struct PortalInvitationTests {
    @Test func `a first invitation opens the account, and a second is not sent`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        #expect(stage.userState == .pendingRegistration)
        #expect(stage.outcome("SendPortalInvitation", stage.sending) == .invitationPending)
        stage.pass(days: 14)
        stage.done("SendPortalInvitation", stage.sending)
        #expect(stage.state.accounts.count == 1)
    }

    @Test func `of two invitations to one address only one can be pending`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let first: JSONValue = ["invitationId": .id(stage.invitation(.registration)?.id)]
        stage.pass(days: 14)
        stage.done("SendPortalInvitation", stage.sending)
        #expect(stage.outcome("ResendInvitation", first) == .invitationPending)
    }

    @Test func `whoever is shut out gets no link, and an old one lets nobody in`() {
        for hazard in Hazard.allCases {
            var stage = Stage()
            stage.done("SendPortalInvitation", stage.sending)
            let invitation: JSONValue = ["invitationId": .id(stage.invitation(.registration)?.id)]
            let token = stage.token(of: .registration)
            let reason = stage.befall(hazard)
            #expect(stage.outcome("SendPortalInvitation", stage.sending) == reason, "\(hazard)")
            #expect(stage.outcome("ResendInvitation", invitation) == reason, "\(hazard)")
            let register = stage.registering(by: token)
            #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == reason)
            #expect(stage.account?.isRegistered == false)
        }
    }

    enum Hazard: CaseIterable {
        case recordStatus
        case lock
    }

    @Test func `a link is as good as credentials, until it ends or the account is locked`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let distribute = "DistributePatientProfileCredentials"
        #expect(stage.outcome(distribute, stage.distributing) == .hasActiveCredentials)
        var locked = stage
        locked.fail(times: 5)
        locked.done(distribute, locked.distributing)
        stage.pass(days: 14)
        stage.done(distribute, stage.distributing)
    }

    @Test func `whoever has registered is not invited again`() {
        var stage = Stage()
        stage.registerByLink()
        #expect(stage.outcome("SendPortalInvitation", stage.sending) == .alreadyRegistered)
    }

    @Test func `an invitation needs an address on the card that nobody else signs in with`() {
        var stage = Stage()
        stage.registerByLink()
        stage.choose(stage.addClient("P-2", email: "CARLA@example.org"))
        #expect(stage.outcome("SendPortalInvitation", stage.sending) == .loginEmailInUse)
        stage.done("ChangeClientEmail", stage.clientInput)
        #expect(stage.outcome("SendPortalInvitation", stage.sending) == .emailRequired)
    }

    @Test func `an administrator can take the right to invite away, and give it`() {
        var stage = Stage()
        let clerk = stage.addStaff(["name": "Clerk"])
        stage.grant(.sendPortalInvitation, to: clerk)
        stage.done("SendPortalInvitation", stage.sending, as: clerk)
        let invitation: JSONValue = ["invitationId": .id(stage.invitation(.registration)?.id)]
        stage.setRight(of: clerk, false)
        let caregiver = stage.clientInput.with("name", "Cem").with("email", "cem@example.org")
            .with("confirmed", true)
        for (command, input) in [
            ("SendPortalInvitation", stage.sending), ("ResendInvitation", invitation),
            ("SendCaregiverInvitation", caregiver),
        ] {
            #expect(stage.outcome(command, input, as: clerk) == .staffMayNotInvite, "\(command)")
        }
        stage.setRight(of: clerk, true)
        stage.done("ResendInvitation", invitation, as: clerk)
        #expect(
            stage.outcome("SendPortalInvitation", stage.sending, as: stage.ben) == .notPermitted
        )
        stage.setRight(of: stage.ben, true)
        stage.done("SendCaregiverInvitation", caregiver, as: stage.ben)
    }

    @Test func `which permission an invitation needs depends on its kind`() {
        var stage = Stage()
        let coordinator = stage.addStaff(["name": "Coordinator"])
        stage.grant(.inviteClient, to: coordinator)
        stage.done("SendPortalInvitation", stage.sending)
        let sent: JSONValue = ["invitationId": .id(stage.invitation(.registration)?.id)]
        for command in ["ResendInvitation", "RevokeInvitation"] {
            let outcome = stage.world.run(command, sent, as: coordinator)
            #expect(outcome.answer == .refuses(.notPermitted, recording: "CommandRefused"))
        }
        stage.done("InviteClient", stage.inviting(ticked: false), as: coordinator)
        stage.done("RevokeInvitation", stage.invitationInput, as: coordinator)
    }

    @Test func `templates must exist and hold the link`() {
        var stage = Stage()
        let unknown = stage.sending.with("templateId", .id(Stage.nobody))
        #expect(stage.outcome("SendPortalInvitation", unknown) == .unknownTemplate)
        stage.done("SendPortalInvitation", stage.sending)
        let resending: JSONValue = [
            "invitationId": .id(stage.invitation(.registration)?.id),
            "templateId": .id(Stage.nobody),
        ]
        #expect(stage.outcome("ResendInvitation", resending) == .unknownTemplate)
    }

    @Test func `an invitation goes to the address on the card, also when it is sent again`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let stranger = stage.token(of: .registration)
        let sent: JSONValue = ["invitationId": .id(stage.invitation(.registration)?.id)]
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "c@example.org"))
        let events = stage.done("ResendInvitation", sent).map(\.name)
        #expect(events == ["PortalInvitationResent"])
        #expect(stage.invitation(.registration)?.recipientEmail == "c@example.org")
        let register = stage.registering(by: stranger)
        #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == .invitationExpired)
        let own = stage.registering(by: stage.token(of: .registration))
        stage.done("RegisterByLink", own, as: .anonymous)
        #expect(stage.account?.loginEmail == "c@example.org")
    }

    @Test func `a new invitation ends that to the address of before`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let stranger = stage.registering(by: stage.token(of: .registration))
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "c@example.org"))
        stage.done("SendPortalInvitation", stage.sending)
        #expect(stage.outcome("RegisterByLink", stranger, as: .anonymous) == .invitationRevoked)
    }

    @Test func `taking back an invitation to the portal deletes no profile`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("SendPortalInvitation", stage.sending)
        let sent: JSONValue = ["invitationId": .id(stage.invitation(.registration)?.id)]
        stage.done("RevokeInvitation", sent)
        #expect(stage.profile?.ownership == .provisional)
        #expect(stage.state.status == .pendingAcceptance)
    }

    @Test func `declining to register takes nobody's access`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        stage.done("SendPortalInvitation", stage.sending)
        let link: JSONValue = ["token": stage.token(of: .registration)]
        let outcome = stage.world.run("RejectInvitation", link, as: .anonymous)
        #expect(outcome.names == ["InvitationRejected"])
        #expect(stage.profile?.grants.map(\.state) == [.active])
    }

    @Test func `an address opens no profile to be owned, and an owner's link registers nobody`() {
        var stage = Stage()
        stage.done("SendPortalInvitation", stage.sending)
        let accepting: JSONValue = [
            "token": stage.token(of: .registration), "capacity": "self",
            "password": .string(Stage.password),
        ]
        #expect(stage.outcome("AcceptInvitation", accepting, as: .anonymous) == .notFound)
        stage.done("InviteClient", stage.inviting(ticked: false))
        let owning = stage.registering(by: stage.token(of: .ownership))
        #expect(stage.outcome("RegisterByLink", owning, as: .anonymous) == .notFound)
    }

    @Test func `nobody is invited to a profile that its owner controls`() {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        let accepting = stage.accepting.with("capacity", "legalRepresentative")
        stage.done("AcceptInvitation", accepting, as: .anonymous)
        stage.done("ChangeClientEmail", stage.clientInput.with("new", "c@example.org"))
        #expect(stage.outcome("SendPortalInvitation", stage.sending) == .onlyOwnerControlsAccess)
    }
}

extension Stage {
    /// Why a command is refused; nil if it is obeyed.
    mutating func outcome(
        _ command: String,
        _ input: JSONValue,
        as actor: Actor? = nil
    ) -> Refusal.Reason? {
        world.run(command, input, as: actor ?? ana).reason
    }

    fileprivate mutating func setRight(of actor: Actor, _ mayInvite: Bool) {
        guard case .staff(let id) = actor else { return }
        done("SetStaffInvitationRight", ["staffId": .id(id), "mayInvite": .bool(mayInvite)])
    }

    fileprivate mutating func befall(
        _ hazard: PortalInvitationTests.Hazard
    ) -> Refusal.Reason {
        switch hazard {
        case .recordStatus:
            setRecordStatus(.inactive)
            return .recordStatusDisabled
        case .lock:
            fail(times: 5)
            return .accountLocked
        }
    }
}

extension JSONValue {
    static func id(_ id: UniqueID?) -> JSONValue { .id(id ?? Stage.nobody) }
}
