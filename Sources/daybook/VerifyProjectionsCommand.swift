import ArgumentParser
import EventLine
import PortalService

/// Compares projections with a replay of the log.
struct VerifyProjectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compare projections with a replay of the log, row by row.",
        discussion: """
            Each is replayed beside its live file up to where that stands, and the rows that differ
            are printed: live → replayed. Changes nothing, and another process may write meanwhile.
            Takes the time of a rebuild and the space of another copy. What is wrong is put right by
            `daybook rebuild`. Exit status 1 if anything differs.

            Example:
              daybook projections verify access-grants --json
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Print the outcome as JSON.") var json = false
    @Argument(help: "Which projections; all if none is named.") var names: [String] = []

    func run() async throws {
        let progress = ProgressBar()
        let compared = try store.archive().verifyProjections(names.isEmpty ? nil : names) {
            progress.show($0, of: $1)
        }
        progress.end()
        if json {
            printJSON(.array(compared.map(\.json)))
        } else {
            for comparison in compared { print(comparison.text) }
        }
        if !compared.allSatisfy(\.isSound) { throw ExitCode.refused }
    }
}

/// How projections are shown to people.
enum ProjectionsText {
    /// The table of `projections list`, and below it what is in the way of which projection.
    static func text(of list: [ProjectionEntry]) -> String {
        let rows = list.map { entry in
            [entry.name, entry.word, "\(entry.position)", "\(entry.lag)", "\(entry.rows)"]
        }
        let table = Terminal.table(["projection", "state", "position", "lag", "rows"], rows)
        let remarks = list.compactMap { entry -> String? in
            guard let sequence = entry.failedSequence else {
                return entry.isSound ? nil : "\(entry.name): \(entry.state)"
            }
            return """
                \(entry.state)
                  Correct the projection and run `daybook rebuild \(entry.name)`, or pass over the \
                event:
                  daybook projections skip \(entry.name) \(sequence) --reason '…'
                """
        }
        return ([table] + remarks).joined(separator: "\n\n")
    }
}
