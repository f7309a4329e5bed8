import EventLine
import PortalAccess
import PortalEvents
import Testing

/// The invariants over random histories; a failure prints the seed and the step.
struct InvariantTests {
    private static let stepCount = 1200

    @Test(arguments: UInt64(1)...24)
    func `invariants hold in random histories`(seed: UInt64) {
        var history = RandomHistory(seed: seed)
        var invariants = Invariants()
        for entry in history.stage.world.history { invariants.observe(entry) }
        for _ in 0..<Self.stepCount {
            let before = history.stage.world
            let step = history.advance()
            invariants.go(to: history.stage.place.organisation, on: history.stage.world.today)
            invariants.observe(step.outcome.events, by: step.actor)
            let following = history.stage.world.history
                .dropFirst(before.history.count + step.outcome.events.count)
            for entry in following { invariants.observe(entry) }
            let breaches =
                invariants.breaches + Self.breaches(of: step, before, history.stage.world)
                + Self.disagreements(of: invariants, in: history.stage.world)
                + Self.doublePending(in: history.stage.world)
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
            || [.notPermitted, .identityNotVerified].contains(step.outcome.reason)
        let mustWrite = step.outcome.isObeyed || isRecorded
        // Who gives the wrong password of an account that they would join is recorded, who needs
        // an address that another has is not; nor is it, who has not tried to show who they are.
        let mayWrite = step.name == "RegisterByLink" && !step.outcome.isObeyed
        var breaches: [String] = []
        if mustWrite != (written > 0) && !mayWrite {
            breaches.append("14: \(written) events were written")
        }
        let following = after.history.dropFirst(before.history.count + step.outcome.events.count)
        if written < step.outcome.events.count || following.contains(where: \.isSomebodys) {
            breaches.append("14: events went missing")
        }
        // Attempts count, and too many of them are throttled.
        let counts = step.outcome.names.contains {
            [
                "PatientUserFailedToRegister", "SignInRefused", "RegistrationRefused",
                "InvitedIdentityNotVerified",
            ].contains($0)
        }
        if !step.outcome.isObeyed && !counts && before.fold != after.fold {
            breaches.append("a refusal changed something")
        }
        return breaches
    }

    /// 1. One pending invitation per client, kind and recipient, whether or not the timer ran.
    private static func doublePending(in world: World) -> [String] {
        world.clients.flatMap { id, client in
            let pending = client.invitations.filter { $0.state(at: world.now) == .pending }
            let recipients = pending.map { "\($0.kind) \($0.recipientEmail?.asLogin ?? "")" }
            return Set(recipients).count == recipients.count
                ? [] : ["1: two pending invitations of \(id): \(recipients)"]
        }
    }

    /// 10. The one state function agrees with what the events say; and a fold of the events from
    /// the beginning is what there is.
    private static func disagreements(of invariants: Invariants, in world: World) -> [String] {
        world.clients.flatMap { id, client in
            client.accounts.compactMap { account -> String? in
                let home = world.home(of: id)
                let state = client.userState(of: account, in: home.organisation, on: home.today)
                let shown = invariants.shown(account.id, of: id, on: home.today)
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
        var organisations: [UniqueID: OrganisationState] = [:]
        var clients: [UniqueID: ClientState] = [:]
        for entry in world.history {
            guard let id = entry.organisation else { continue }
            guard entry.event.client != nil else {
                organisations[id, default: OrganisationState()].evolve(with: entry.event)
                continue
            }
            for stream in entry.event.streams(organisation: id) {
                guard let client = stream.clientID else { continue }
                clients[client, default: ClientState()].evolve(with: entry.event)
            }
        }
        #expect(organisations == world.organisations)
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
        var reached: Set<String> = []
        for seed in UInt64(1)...24 {
            var history = RandomHistory(seed: seed)
            for _ in 0..<Self.stepCount {
                let step = history.advance()
                if step.isForeign, let reason = step.outcome.reason { reached.insert("\(reason)") }
            }
            names.formUnion(history.stage.world.events.map(\.name))
            reached.formUnion(history.stage.world.relations)
        }
        let relations: Set = [
            "notFound", "notPermitted", "signInRefused", "registrationRefused",
            "a client who is a contact", "a contact of several clients",
            "an account that reaches several profiles", "an owner", "an end date",
            "one address in several organisations",
        ]
        #expect(relations.subtracting(reached) == [])
        let wanted: Set = [
            "AutoInvitationSent", "AutoInviteCancelled", "AutoInviteWithheld",
            "ClientReInvited", "CollaboratorAccessGranted", "CommandRefused",
            "ConfirmationLinkExpired", "ContactAccountOnboarded", "FamilyPortalAccessRemoved",
            "InvitationExpired", "InvitedIdentityNotVerified", "LoginEmailReleased",
            "MedicalProfileDeleted",
            "PatientAccountDisabled", "PatientAccountDisabledAutomatically",
            "PatientAccountEnabled", "PatientAccountLocked", "PatientAccountUnlocked",
            "PatientCredentialsExpired", "PatientCredentialsSuperseded",
            "ClientEndDateLifted", "ClientEndDateTookEffect", "ClientRecordsMerged",
            "OrganisationTimeZoneChanged",
            "PatientCredentialsVoided", "PatientPortalConnected", "PortalInvitationResent",
            "ProfileAccessRestored", "ProfileOwnershipAssumed", "SignInRefused", "SignedIn",
            "SignedOut", "UnknownRegistrationAttempt", "UnknownSignInAttempt",
        ]
        #expect(wanted.subtracting(names) == [])
        #expect(Set(Labels.byEvent.keys).subtracting(names) == [])
    }
}

extension World.Entry {
    /// Whether somebody wrote it, and not the program by itself.
    fileprivate var isSomebodys: Bool { actor != .scheduler }
}

extension World {
    /// What its people are to each other by now, as far as the invariants depend on it.
    fileprivate var relations: Set<String> {
        var found: Set<String> = []
        let people = clients.values.flatMap { client in
            Set(client.contacts.map(\.personID)).subtracting([client.id].compactMap { $0 })
        }
        if people.contains(where: { clients[$0] != nil }) {
            found.insert("a client who is a contact")
        }
        if Set(people).count < people.count { found.insert("a contact of several clients") }
        let holders = clients.values.compactMap(\.profile).flatMap { profile in
            Set(profile.grants.filter { $0.state == .active }.map(\.holder))
        }
        if Set(holders).count < holders.count {
            found.insert("an account that reaches several profiles")
        }
        if clients.values.contains(where: { $0.profile?.ownership == .owned }) {
            found.insert("an owner")
        }
        if clients.values.contains(where: { $0.card?.endDate != nil }) {
            found.insert("an end date")
        }
        let addresses = Dictionary(grouping: logins.filter { $0.value.accountID != nil }.keys) {
            $0.text.split(separator: "/").last
        }
        if addresses.contains(where: { $0.value.count > 1 }) {
            found.insert("one address in several organisations")
        }
        return found
    }
}
