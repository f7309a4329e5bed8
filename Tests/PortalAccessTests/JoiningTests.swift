import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Somebody who has an account and is invited once more gets the access on the account they have
/// (row 49): no second account, and no password that the holder of a link puts in the place of
/// theirs.
struct JoiningTests {
    private var stage = Stage()
    /// Another client, who has an account and is asked to care for Carla.
    private let cem: UniqueID
    private static let cemsPassword = "cem's own password"

    init() {
        let carla = stage.client
        cem = stage.addClient("P-2", email: "cem@example.org")
        stage.choose(cem)
        stage.done("SendPortalInvitation", stage.sending)
        let link = stage.token(of: .registration)
        stage.done(
            "RegisterByLink",
            stage.registering(by: link, Self.cemsPassword),
            as: .anonymous
        )
        stage.choose(carla)
    }

    private var cemsAccount: PortalAccount? { stage.world.clients[cem]?.ownAccount }

    private var entered: JSONValue {
        stage.clientInput.with("name", "Cem").with("email", "CEM@example.org")
            .with("confirmed", true)
    }

    private var existing: JSONValue {
        stage.clientInput.with("existingClientId", .id(cem)).with("confirmed", true)
    }

    @Test func `the holder of a link does not get at an account without its password`() {
        for input in [entered, existing] {
            var stage = stage
            stage.done("SendCaregiverInvitation", input)
            let link = stage.token(of: .caregiver)
            let register = stage.registering(by: link)
            let outcome = stage.world.run("RegisterByLink", register, as: .anonymous)
            #expect(outcome.answer == .refuses(.loginEmailInUse, recording: "SignInRefused"))
            #expect(stage.profile == nil)
            let hash = stage.world.clients[cem]?.ownAccount?.passwordHash
            #expect(hash == cemsAccount?.passwordHash)
        }
    }

    @Test func `a collaborator gets an account by a link, and no second access`() throws {
        var stage = stage
        stage.makeProfile()
        let dan = stage.addClient("P-7", email: "dan@example.org")
        let inviting = stage.clientInput.with("existingClientId", .id(dan))
        stage.done("SendCaregiverInvitation", inviting.with("confirmed", true))
        let granting: JSONValue = [
            "profileId": .id(stage.profile?.id), "subject": .string("person/\(dan)"),
            "roleId": .id(stage.role("patient")),
        ]
        stage.done("GrantCollaboratorAccess", granting)
        let link = stage.registering(by: stage.token(of: .caregiver))
        stage.done("RegisterByLink", link, as: .anonymous)
        let account = try #require(stage.world.clients[dan]?.ownAccount)
        let profile = try #require(stage.profile)
        #expect(profile.grants.count == 1)
        let situation = stage.world.situation(about: stage.client)
        #expect(situation.access(of: account.id, to: profile).barrier == nil)
        stage.done("RevokeAccess", granting.with("roleId", nil))
        let after = stage.world.situation(about: stage.client)
        let left = try #require(stage.profile)
        #expect(after.access(of: account.id, to: left).barrier == .noProfileAccess)
    }

    @Test func `with somebody's access goes every link to the address they sign in with`() {
        var stage = Stage.forFamilyPortal()
        let mailing = stage.clientInput.with("name", "Care").with("email", "pat@example.org")
        stage.done("SendCaregiverInvitation", mailing.with("confirmed", true))
        let link = stage.registering(by: stage.token(of: .caregiver))
        let grant = stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        #expect(stage.outcome("RegisterByLink", link, as: .anonymous) == .invitationRevoked)
        stage.done("EnableAutoInvite")
        stage.addRepresentative("pat@example.org")
        stage.signedVisit()
        let sent = stage.state.invitations.filter { $0.kind == .auto }
        #expect(sent.map(\.recipientKind) == [.patient])
    }

    @Test func `a link gives no second access beside that of a collaborator`() {
        var stage = stage
        stage.makeProfile()
        stage.done("SendCaregiverInvitation", existing)
        let granting: JSONValue = [
            "profileId": .id(stage.profile?.id), "subject": .string("person/\(cem)"),
            "roleId": .id(stage.role("patient")),
        ]
        stage.done("GrantCollaboratorAccess", granting)
        let right = stage.registering(by: stage.token(of: .caregiver), Self.cemsPassword)
        #expect(stage.outcome("RegisterByLink", right, as: .anonymous) == .alreadyHasAccess)
    }

    @Test func `guessing the password by a link is stopped as guessing at the sign-in is`() {
        var stage = stage
        stage.done("SendCaregiverInvitation", existing)
        let link = stage.token(of: .caregiver)
        for _ in 1...20 {
            stage.world.run("RegisterByLink", stage.registering(by: link), as: .anonymous)
        }
        let right = stage.registering(by: link, Self.cemsPassword)
        #expect(stage.outcome("RegisterByLink", right, as: .anonymous) == .loginEmailInUse)
        stage.world.now = stage.world.now.adding(microseconds: Int64.hour)
        stage.done("RegisterByLink", right, as: .anonymous)
    }

    @Test func `with the account's password the access is added to it`() {
        for input in [entered, existing] {
            var stage = stage
            stage.done("SendCaregiverInvitation", input)
            let register = stage.registering(by: stage.token(of: .caregiver), Self.cemsPassword)
            let events = stage.done("RegisterByLink", register, as: .anonymous)
            #expect(
                events.map(\.name) == [
                    "InvitationAccepted", "MedicalProfileCreated", "FamilyPortalAccessAdded",
                ]
            )
            let grant = stage.profile?.grants.first
            #expect(grant?.holder == cemsAccount.map { .account($0.id) })
            #expect(grant?.portalHolder?.homeClientID == cem)
            #expect(grant?.state == .active)
            #expect(stage.world.clients[cem]?.ownAccount?.reaches == [stage.client])
            #expect(stage.world.clients.values.flatMap(\.accounts).count == 1)
        }
    }

    @Test func `somebody who is signed in needs no password again`() {
        var stage = stage
        stage.done("SendCaregiverInvitation", existing)
        let register = stage.registering(by: stage.token(of: .caregiver), "whatever it is")
        let other = stage.world.run("RegisterByLink", register, as: .portalUser(Stage.nobody))
        #expect(other.reason == .loginEmailInUse)
        let actor = cemsAccount.map { Actor.portalUser($0.id) } ?? .anonymous
        stage.done("RegisterByLink", register, as: actor)
        #expect(stage.profile?.grants.count == 1)
    }

    @Test func `whoever has the access already is not invited again`() {
        var stage = stage
        stage.done("SendCaregiverInvitation", existing)
        let pending = stage.outcome("SendCaregiverInvitation", entered)
        #expect(pending == .invitationPending)
        let register = stage.registering(by: stage.token(of: .caregiver), Self.cemsPassword)
        stage.done("RegisterByLink", register, as: .anonymous)
        #expect(stage.outcome("SendCaregiverInvitation", existing) == .alreadyHasAccess)
    }

    @Test func `a caregiver who is shut out stays out`() {
        var stage = stage
        stage.done("SendCaregiverInvitation", existing)
        let register = stage.registering(by: stage.token(of: .caregiver), Self.cemsPassword)
        let carla = stage.client
        stage.choose(cem)
        stage.done("DisablePatientProfileAccount", stage.accountInput)
        stage.choose(carla)
        #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == .accountDisabled)
        #expect(stage.outcome("SendCaregiverInvitation", existing) == .accountDisabled)
        let sent: JSONValue = ["invitationId": .id(stage.invitation(.caregiver)?.id)]
        #expect(stage.outcome("ResendInvitation", sent) == .accountDisabled)
    }

    @Test func `a client whose record is closed is not invited to care for another`() {
        var stage = stage
        let carla = stage.client
        let dora = stage.addClient("P-3", email: "dora@example.org")
        let input = stage.clientInput.with("existingClientId", .id(dora)).with("confirmed", true)
        stage.done("SendCaregiverInvitation", input)
        stage.choose(dora)
        stage.setRecordStatus(.deceased)
        stage.choose(carla)
        let register = stage.registering(by: stage.token(of: .caregiver))
        #expect(stage.outcome("RegisterByLink", register, as: .anonymous) == .recordStatusDisabled)
        let sent: JSONValue = ["invitationId": .id(stage.invitation(.caregiver)?.id)]
        #expect(stage.outcome("ResendInvitation", sent) == .recordStatusDisabled)
        stage.pass(days: 14)
        #expect(stage.outcome("SendCaregiverInvitation", input) == .recordStatusDisabled)
    }

    @Test func `a client without an account gets their own when they register as a caregiver`() {
        var stage = stage
        let dora = stage.addClient("P-3", email: "dora@example.org")
        stage.done(
            "SendCaregiverInvitation",
            stage.clientInput.with("existingClientId", .id(dora)).with("confirmed", true)
        )
        let register = stage.registering(by: stage.token(of: .caregiver))
        stage.done("RegisterByLink", register, as: .anonymous)
        let account = stage.world.clients[dora]?.ownAccount
        #expect(account?.isRegistered == true)
        #expect(account?.reaches == [stage.client])
        #expect(stage.state.accounts == [])
        // Her own record is another matter.
        stage.choose(dora)
        #expect(stage.profile == nil)
        stage.done("SendPortalInvitation", stage.sending)
        let own = stage.registering(by: stage.token(of: .registration), "guessed wrongly")
        #expect(stage.outcome("RegisterByLink", own, as: .anonymous) == .loginEmailInUse)
        stage.done(
            "RegisterByLink",
            stage.registering(by: stage.token(of: .registration)),
            as: .anonymous
        )
        #expect(stage.state.accounts.count == 1)
        #expect(stage.profile?.grants.map(\.state) == [.active])
    }

    @Test func `what a caregiver's invitation needs is asked for`() {
        var stage = stage
        let missing: [(JSONValue, Refusal.Reason)] = [
            (entered.with("name", nil), .requiredFieldMissing),
            (entered.with("name", " "), .requiredFieldMissing),
            (entered.with("email", nil), .requiredFieldMissing),
            (entered.with("confirmed", nil), .confirmationRequired),
            (existing.with("confirmed", false), .confirmationRequired),
            (existing.with("existingClientId", .id(Stage.nobody)), .notFound),
            (existing.with("existingClientId", .id(stage.client)), .invalidInput),
            (existing.with("name", "Cem"), .invalidInput),
        ]
        for (input, reason) in missing {
            #expect(stage.outcome("SendCaregiverInvitation", input) == reason)
        }
    }

    @Test func `clients are not invited to their own record as caregivers`() {
        var stage = stage
        stage.registerByLink()
        let input = entered.with("email", "carla@example.org")
        #expect(stage.outcome("SendCaregiverInvitation", input) == .loginEmailInUse)
    }

    @Test func `a caregiver's role is the one of that name, or the role of patients`() {
        for hasRole in [true, false] {
            var stage = stage
            if hasRole {
                stage.done(
                    "DefinePortalRole",
                    ["name": "Caregiver", "permissions": ["appointments"]]
                )
            }
            stage.done("SendCaregiverInvitation", existing)
            let register = stage.registering(by: stage.token(of: .caregiver), Self.cemsPassword)
            stage.done("RegisterByLink", register, as: .anonymous)
            let role = stage.profile?.grants.first?.roleID
            let name = role.flatMap { stage.world.organisation.roles[$0]?.name }
            #expect(name == (hasRole ? "Caregiver" : "patient"))
        }
    }
}
