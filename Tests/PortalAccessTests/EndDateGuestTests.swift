import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What an end date does to others who see the client's profile (T5), and to the client where
/// they see others'.
struct EndDateGuestTests {
    @Test func `every access to the profile is suspended and comes back as it was`() {
        var stage = Stage.forFamilyPortal()
        let waiting = stage.addAccess("contact/\(stage.addContact())")
        let used = stage.addAccess("contact/\(stage.addContact())", email: "quinn@example.org")
        stage.enter("quinn@example.org")
        let names = stage.done("SetClientEndDate", stage.ending(inDays: 0)).map(\.name)
        #expect(names.count { $0 == "PortalAccessSuspended" } == 2)
        #expect(stage.grant(waiting)?.state == .suspended)
        #expect(stage.grant(used)?.state == .suspended)
        #expect(stage.signInRefusal("quinn@example.org", Stage.password) == .accessSuspended)
        #expect(stage.access(by: used)?.barrier == .accessSuspended)
        let lifted = stage.done("RemoveClientEndDate", stage.clientInput).map(\.name)
        #expect(lifted.count { $0 == "PortalAccessReinstated" } == 2)
        #expect(stage.grant(waiting)?.state == .invited)
        #expect(stage.grant(used)?.state == .active)
        #expect(stage.signInRefusal("quinn@example.org", Stage.password) == nil)
    }

    @Test func `an access that was removed meanwhile does not come back`() {
        var stage = Stage.forFamilyPortal()
        let grant = stage.addAccess("contact/\(stage.addContact())")
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        stage.done("RemoveFamilyPortalAccess", ["grantId": .id(grant), "confirmed": true])
        let lifted = stage.done("RemoveClientEndDate", stage.clientInput).map(\.name)
        #expect(!lifted.contains("PortalAccessReinstated"))
        #expect(stage.grant(grant)?.state == .removed)
    }

    @Test func `rejection and end date each keep an access shut, in any order`() {
        for isRejectedFirst in [true, false] {
            var stage = Stage.forFamilyPortal()
            let grant = stage.addAccess("contact/\(stage.addContact())")
            stage.enter()
            if isRejectedFirst { stage.reject() }
            stage.done("SetClientEndDate", stage.ending(inDays: 0))
            if !isRejectedFirst { stage.reject() }
            stage.done("RemoveClientEndDate", stage.clientInput)
            #expect(stage.grant(grant)?.state == .suspended)
            #expect(stage.signInRefusal("pat@example.org", Stage.password) == .accessSuspended)
            stage.done("ReInviteClient", stage.inviting(ticked: false))
            #expect(stage.grant(grant)?.state == .active)
        }
    }

    @Test func `a re-invitation during the end date opens nothing`() {
        var stage = Stage.forFamilyPortal()
        let grant = stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        stage.reject()
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        stage.world.run("ReInviteClient", stage.inviting(ticked: false), as: stage.ana)
        #expect(stage.grant(grant)?.state == .suspended)
        #expect(stage.signInRefusal("pat@example.org", Stage.password) == .accessSuspended)
    }

    @Test func `who is someone's contact still signs in to see them`() {
        var stage = Stage.forFamilyPortal()
        let cara = stage.client
        let dora = stage.addClient("P-2", email: "dora@example.org")
        let person = JSONValue.id(dora)
        let contact = stage.done(
            "AddContact",
            stage.clientInput.with("name", "Dora").with("relationship", "sister")
                .with("personId", person)
        ).firstID {
            if case .contactAdded(let event) = $0 { event.contactId } else { nil }
        }
        stage.addAccess("contact/\(contact)", email: "dora@example.org")
        stage.enter("dora@example.org")
        stage.choose(dora)
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        let signIn = stage.world.run(
            "SignIn",
            stage.signingIn("dora@example.org", Stage.password),
            as: .anonymous
        )
        guard case .signedIn(let event)? = signIn.events.first else {
            Issue.record("the sign-in was refused: \(signIn.answer)")
            return
        }
        #expect(event.profileIds == stage.world.clients[cara]?.profiles.map(\.id))
    }

    @Test func `a contact writes where the role shows messages, and nobody after the end date`() {
        var stage = Stage.forFamilyPortal()
        stage.defineRole("carer", ["messages", "intakeForms"])
        let silent = stage.addAccess("contact/\(stage.addContact())")
        stage.enter()
        let carer = stage.addAccess(
            "contact/\(stage.addContact())",
            email: "quinn@example.org",
            as: "carer"
        )
        stage.enter("quinn@example.org")
        let actors = [silent, carer].map { Actor.portalUser(stage.holder(of: $0)) }
        let refused = stage.world.run("SendPatientMessage", stage.writing, as: actors[0])
        #expect(refused.answer == .refuses(.notPermitted, recording: "CommandRefused"))
        stage.done("SendPatientMessage", stage.writing, as: actors[1])
        stage.done("SetClientEndDate", stage.ending(inDays: 0))
        let late = stage.world.run("SendPatientMessage", stage.writing, as: actors[1])
        #expect(late.reason == .messagesReadOnly)
    }
}
