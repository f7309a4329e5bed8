import ArgumentParser
import EventLine
import PortalService

/// Looks after projections.
struct ProjectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projections",
        abstract: "List and check projections.",
        subcommands: [List.self, Check.self]
    )

    /// Says where each projection stands.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract:
                "Show every projection's position, lag and rows; exit status 1 if one stopped.",
            discussion: """
                Example:
                  daybook projections list --json
                """
        )

        @OptionGroup var store: StoreOptions
        @Flag(help: "Print the list as JSON.") var json = false

        func run() async throws {
            let list = try store.archive().projectionList()
            if json {
                printJSON(.array(list.map(\.json)))
            } else {
                let rows = list.map { entry in
                    [entry.name, entry.state, "\(entry.position)", "\(entry.lag)", "\(entry.rows)"]
                }
                print(Terminal.table(["projection", "state", "position", "lag", "rows"], rows))
            }
            if list.contains(where: { !$0.isSound }) { throw ExitCode.refused }
        }
    }

    /// Checks projection files against the event schemas.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check every projection's SQL against the event schemas.",
            discussion: """
                A typo is reported with file and line, and so is every statement for which SQLite
                would read a large table in full. No store is needed.

                Example:
                  daybook projections check --projections ./my-projections
                """
        )

        @Option(help: "A directory with projections of your own (.sql).")
        var projections: String?
        @Flag(help: "Print the names as JSON.") var json = false

        func run() async throws {
            do {
                let names = try ProjectionCheck.names(extra: projections)
                if json {
                    printJSON(.array(names.map { .string($0) }))
                } else {
                    print("\(names.joined(separator: ", ")): in order")
                }
            } catch {
                Terminal.complain(error.description)
                throw ExitCode.refused
            }
        }
    }
}
