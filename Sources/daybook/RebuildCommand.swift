import ArgumentParser
import EventLine
import PortalService

/// Rebuilds projections from the log.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Rebuild projections from the log, beside the live ones.",
        discussion: """
            An interrupted rebuild goes on where it stood.

            Example:
              daybook rebuild access-grants
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Print the outcome as JSON.") var json = false
    @Argument(help: "Which projections; all if none is named.") var names: [String] = []

    func run() async throws {
        let opened = try store.open()
        let clock = ContinuousClock()
        let start = clock.now
        let failures = try opened.rebuild(names.isEmpty ? nil : names) {
            Terminal.progress($0, of: $1, perSecond: $2)
        }
        let seconds = Double((clock.now - start) / .milliseconds(1)) / 1000
        let rebuilt = (names.isEmpty ? opened.projectionNames : names).filter {
            failures[$0] == nil
        }
        let head = opened.head
        try opened.finish()
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
