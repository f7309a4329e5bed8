import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The invariants over random histories; a failure prints the seed and the step.
struct InvariantTests {
    private static let stepCount = 500

    @Test(arguments: UInt64(1)...16)
    func `invariants hold in random histories`(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        var invariants = Invariants()
        for entry in history.stage.world.history {
            invariants.observe([entry.event], by: entry.actor)
        }
        for _ in 0..<Self.stepCount {
            let before = history.stage.world
            let step = history.advance()
            invariants.today = history.stage.world.today
            invariants.observe(step.outcome.events, by: step.actor)
            let breaches =
                invariants.breaches + Self.breaches(of: step, before, history.stage.world)
                + Self.disagreements(of: invariants, in: history.stage.world)
            guard breaches.isEmpty else {
                Issue.record("seed \(seed), step \(step.number), \(step.name): \(breaches)")
                return
            }
        }
    }

    /// 14. Every accepted command writes something; so does every refused sign-in and
    /// registration, and every refusal for lack of permission. Others write nothing.
    private static func breaches(
        of step: RandomHistory.Step,
        _ before: World,
        _ after: World
    ) -> [String] {
        let written = after.history.count - before.history.count
        let isRecorded =
            ["RegisterPatientUser", "SignIn"].contains(step.name)
            || step.outcome.reason == .notPermitted
        let mustWrite = step.outcome.isObeyed || isRecorded
        var breaches: [String] = []
        if mustWrite != (written > 0) { breaches.append("14: \(written) events were written") }
        if written != step.outcome.events.count { breaches.append("14: events went missing") }
        // Attempts count, and too many of them are throttled.
        let counts = !["PatientUserFailedToRegister", "SignInRefused", "RegistrationRefused"]
            .filter(step.outcome.names.contains).isEmpty
        if !step.outcome.isObeyed && !counts && before.fold != after.fold {
            breaches.append("a refusal changed something")
        }
        return breaches
    }

    /// 10. The one state function agrees with what the events say; and a fold of the events from
    /// the beginning is what there is.
    private static func disagreements(of invariants: Invariants, in world: World) -> [String] {
        world.clients.flatMap { id, client in
            client.accounts.compactMap { account -> String? in
                let state = client.userState(
                    of: account,
                    in: world.organisation,
                    on: world.today
                )
                let shown = invariants.shown(account.id, of: id)
                return state == shown
                    ? nil : "10: shows \(state), events say \(shown?.rawValue ?? "nothing")"
            }
        }
    }

    @Test(arguments: UInt64(1)...4)
    func `a replay of the events gives the same fold`(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        for _ in 0..<Self.stepCount { _ = history.advance() }
        let world = history.stage.world
        var organisation = OrganisationState()
        var clients: [UniqueID: ClientState] = [:]
        for event in world.events {
            guard event.client != nil, let id = world.organisation.id else {
                organisation.evolve(with: event)
                continue
            }
            for stream in event.streams(organisation: id) where stream.text.hasPrefix("client/") {
                guard let client = UniqueID(stream.text.dropFirst(7)) else { continue }
                clients[client, default: ClientState()].evolve(with: event)
            }
        }
        #expect(organisation == world.organisation)
        #expect(clients == world.clients)
    }

    @Test func `the same seed makes the same history`() {
        var left = RandomHistory(seed: 7)
        var right = RandomHistory(seed: 7)
        for _ in 0..<100 {
            #expect(left.advance().outcome.answer == right.advance().outcome.answer)
        }
        #expect(left.stage.world.events == right.stage.world.events)
    }

    /// Random histories are worth little if they never get anywhere.
    @Test func `random histories reach what the invariants speak of`() {
        var names: Set<String> = []
        for seed in UInt64(1)...16 {
            var history = RandomHistory(seed: seed)
            for _ in 0..<Self.stepCount { _ = history.advance() }
            names.formUnion(history.stage.world.events.map(\.name))
        }
        let wanted: Set = [
            "ClientReInvited", "CollaboratorAccessGranted", "CommandRefused",
            "ConfirmationLinkExpired", "ContactAccountOnboarded", "FamilyPortalAccessRemoved",
            "InvitationExpired", "LoginEmailReleased", "MedicalProfileDeleted",
            "PatientAccountDisabled", "PatientAccountDisabledAutomatically",
            "PatientAccountEnabled", "PatientAccountLocked", "PatientAccountUnlocked",
            "PatientCredentialsExpired", "PatientCredentialsSuperseded",
            "PatientCredentialsVoided", "PatientPortalConnected", "PortalInvitationResent",
            "ProfileAccessRestored", "ProfileOwnershipAssumed", "SignInRefused", "SignedIn",
            "SignedOut", "UnknownRegistrationAttempt", "UnknownSignInAttempt",
        ]
        #expect(wanted.subtracting(names) == [])
        #expect(Set(Labels.byEvent.keys).subtracting(names) == [])
    }
}
