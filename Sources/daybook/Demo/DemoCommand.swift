import ArgumentParser
import EventLine
import FHIRBulk
import Foundation
import PortalService

/// Shows the main job on data that it makes itself.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Make sample data, and play a realistic history over it.",
        discussion: """
            tools/demo runs these one after the other, with an import and a rebuild between.
            """,
        subcommands: [Sample.self, Play.self]
    )

    /// Writes FHIR bulk files of invented patients.
    struct Sample: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sample",
            abstract: "Write FHIR bulk files of invented patients; the same ones every time.",
            discussion: """
                Example:
                  daybook demo sample ./sample --patients 300
                """
        )

        @Argument(help: "The directory to write to.") var directory: String
        @Option(help: "How many patients.") var patients = 300
        @Option(help: "Another seed makes other patients.") var seed: UInt64 = 1

        func run() async throws {
            do {
                try FileManager.default.createDirectory(
                    atPath: directory,
                    withIntermediateDirectories: true
                )
                let counts = try SamplePopulation(seed: seed, patientCount: patients)
                    .write(to: directory)
                print(
                    """
                    \(counts.patients) patients, \(counts.relatedPersons) related persons and \
                    \(counts.encounters) encounters in \(directory)
                    """
                )
            } catch {
                throw ServiceError("\(error)")
            }
        }
    }

    /// Plays a history over imported clients, through the commands that everybody uses.
    struct Play: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "play",
            abstract: "Play two months of invitations, letters and sign-ins over a store.",
            discussion: """
                The store's clock must stand at an earlier time than the history: make the store
                with --test-clock 2026-01-05T14:00:00Z.
                """
        )

        @OptionGroup var store: StoreOptions
        @Flag(help: "Print the ids of the people to look at as JSON.") var json = false

        func run() async throws {
            let opened = try Store.open(
                at: store.directory,
                clock: .standing(at: DemoCalendar.start)
            )
            let session = try await BatchSession(desk: CommandDesk(store: opened))
            let stage = DemoStage(session: session, outbox: store.directory.outboxPath)
            let history = try await DemoHistory(stage: stage)
            let people = try await history.play()
            try session.finish()
            let last = opened.head
            try opened.finish()
            if json { return printJSON(people.json) }
            print("Played \(stage.commandCount) commands; the log has \(last) events now.")
            print("A profile to look at: \(people.profile)")
            print("A person to look at:  \(people.client)")
        }
    }
}

/// The history's days.
enum DemoCalendar {
    /// Monday, 5 January 2026, 9:00 in New York.
    static let start = Instant(utcMidnightOf: day(0)).adding(microseconds: 14 * 3_600_000_000)

    /// A day of the history, counted from its first.
    static func day(_ number: Int) -> LocalDate { LocalDate.epoch.adding(days: 20_458 + number) }

    /// So many minutes after 9:00 on a day of the history.
    static func time(day: Int, minute: Int) -> Instant {
        start.adding(microseconds: Int64(day * 1440 + minute) * 60_000_000)
    }
}
