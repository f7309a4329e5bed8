import EventLine
import PortalAccess
import PortalEvents
import Testing

/// T5, an access of a contact, cell by cell, and T6.
struct GrantTableTests {
    enum Row: CaseIterable {
        case invited
        case active
        case suspendedInvited
        case suspended
        case removed
    }

    /// The stage with an access in a row's state.
    private static func stage(_ row: Row) -> (Stage, grant: UniqueID, contact: UniqueID) {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        let grant = stage.addAccess("contact/\(contact)")
        switch row {
        case .invited: break
        case .active: stage.enter()
        case .suspendedInvited: stage.reject()
        case .suspended:
            stage.enter()
            stage.reject()
        case .removed:
            stage.enter()
            stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        }
        return (stage, grant, contact)
    }

    @Test(
        arguments: [
            (.invited, .invited), (.active, .active), (.suspendedInvited, .suspended),
            (.suspended, .suspended), (.removed, .removed),
        ] as [(Row, AccessGrant.State)]
    )
    func `an access stands where it was brought`(row: Row, state: AccessGrant.State) {
        let (stage, grant, _) = Self.stage(row)
        #expect(stage.grant(grant)?.state == state)
        #expect((stage.access(by: grant)?.barrier == nil) == (row == .active))
    }

    @Test(arguments: Row.allCases)
    func `a role can be changed until the access has ended`(row: Row) {
        let (start, grant, _) = Self.stage(row)
        var stage = start
        let input: JSONValue = ["grantId": .id(grant), "roleId": .id(stage.role("physician"))]
        let outcome = stage.world.run("ChangeAccessRole", input, as: stage.ana)
        let expected: Answer =
            row == .removed ? .refuses(.accessRemoved) : .writes("AccessRoleChanged")
        #expect(outcome.answer == expected)
        guard row == .active else { return }
        #expect(stage.access(by: grant)?.permissions == [.medications, .visits])
        let unknown = input.with("roleId", .id(Stage.nobody))
        let refused = stage.world.run("ChangeAccessRole", unknown, as: stage.ana)
        #expect(refused.reason == .unknownRole)
    }

    @Test(
        arguments: [
            (.invited, .writes("FamilyPortalAccessRemoved InvitationRevoked")),
            (.active, .writes("FamilyPortalAccessRemoved SessionsEnded")),
            (.suspendedInvited, .writes("FamilyPortalAccessRemoved InvitationRevoked")),
            (.suspended, .writes("FamilyPortalAccessRemoved SessionsEnded")),
            (.removed, .refuses(.accessRemoved)),
        ] as [(Row, Answer)]
    )
    func `an access that is removed ends for good`(row: Row, expected: Answer) {
        let (start, grant, _) = Self.stage(row)
        var stage = start
        let input: JSONValue = ["grantId": .id(grant), "confirmed": true]
        let outcome = stage.world.run("RemoveFamilyPortalAccess", input, as: stage.ana)
        #expect(outcome.answer == expected)
        #expect(stage.grant(grant)?.state == .removed)
        let resend = stage.world.run("ResendInvitation", stage.portalInvitation, as: stage.ana)
        #expect(resend.reason == .accessRemoved)
    }

    @Test(
        arguments: [
            (.invited, nil), (.suspendedInvited, .accessSuspended), (.removed, .noProfileAccess),
            (.suspended, .accessSuspended),
        ] as [(Row, SignInRefusal?)]
    )
    func `the holder signs in only where something can be seen`(
        row: Row,
        refusal: SignInRefusal?
    ) {
        var (stage, grant, _) = Self.stage(row)
        let password = row == .suspended || row == .removed ? Stage.password : stage.mailedPassword
        #expect(stage.signInRefusal("pat@example.org", password) == refusal)
        #expect((stage.grant(grant)?.state == .active) == (refusal == nil))
    }

    @Test(
        arguments: [
            (.invited, .invited), (.active, .active), (.removed, .removed),
        ] as [(Row, AccessGrant.State)]
    )
    func `a new invitation gives back what the rejection took, and no more`(
        row: Row,
        state: AccessGrant.State
    ) {
        var (stage, grant, contact) = Self.stage(row)
        stage.reject()
        #expect(stage.grant(grant)?.state == (row == .removed ? .removed : .suspended))
        if row == .active {
            #expect(stage.access(by: grant)?.barrier == .accessRemovedByRejection)
        }
        let resend = stage.world.run("ResendInvitation", stage.portalInvitation, as: stage.ana)
        #expect(!resend.isObeyed)
        let add = stage.givingAccess("contact/\(contact)", email: "other@example.org")
        let adding = stage.world.run("AddFamilyPortalAccess", add, as: stage.ana)
        #expect(adding.reason == .accessRemovedByRejection)
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        #expect(stage.grant(grant)?.state == state)
    }

    @Test func `a rejection does not give back what an end date took`() {
        var (stage, grant, _) = Self.stage(.active)
        stage.reject()
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        #expect(stage.grant(grant)?.state == .suspended)
        stage.done("RemoveClientEndDate", stage.clientInput)
        #expect(stage.grant(grant)?.state == .active)
    }

    @Test func `disabling a contact ends the access to this client, once confirmed`() {
        var (stage, grant, contact) = Self.stage(.active)
        let input: JSONValue = ["contactId": .id(contact)]
        let asked = stage.world.run("DisableContact", input, as: stage.ana)
        #expect(asked.answer == .refuses(.confirmationRequired))
        let disabled = stage.done("DisableContact", input.with("confirmed", true))
        #expect(
            disabled.map(\.name) == [
                "ContactDisabled", "FamilyPortalAccessRemoved", "SessionsEnded",
            ]
        )
        #expect(stage.access(by: grant)?.barrier == .noProfileAccess)
        let again = stage.world.run(
            "AddFamilyPortalAccess",
            stage.givingAccess("contact/\(contact)"),
            as: stage.ana
        )
        #expect(again.reason == .contactDisabled)
        stage.reject()
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        stage.done("EnableContact", input)
        #expect(stage.grant(grant)?.state == .removed)
        #expect(stage.signInRefusal("pat@example.org", Stage.password) == .noProfileAccess)
        stage.addAccess("contact/\(contact)")
    }

    @Test func `disabling a contact without access needs no confirmation`() {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        let disabled = stage.done("DisableContact", ["contactId": .id(contact)])
        #expect(disabled.map(\.name) == ["ContactDisabled"])
    }

    @Test func `staff change nothing on a profile that its owner controls`() {
        var (stage, grant, contact) = Self.stage(.active)
        stage.done("InviteClient", stage.inviting(ticked: false))
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        let other = stage.addContact()
        let before = stage.world.fold
        let calls: [(String, JSONValue)] = [
            ("AddFamilyPortalAccess", stage.givingAccess("contact/\(other)", email: "o@x.org")),
            ("ChangeAccessRole", ["grantId": .id(grant), "roleId": .id(stage.role("family"))]),
            ("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true]),
            ("DisableContact", ["contactId": .id(contact), "confirmed": true]),
        ]
        for (name, input) in calls {
            let outcome = stage.world.run(name, input, as: stage.ana)
            #expect(outcome.answer == .refuses(.onlyOwnerControlsAccess), "\(name)")
        }
        #expect(stage.world.fold == before)
        let labels = stage.world.actions(for: stage.client, as: stage.ana).map(\.label)
        for label in [ActionLabel.addContactAccess, .addClientAccess, .manageAccess] {
            #expect(!labels.contains(label))
        }
        let revoking: JSONValue = [
            "profileId": .id(stage.profile?.id ?? Stage.nobody),
            "subject": .string("person/\(stage.person(contact))"),
        ]
        let revoked = stage.done("RevokeAccess", revoking, as: stage.owner)
        #expect(revoked.map(\.name) == ["FamilyPortalAccessRemoved", "SessionsEnded"])
        #expect(stage.access(by: grant)?.barrier == .noProfileAccess)
    }

    @Test func `a role that somebody has, or that routes give, stays`() {
        var (stage, grant, _) = Self.stage(.invited)
        let family: JSONValue = ["roleId": .id(stage.role("family"))]
        #expect(stage.world.run("RetirePortalRole", family, as: stage.ana).reason == .roleInUse)
        let patient: JSONValue = ["roleId": .id(stage.role("patient"))]
        #expect(stage.world.run("RetirePortalRole", patient, as: stage.ana).reason == .roleInUse)
        stage.done(
            "ChangeAccessRole",
            ["grantId": .id(grant), "roleId": .id(stage.role("physician"))]
        )
        stage.done("RetirePortalRole", family)
        let giving = stage.givingAccess("client/\(stage.client)", email: "carla@example.org")
        let retired = stage.world.run("AddFamilyPortalAccess", giving, as: stage.ana)
        #expect(retired.reason == .roleRetired)
        let again = stage.world.run("RetirePortalRole", family, as: stage.ana)
        #expect(again.reason == .roleRetired)
    }

    @Test func `who is shut out is mailed no password`() {
        var (stage, grant, _) = Self.stage(.invited)
        let own = stage.addAccess("client/\(stage.client)", email: "carla@example.org")
        #expect(stage.grant(own)?.state == .invited)
        stage.setRecordStatus(.inactive)
        let resend = stage.world.run("ResendInvitation", stage.portalInvitation, as: stage.ana)
        #expect(resend.answer == .refuses(.accountDisabled))
        #expect(stage.signInRefusal("carla@example.org") == .accountDisabled)
        stage.setRecordStatus(.active)
        stage.done("SetClientEndDate", stage.clientInput.with("endDate", "2026-03-02"))
        let ended = stage.world.run("ResendInvitation", stage.portalInvitation, as: stage.ana)
        #expect(ended.reason == .clientEndDated)
        #expect(stage.grant(grant)?.state == .suspended)
    }

    @Test func `staff are shown what they can do for each contact`() {
        var (stage, grant, contact) = Self.stage(.invited)
        let other = stage.addContact()
        let shown = stage.world.actions(for: stage.client, as: stage.ana)
        #expect(shown.contains(AvailableAction(.addClientAccess)))
        #expect(shown.contains(AvailableAction(.addContactAccess, contactID: other)))
        #expect(!shown.contains(AvailableAction(.addContactAccess, contactID: contact)))
        #expect(shown.contains(AvailableAction(.resendInvite, contactID: contact)))
        #expect(shown.contains(AvailableAction(.manageAccess, contactID: contact)))
        #expect(!shown.contains(AvailableAction(.manageAccess, contactID: other)))
        stage.enter()
        let later = stage.world.actions(for: stage.client, as: stage.ana)
        #expect(!later.contains(AvailableAction(.resendInvite, contactID: contact)))
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        let last = stage.world.actions(for: stage.client, as: stage.ana)
        #expect(last.contains(AvailableAction(.addContactAccess, contactID: contact)))
        #expect(stage.world.actions(for: stage.client, as: stage.ben).isEmpty)
    }

    @Test func `who is not a contact of the client gets no access`() {
        var stage = Stage.forFamilyPortal()
        let first = stage.client
        let second = stage.addClient("P-2", email: "dan@example.org")
        stage.choose(second)
        let stranger = stage.addContact()
        stage.choose(first)
        for holder in ["contact/\(stranger)", "client/\(second)"] {
            let outcome = stage.world.run(
                "AddFamilyPortalAccess",
                stage.givingAccess(holder),
                as: stage.ana
            )
            #expect(outcome.answer == .refuses(.notAContactOfClient), "\(holder)")
        }
        for kind in ["contact", "client", "representative"] {
            let giving = stage.givingAccess("\(kind)/\(Stage.nobody)")
            let outcome = stage.world.run("AddFamilyPortalAccess", giving, as: stage.ana)
            #expect(outcome.answer == .refuses(.notFound), "\(kind)")
        }
        let unknown = stage.clientInput.with("name", "X").with("relationship", "y")
            .with("personId", .id(Stage.nobody))
        #expect(stage.world.run("AddContact", unknown, as: stage.ana).reason == .notFound)
    }

    @Test func `without an email template of the organisation nobody is invited`() {
        var stage = Stage()
        stage.makeProfile()
        stage.defineRole("family", ["visits"])
        let giving = stage.givingAccess("client/\(stage.client)", email: "carla@example.org")
        let outcome = stage.world.run("AddFamilyPortalAccess", giving, as: stage.ana)
        #expect(outcome.answer == .refuses(.noEmailTemplate))
    }
}
