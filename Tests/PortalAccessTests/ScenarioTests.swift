import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The acceptance scenarios of `domain.md` §7 that S0 and S1 cover, by their numbers there.
struct ScenarioTests {
    /// Scenario 1 up to the acceptance.
    private static func beforeAcceptance() -> Stage {
        var stage = Stage()
        stage.done("InviteClient", stage.inviting(ticked: true))
        for kind: JSONValue in ["medication", "condition", "visit"] {
            stage.done("AddRecordResource", stage.adding(kind))
        }
        return stage
    }

    @Test func `scenario 1: work before acceptance`() {
        var stage = Self.beforeAcceptance()
        #expect(stage.profile?.resources.count == 3)
        #expect(stage.state.status == .pendingAcceptance)
        let connecting = stage.clientInput.with("portal", "Elsewhere")
        let early = stage.world.run("ConnectPatientPortal", connecting, as: stage.ana)
        #expect(early.reason == .invitationNotAccepted)
        stage.done("AcceptInvitation", stage.accepting, as: .anonymous)
        stage.done("ConnectPatientPortal", connecting)
    }

    @Test func `scenario 5: rejecting keeps the data and removes all access`() {
        var stage = Self.beforeAcceptance()
        let contact = stage.addContact()
        let collaborator: JSONValue = [
            "profileId": .id(stage.profile?.id ?? Stage.nobody),
            "subject": .string("person/\(stage.person(contact))"),
            "roleId": .id(stage.world.organisation.patientRole ?? Stage.nobody),
        ]
        stage.done("GrantCollaboratorAccess", collaborator)
        let count = stage.world.history.count
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        #expect(stage.profile?.resources.count == 3)
        #expect(stage.profile?.grants.map(\.state) == [.suspended, .suspended])
        let written = stage.world.events.dropFirst(count).map(\.name)
        #expect(written == ["InvitationRejected", "ProfileAccessRemoved"])
        for work in ["AddRecordResource", "ConnectPatientPortal"] {
            let input = work.hasPrefix("Add") ? stage.adding("visit") : stage.connecting
            let outcome = stage.world.run(work, input, as: stage.ana)
            #expect(outcome.reason == .accessRemovedByRejection)
        }
        let profile = stage.profile
        #expect(profile.map { stage.canRead($0) } == false)
    }

    @Test func `scenario 5, on: a re-invitation gives access back before any acceptance`() {
        var stage = Self.beforeAcceptance()
        stage.done("RejectInvitation", stage.invitationLink, as: .anonymous)
        stage.done("ReInviteClient", stage.inviting(ticked: false))
        #expect(stage.state.status == .pendingAcceptance)
        #expect(stage.profile?.grants.map(\.state) == [.active])
        stage.done("AddRecordResource", stage.adding("visit"))
    }

    @Test func `scenario 10: the whole happy path and its log`() {
        var stage = Stage()
        let created = stage.creating().with("expiryDate", "2026-03-31")
        stage.done("CreatePatientPortalCredentials", created)
        #expect(stage.userState == .pendingRegistration)
        stage.register()
        #expect(stage.userState == .pendingEmailConfirmation)
        let early = stage.world.run("SignIn", stage.signingIn, as: .anonymous)
        #expect(early.signInRefusal == .emailNotConfirmed)
        stage.confirm()
        #expect(stage.userState == .active)
        stage.done("SignIn", stage.signingIn, as: .anonymous)
        let labels = stage.labels.filter(Labels.ten.contains)
        #expect(
            labels == [
                "Patient Account Onboarded", "Patient Access Letter Generated",
                "Patient Access Letter Sent", "Patient Credentials Distributed",
                "Patient User Successfully Registered", "Patient Access Granted",
            ]
        )
    }

    @Test func `scenario 10, by single letters: number and code apart`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating("later"))
        let parts = [["patientIdNumber", "registrationLink"], ["activationCode"]]
        let letters = parts.map { parts in
            let template = stage.addTemplate(showing: parts)
            let input = stage.clientInput.with("templateId", .id(template))
            return stage.done("GenerateAccessLetter", input).firstID {
                if case .patientAccessLetterGenerated(let letter) = $0 {
                    letter.letterId
                } else {
                    nil
                }
            }
        }
        #expect(stage.world.run("SignIn", stage.signingIn).reason == .signInRefused)
        let sent = letters.map { letter in
            stage.done("MarkAccessLetterSent", ["letterId": .id(letter), "channel": "post"])
                .map(\.name)
        }
        #expect(
            sent == [
                ["PatientAccessLetterSent"],
                ["PatientAccessLetterSent", "PatientCredentialsDistributed"],
            ]
        )
        stage.register()
    }

    @Test func `scenario 14: locked, then new credentials`() {
        var stage = Stage()
        stage.done("CreatePatientPortalCredentials", stage.creating())
        let old = stage.registering(code: stage.code())
        stage.fail(times: 5)
        #expect(stage.labels.count { $0 == "Patient User Failed To Register" } == 5)
        #expect(stage.labels.count { $0 == "Patient Account Locked" } == 1)
        #expect(stage.userState == .locked)
        let sixth = stage.world.run("RegisterPatientUser", old, as: .anonymous)
        #expect(sixth.names == ["RegistrationRefused"])
        let actions = stage.world.actions(for: stage.client, as: stage.ana).map(\.label)
        #expect(!actions.contains(.enableAccount) && !actions.contains(.disableAccount))
        #expect(actions.contains(.distributeCredentials))
        stage.done("DistributePatientProfileCredentials", stage.distributing)
        #expect(stage.userState == .pendingRegistration)
        #expect(
            stage.world.run("RegisterPatientUser", old, as: .anonymous).failure
                == .credentialsVoided
        )
        stage.fail(times: 3)
        #expect(stage.userState == .pendingRegistration)
        stage.register()
    }
}

extension Outcome {
    /// Why a sign-in was refused, as the log keeps it.
    var signInRefusal: SignInRefusal? {
        events.lazy.compactMap { event -> SignInRefusal? in
            guard case .signInRefused(let refused) = event else { return nil }
            return refused.reason
        }.first
    }
}

extension Stage {
    /// The activity log's labels for the client, oldest first.
    var labels: [String] {
        world.events.filter { $0.client == client }.compactMap(\.label)
    }

    func adding(_ kind: JSONValue) -> JSONValue {
        clientInput.with("kind", kind).with("content", ["name": "aspirin"])
    }

    var connecting: JSONValue { clientInput.with("portal", "Elsewhere") }

    /// Whether Ana may read a profile.
    fileprivate func canRead(_ profile: Profile) -> Bool {
        Situation(
            organisation: world.organisation,
            client: state,
            actor: ana,
            now: world.now,
            today: world.today,
            ids: FreshIDs(at: world.now, random: (0, 0)),
            secrets: FreshSecrets(tokenHashes: [], activationCodeHash: "")
        ).hasWorkingAccess(to: profile)
    }
}
