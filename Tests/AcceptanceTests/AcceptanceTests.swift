import Foundation
import Testing

/// The scenarios of `Scenarios/`, played on a store as another program would.
// One after the other: each has a store with all its files open.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct AcceptanceTests {
    static let start = "2026-03-02T15:00:00Z"

    @Test(arguments: Self.chosen)
    func `a scenario holds`(scenario: Scenario) async throws {
        let store = try await OpenedStore(at: Self.start)
        let play = Play(at: store, phrases: try ScenarioBook.all.get().phrases, now: Self.start)
        // The store goes with the last reference to it.
        defer { withExtendedLifetime(store) {} }
        do {
            try await play.run(scenario)
            let isMixed = scenario.file == "mixed"
            try await AfterwardsChecks(store: store, play: play, asksEverything: isMixed).run()
        } catch {
            Issue.record("\(scenario)\n\(error)")
        }
    }

    @Test func `every scenario file can be read, and no two scenarios have one name`() throws {
        let scenarios = try ScenarioBook.all.get().scenarios
        #expect(scenarios.count > 100)
        #expect(Set(scenarios.map(\.title)).count == scenarios.count)
        for scenario in scenarios {
            #expect(!scenario.seeds.isEmpty, "\(scenario) rests on nothing")
            #expect(scenario.steps.count > 1, "\(scenario) tells nothing")
        }
    }

    /// The program itself gives the same answers as the session that the others are played at.
    @Test(arguments: [
        "Work before acceptance",
        "Revoking while pending deletes the profile and its data",
        "The whole way from letter to sign-in, and what the log says of it",
        "Five wrong tries lock, and new credentials are the cure",
        "The store keeps everything through restarts",
    ])
    func `a scenario holds at the program itself`(title: String) async throws {
        let book = try ScenarioBook.all.get()
        let scenario = try #require(book.scenarios.first { $0.title == title })
        let program = try RunningProgram(at: Self.start)
        defer { withExtendedLifetime(program) {} }
        try await Play(at: program, phrases: book.phrases, now: Self.start).run(scenario)
        try program.finish()
        _ = try program.once(["rebuild"])
        _ = try program.once(["verify"])
    }

    /// All of them, or those whose name holds what `DAYBOOK_SCENARIO` says.
    private static let chosen: [Scenario] = {
        let all = (try? ScenarioBook.all.get().scenarios) ?? []
        guard let wanted = ProcessInfo.processInfo.environment["DAYBOOK_SCENARIO"] else {
            return all
        }
        return all.filter { $0.description.contains(wanted) }
    }()
}
