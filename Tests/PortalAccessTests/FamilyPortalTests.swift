import EventLine
import PortalAccess
import PortalEvents
import Testing

/// Portal access of clients and contacts, and what could let somebody in (S3).
struct FamilyPortalTests {
    @Test func `one contact of two clients signs in once and sees both, in another role each`() {
        var stage = Stage.forFamilyPortal()
        let first = stage.client
        let contact = stage.addContact(email: "pat@example.org")
        let person = stage.person(contact)
        let family = stage.addAccess("contact/\(contact)")
        let firstProfile = stage.profile?.id
        let second = stage.addClient("P-2", email: "dan@example.org")
        stage.choose(second)
        let secondProfile = stage.makeProfile()
        let other = stage.addContact(email: "pat@work.example", person: person)

        let elsewhere = stage.givingAccess("contact/\(other)", email: "pat@work.example")
        let fixed = stage.world.run("AddFamilyPortalAccess", elsewhere, as: stage.ana)
        #expect(fixed.reason == .loginEmailFixed)
        let physician = stage.addAccess("contact/\(other)", as: "physician")
        #expect(stage.holder(of: physician) == stage.holder(of: family))
        #expect(Set(stage.enter()) == Set([firstProfile, secondProfile].compactMap { $0 }))
        #expect(stage.access(by: physician)?.permissions == [.medications, .visits])
        stage.choose(first)
        #expect(stage.access(by: family)?.permissions == [.visits])
        #expect(stage.grant(family)?.state == .active)
        #expect(stage.grant(physician)?.state == .active)
    }

    @Test func `a first access mails a temporary password and opens an account`() {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        let added = stage.done("AddFamilyPortalAccess", stage.givingAccess("contact/\(contact)"))
        #expect(
            added.map(\.name) == [
                "ContactAccountOnboarded", "LoginEmailClaimed", "FamilyPortalAccessAdded",
                "TemporaryPasswordIssued", "PortalInvitationSent",
            ]
        )
        let own = stage.done(
            "AddFamilyPortalAccess",
            stage.givingAccess("client/\(stage.client)", email: "carla@example.org", as: "patient")
        )
        #expect(own.first?.name == "PatientAccountOnboarded")
        #expect(stage.userState == .pendingRegistration)
        let signedIn = stage.done("SignIn", stage.signingIn("carla@example.org"), as: .anonymous)
        #expect(
            signedIn.map(\.name) == ["InvitationAccepted", "SignedIn", "PatientAccessGranted"]
        )
        #expect(stage.userState == .active)
        #expect(stage.state.status == .notInvited)
    }

    @Test func `nothing but a new password is obeyed until it is set`() {
        var stage = Stage.forFamilyPortal()
        let grant = stage.addAccess("client/\(stage.client)", email: "carla@example.org")
        let owner = Actor.portalUser(stage.holder(of: grant))
        let early = stage.world.run("SetPassword", ["password": "a new secret"], as: owner)
        #expect(early.reason == .notRegistered)
        stage.done("SignIn", stage.signingIn("carla@example.org"), as: .anonymous)
        for name in ["SignOut", "AddRecordResource", "AcceptInvitation", "AddContact"] {
            guard let form = CommandForm.all.first(where: { $0.name == name }) else { continue }
            let outcome = stage.world.run(name, form.input, as: owner)
            #expect(outcome.answer == .refuses(.passwordMustBeSet), "\(name)")
        }
        let weak = stage.world.run("SetPassword", ["password": "short"], as: owner)
        #expect(weak.reason == .weakPassword)
        let mailed = stage.mailedPassword
        let same = stage.world.run("SetPassword", ["password": .string(mailed)], as: owner)
        #expect(same.reason == .weakPassword)
        stage.done("SetPassword", ["password": .string(Stage.password)], as: owner)
        stage.done("SignOut", as: owner)
        #expect(stage.signInRefusal("carla@example.org", mailed) == .wrongPassword)
        stage.done("SignIn", stage.signingIn("carla@example.org", Stage.password), as: .anonymous)
    }

    @Test func `only the newest temporary password works`() {
        var stage = Stage.forFamilyPortal()
        stage.addAccess("contact/\(stage.addContact())")
        let first = stage.mailedPassword
        stage.done("ResendInvitation", stage.portalInvitation)
        let second = stage.mailedPassword
        #expect(first != second)
        #expect(stage.signInRefusal("pat@example.org", first) == .wrongPassword)
        let person = stage.person(stage.state.contacts[0].id)
        stage.choose(stage.addClient("P-2", email: "dan@example.org"))
        stage.makeProfile()
        stage.addAccess("contact/\(stage.addContact(person: person))")
        #expect(stage.signInRefusal("pat@example.org", second) == .wrongPassword)
        stage.enter()
        let again = stage.world.run("ResendInvitation", stage.portalInvitation, as: stage.ana)
        #expect(again.reason == .alreadySignedIn)
    }

    @Test func `a temporary password works until its time is over, timer or not`() {
        var stage = Stage.forFamilyPortal()
        stage.addAccess("contact/\(stage.addContact())")
        stage.world.now = stage.world.now.adding(microseconds: 7 * Int64.day)
        #expect(stage.signInRefusal() == .temporaryPasswordExpired)
        #expect(stage.signInRefusal("pat@example.org", "wrong one") == .wrongPassword)
        stage.done("ResendInvitation", stage.portalInvitation)
        stage.enter()
    }

    @Test func `a further access for somebody who signed in mails no password`() {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        stage.addAccess("contact/\(contact)")
        stage.enter()
        let person = stage.person(contact)
        stage.choose(stage.addClient("P-2", email: "dan@example.org"))
        stage.makeProfile()
        let other = stage.addContact(person: person)
        let added = stage.done("AddFamilyPortalAccess", stage.givingAccess("contact/\(other)"))
        #expect(added.map(\.name) == ["FamilyPortalAccessAdded", "PortalInvitationSent"])
        #expect(stage.profile?.grants.first?.state == .active)
        stage.done("SignIn", stage.signingIn("pat@example.org", Stage.password), as: .anonymous)
    }

    @Test func `removed access shuts the profile, and added again it uses the same account`() {
        var stage = Stage.forFamilyPortal()
        let grant = stage.addAccess("client/\(stage.client)", email: "carla@example.org")
        stage.enter("carla@example.org")
        let account = stage.holder(of: grant)
        let input: JSONValue = ["grantId": .id(grant)]
        let asked = stage.world.run("RemoveFamilyPortalAccess", input, as: stage.ana)
        #expect(asked.reason == .confirmationRequired)
        let removed = stage.done("RemoveFamilyPortalAccess", input.with("confirmed", true))
        #expect(removed.map(\.name) == ["FamilyPortalAccessRemoved", "SessionsEnded"])
        #expect(stage.access(by: grant)?.barrier == .noProfileAccess)
        #expect(stage.signInRefusal("carla@example.org", Stage.password) == .noProfileAccess)
        let twice = stage.world.run(
            "RemoveFamilyPortalAccess",
            input.with("confirmed", true),
            as: stage.ana
        )
        #expect(twice.reason == .accessRemoved)
        let again = stage.done(
            "AddFamilyPortalAccess",
            stage.givingAccess("client/\(stage.client)", email: "new@example.org")
        )
        #expect(
            again.map(\.name) == [
                "LoginEmailReleased", "LoginEmailClaimed", "LoginEmailChanged", "SessionsEnded",
                "FamilyPortalAccessAdded", "PortalInvitationSent", "PatientAccessGranted",
            ]
        )
        #expect(stage.state.ownAccount?.id == account)
        stage.done("SignIn", stage.signingIn("new@example.org", Stage.password), as: .anonymous)
    }

    @Test func `an address is one account's`() {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        stage.addAccess("client/\(stage.client)", email: "carla@example.org")
        let same = stage.givingAccess("contact/\(contact)", email: " CARLA@example.org ")
        let outcome = stage.world.run("AddFamilyPortalAccess", same, as: stage.ana)
        #expect(outcome.reason == .loginEmailInUse)
        let grant = stage.addAccess("contact/\(contact)")
        let change: JSONValue = [
            "accountId": .id(stage.holder(of: grant)), "new": "carla@example.org",
        ]
        #expect(
            stage.world.run("ChangeLoginEmail", change, as: stage.ana).reason == .loginEmailInUse
        )
        stage.enter()
        let changed = stage.done("ChangeLoginEmail", change.with("new", "p@example.org"))
        #expect(
            changed.map(\.name) == [
                "LoginEmailReleased", "LoginEmailClaimed", "LoginEmailChanged", "SessionsEnded",
            ]
        )
        let old = stage.world.run(
            "SignIn",
            stage.signingIn("pat@example.org", Stage.password),
            as: .anonymous
        )
        #expect(old.reason == .signInRefused)
        stage.done("SignIn", stage.signingIn("p@example.org", Stage.password), as: .anonymous)
    }

    @Test func `the client's login follows the demographics`() {
        var stage = Stage.forFamilyPortal()
        stage.addAccess("client/\(stage.client)", email: "elsewhere@example.org")
        stage.enter("elsewhere@example.org")
        let changed = stage.done(
            "ChangeClientEmail",
            stage.clientInput.with("new", "carla@new.example")
        )
        #expect(
            changed.map(\.name) == [
                "ClientEmailChanged", "LoginEmailReleased", "LoginEmailClaimed",
                "LoginEmailChanged", "SessionsEnded",
            ]
        )
        stage.done("SignIn", stage.signingIn("carla@new.example", Stage.password), as: .anonymous)
    }

    @Test func `a contact who is a client elsewhere uses the account of that client`() {
        var stage = Stage.forFamilyPortal()
        let first = stage.client
        let second = stage.addClient("P-2", email: "dan@example.org")
        stage.choose(second)
        stage.makeProfile()
        stage.choose(first)
        let contact = stage.addContact(person: second)
        let grant = stage.addAccess("contact/\(contact)", email: "dan@example.org")
        stage.choose(second)
        #expect(stage.account?.id == stage.holder(of: grant))
        #expect(stage.labels.contains("Patient Account Onboarded"))
        let own = stage.addAccess("client/\(second)", email: "dan@example.org", as: "patient")
        #expect(stage.holder(of: own) == stage.holder(of: grant))
        #expect(stage.enter("dan@example.org").count == 2)

        let end = ClientEndDateSet(clientId: second, endDate: stage.world.today)
        stage.world.take([.clientEndDateSet(end)])
        #expect(stage.access(by: own)?.barrier == .clientEndDated)
        let signedIn = stage.done(
            "SignIn",
            stage.signingIn("dan@example.org", Stage.password),
            as: .anonymous
        )
        #expect(signedIn.seenProfiles == [stage.world.clients[first]?.profile?.id])
        stage.choose(first)
        #expect(stage.access(by: grant)?.barrier == nil)
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        #expect(stage.signInRefusal("dan@example.org", Stage.password) == .clientEndDated)
    }

    @Test func `an end date shuts the profile for contacts too`() {
        var stage = Stage.forFamilyPortal()
        let contact = stage.addContact()
        let grant = stage.addAccess("contact/\(contact)")
        stage.enter()
        let end = ClientEndDateSet(clientId: stage.client, endDate: stage.world.today)
        stage.world.take([.clientEndDateSet(end)])
        #expect(stage.access(by: grant)?.barrier == .accessSuspended)
        #expect(stage.signInRefusal("pat@example.org", Stage.password) == .accessSuspended)
        let other = stage.addContact()
        let adding = stage.givingAccess("contact/\(other)", email: "other@example.org")
        let outcome = stage.world.run("AddFamilyPortalAccess", adding, as: stage.ana)
        #expect(outcome.reason == .clientEndDated)
    }

    @Test func `a legal representative signs in with a temporary password too`() {
        var stage = Stage.forFamilyPortal()
        let recorded = stage.done(
            "RecordAuthorisedRepresentative",
            stage.clientInput.with("name", "Rita").with("capacity", "guardian")
        )
        let id = recorded.firstID {
            if case .authorisedRepresentativeRecorded(let event) = $0 {
                event.representativeId
            } else {
                nil
            }
        }
        let grant = stage.addAccess("representative/\(id)", email: "rita@example.org")
        stage.enter("rita@example.org")
        #expect(stage.access(by: grant)?.barrier == nil)
        stage.done("RemoveAuthorisedRepresentative", ["representativeId": .id(id)])
        #expect(stage.access(by: grant)?.barrier == .noProfileAccess)
    }

    @Test func `an invitation to a representative's address makes the representative the owner`() {
        var stage = Stage.forFamilyPortal()
        let id = stage.done(
            "RecordAuthorisedRepresentative",
            stage.clientInput.with("name", "Rita").with("capacity", "guardian")
                .with("email", "rita@example.org")
        ).firstID {
            if case .authorisedRepresentativeRecorded(let event) = $0 {
                event.representativeId
            } else {
                nil
            }
        }
        let grant = stage.addAccess("representative/\(id)", email: "Rita@example.org")
        let account = stage.holder(of: grant)
        let inviting = stage.inviting(ticked: false).with("recipientEmail", "rita@example.org")
        stage.done("InviteClient", inviting)
        let accepting = stage.accepting.with("capacity", "legalRepresentative")
        stage.done("AcceptInvitation", accepting, as: .anonymous)
        #expect(stage.profile?.ownerPersonID == id)
        #expect(stage.profile?.ownerAccountID == account)
        #expect(stage.profile?.grants.count { $0.state != .removed } == 1)
        stage.done("SignIn", stage.signingIn("rita@example.org", Stage.password), as: .anonymous)
        #expect(stage.access(by: grant)?.barrier == nil)
    }

    @Test func `a link to the family portal accepts no ownership`() {
        var stage = Stage.forFamilyPortal()
        stage.addAccess("contact/\(stage.addContact())")
        let hash = stage.state.invitations.last?.tokenHash ?? ""
        let token = JSONValue.string(stage.world.handedOut[hash] ?? "")
        let accepting: JSONValue = ["token": token, "capacity": "self", "password": "open sesame"]
        #expect(
            stage.world.run("AcceptInvitation", accepting, as: .anonymous).answer
                == .refuses(.notFound)
        )
        let rejecting: JSONValue = ["token": token]
        #expect(
            stage.world.run("RejectInvitation", rejecting, as: .anonymous).answer
                == .refuses(.notFound)
        )
    }
}

extension [PortalEvent] {
    fileprivate var seenProfiles: [UniqueID?] {
        lazy.compactMap { event -> [UniqueID]? in
            if case .signedIn(let signedIn) = event { signedIn.profileIds } else { nil }
        }.first ?? []
    }
}
