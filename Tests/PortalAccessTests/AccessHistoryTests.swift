import EventLine
import PortalAccess
import PortalEvents
import Testing

/// What could be seen in the past, held against the rules as they stood at every moment of a
/// random history.
struct AccessHistoryTests {
    private static let stepCount = 400

    @Test(arguments: UInt64(1)...12)
    func `an explanation agrees with the rules at every moment`(seed: UInt64) {
        let past = Past(seed: seed, steps: Self.stepCount)
        var stepCount = 0
        for (client, profile) in past.profiles {
            for account in past.accounts {
                let explanation = past.explanation(of: account, to: profile, of: client)
                stepCount += explanation.steps.count
                for moment in past.moments {
                    let told = moment.standing(in: explanation).access
                    let ruled = moment.access(of: account, to: profile, of: client)
                    guard told == ruled else {
                        Issue.record("seed \(seed), \(moment): \(told), the rules say \(ruled)")
                        return
                    }
                }
            }
        }
        #expect(stepCount > 3, "seed \(seed) tells nothing")
    }

    @Test(arguments: UInt64(1)...6)
    func `every step of an explanation is where something changed`(seed: UInt64) {
        let past = Past(seed: seed, steps: Self.stepCount)
        for (client, profile) in past.profiles.prefix(3) {
            for account in past.accounts {
                var before = AccessStanding.none
                for step in past.explanation(of: account, to: profile, of: client).steps {
                    #expect(step.standing != before, "seed \(seed)")
                    #expect(step.isDecisive == (step.standing.access != before.access))
                    #expect(step.isDecisive || !step.changes.isEmpty, "seed \(seed)")
                    before = step.standing
                }
            }
        }
    }

    @Test(arguments: UInt64(1)...12)
    func `intervals of access agree with the rules at every moment`(seed: UInt64) {
        let past = Past(seed: seed, steps: Self.stepCount)
        var intervalCount = 0
        for (client, profile) in past.profiles {
            let intervals = past.intervals(of: profile, of: client)
            intervalCount += intervals.count
            for moment in past.settledMoments {
                let told = Set(intervals.filter { moment.isIn($0) }.map(\.right))
                let ruled = moment.rights(to: profile, of: client)
                guard told == ruled else {
                    Issue.record("seed \(seed), \(moment): \(told), the rules say \(ruled)")
                    return
                }
            }
            for (one, other) in zip(intervals, intervals.dropFirst()) {
                #expect(one.start.time <= other.start.time)
            }
        }
        #expect(intervalCount > 1, "seed \(seed) tells nothing")
    }

    @Test func `what ends and begins again at one and the same time was never broken`() {
        var stage = Stage()
        stage.becomeActive()
        for pause in [0, Int64.day] {
            stage.world.now = stage.world.now.adding(microseconds: .day)
            stage.done("DisablePatientProfileAccount", stage.accountInput)
            stage.world.now = stage.world.now.adding(microseconds: pause)
            stage.done("EnablePatientProfileAccount", stage.accountInput)
        }
        let past = Past(of: stage.world)
        let intervals = past.profiles.flatMap { past.intervals(of: $0.profile, of: $0.client) }
            .filter { $0.right.accountID == stage.account?.id }
        #expect(intervals.count == 2, "broken once, by the day in between")
        #expect(intervals.map { $0.end == nil } == [false, true])
    }

    @Test(arguments: UInt64(1)...6)
    func `who has a right to see a profile is who the rules let see it`(seed: UInt64) {
        let past = Past(seed: seed, steps: 150)
        for moment in past.moments {
            for (client, profile) in past.profiles {
                let problems = moment.disagreements(about: profile, of: client)
                #expect(problems.isEmpty, "seed \(seed), \(moment): \(problems)")
            }
        }
    }
}

/// A random history that was recorded together with the world as it was after each step.
private struct Past {
    let moments: [Moment]
    let profiles: [(client: UniqueID, profile: UniqueID)]
    let accounts: [UniqueID]
    private let told: [World.Entry]
    private let homes: [UniqueID: UniqueID]
    private let clients: Set<UniqueID>
    private let end: Instant

    /// The world after a step, with how many events there were.
    struct Moment: CustomStringConvertible {
        let world: World
        let count: Int

        var description: String { "event \(count) at \(world.now)" }
    }

    init(seed: UInt64, steps: Int) {
        var history = RandomHistory(seed: seed)
        var moments: [Moment] = []
        for _ in 0..<steps {
            _ = history.advance()
            moments.append(
                Moment(world: history.stage.world, count: history.stage.world.history.count)
            )
        }
        self.init(of: history.stage.world, moments)
    }

    init(of world: World, _ moments: [Moment] = []) {
        self.moments = moments
        told = world.history
        homes = world.homes
        clients = Set(world.clients.keys)
        profiles = world.clients.sorted { $0.key < $1.key }.flatMap { id, client in
            client.profiles.map { (id, $0.id) }
        }
        accounts = world.clients.sorted { $0.key < $1.key }.flatMap { $0.value.accounts.map(\.id) }
        end = world.now
    }

    /// The moments that are the last of their time: an interval has no end within a time.
    var settledMoments: [Moment] {
        zip(moments, moments.dropFirst()).filter { $0.world.now < $1.world.now }.map(\.0)
            + moments.suffix(1)
    }

    func explanation(
        of account: UniqueID,
        to profile: UniqueID,
        of client: UniqueID
    ) -> AccessExplanation {
        AccessExplanation(
            of: account,
            to: profile,
            through: entries(of: client),
            until: end,
            on: timeline(of: client)
        )
    }

    func intervals(of profile: UniqueID, of client: UniqueID) -> [AccessIntervals.Interval] {
        AccessIntervals(
            of: profile,
            through: entries(of: client),
            until: end,
            on: timeline(of: client)
        )
        .intervals
    }

    /// What happened in the client's organisation. Elsewhere it belongs to no stream here.
    private func entries(of client: UniqueID) -> [AccessTimeline.Entry] {
        let home = homes[client] ?? Stage.nobody
        return told.map { entry in
            let streams =
                entry.organisation == home ? entry.event.streams(organisation: home) : []
            return AccessTimeline.Entry(entry.event, in: streams, at: entry.time)
        }
    }

    private func timeline(of client: UniqueID) -> AccessTimeline {
        AccessTimeline(of: client, with: clients) { name in
            let zone = Zone(name)
            return LocalDays(date: { zone.date(of: $0) }, start: { zone.start(of: $0) })
        }
    }
}

extension Past.Moment {
    func standing(in explanation: AccessExplanation) -> AccessStanding {
        explanation.steps.last { step in
            step.moment.entry.map { $0 < count } ?? (step.moment.time <= world.now)
        }?.standing ?? .none
    }

    func isIn(_ interval: AccessIntervals.Interval) -> Bool {
        interval.start.time <= world.now && interval.end.map { $0.time > world.now } ?? true
    }

    /// The world, as the client's organisation asks it.
    private func home(of client: UniqueID) -> World {
        var home = world
        home.here = world.homes[client]
        return home
    }

    private func live(_ profile: UniqueID, of client: UniqueID) -> Profile? {
        world.clients[client]?.profiles.first { $0.id == profile && !$0.isDeleted }
    }

    func access(
        of account: UniqueID,
        to profile: UniqueID,
        of client: UniqueID
    ) -> EffectiveAccess {
        guard let found = live(profile, of: client) else { return AccessStanding.none.access }
        return home(of: client).situation(about: client).access(of: account, to: found)
    }

    func rights(to profile: UniqueID, of client: UniqueID) -> Set<AccessRight> {
        live(profile, of: client).map { home(of: client).situation(about: client).rights(to: $0) }
            ?? []
    }

    /// Accounts and staff who have a right and whom the rules stop, or the other way round.
    func disagreements(about profile: UniqueID, of client: UniqueID) -> [String] {
        guard let found = live(profile, of: client) else { return [] }
        let rights = home(of: client).situation(about: client).rights(to: found)
        let accounts = world.clients.values.flatMap(\.accounts).map { account in
            let actor = Actor.portalUser(account.id)
            let situation = home(of: client).situation(about: client, as: actor)
            let canRead = (try? situation.requireReading(of: found)) != nil
            let hasRight = rights.contains {
                $0.basis == .portalAccess && $0.accountID == account.id
            }
            return canRead == hasRight ? nil : "\(actor) \(canRead)"
        }
        let staff = home(of: client).organisation.staff.keys.map { id in
            let situation = home(of: client).situation(about: client, as: .staff(id))
            let canRead = (try? situation.requireReading(of: found)) != nil
            return canRead == rights.contains { $0.holder == "staff/\(id)" }
                ? nil : "staff/\(id) \(canRead)"
        }
        return (accounts + staff).compactMap { $0 }
    }
}
