import ArgumentParser
import EventLine
import PortalService

/// Rebuilds projections from the log.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Rebuild projections from the log, beside the live ones.",
        discussion: """
            Another process may write meanwhile: it goes over to the new files by itself. An
            interrupted rebuild goes on where it stood. Exit status 1 if a projection stopped at an
            event, which keeps its live file.

            Example:
              daybook rebuild access-grants
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Print the outcome as JSON.") var json = false
    @Argument(help: "Which projections; all if none is named.") var names: [String] = []

    func run() async throws {
        let archive = try store.archive()
        let clock = ContinuousClock()
        let start = clock.now
        let failures = try archive.rebuild(names.isEmpty ? nil : names) {
            Terminal.progress($0, of: $1, perSecond: $2)
        }
        let seconds = Double((clock.now - start) / .milliseconds(1)) / 1000
        let rebuilt = (names.isEmpty ? archive.projectionNames : names).filter {
            failures[$0] == nil
        }
        let head = try archive.head()
        for (_, failure) in failures.sorted(by: { $0.key < $1.key }) { Terminal.complain(failure) }
        if json {
            printJSON([
                "rebuilt": .array(rebuilt.map { .string($0) }),
                "failed": .array(failures.keys.sorted().map { .string($0) }),
                "sequence": .integer(Int64(head)), "seconds": .decimal("\(seconds)"),
            ])
        } else {
            print("Rebuilt \(rebuilt.joined(separator: ", ")) from \(head) events in \(seconds) s.")
        }
        if !failures.isEmpty { throw ExitCode.refused }
    }
}
