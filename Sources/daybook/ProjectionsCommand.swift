import ArgumentParser
import EventLine
import PortalService

/// Looks after projections.
struct ProjectionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projections",
        abstract: "List, check and look after projections.",
        subcommands: [
            List.self, Check.self, SkipCommand.self, VerifyProjectionsCommand.self,
            QueryProjectionCommand.self,
        ]
    )

    /// Says where each projection stands.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract:
                "Show where every projection stands, and what is in its way.",
            discussion: """
                Lag is how many events the log has behind a projection's position. Exit status 1 if
                an event stopped one, or one needs a rebuild. --metrics prints what a Prometheus
                server collects, without counting rows.

                Examples:
                  daybook projections list --json
                  daybook projections list --metrics > /var/lib/node_exporter/daybook.prom
                """
        )

        @OptionGroup var store: StoreOptions
        @Flag(help: "Print the list as JSON.") var json = false
        @Flag(help: "Print it in the Prometheus text format.") var metrics = false

        func run() async throws {
            let archive = try store.archive()
            let list = try archive.projectionList(countingRows: !metrics)
            if metrics {
                print(ProjectionMetrics(list, head: try archive.head()).text, terminator: "")
            } else if json {
                printJSON(.array(list.map(\.json)))
            } else {
                print(ProjectionsText.text(of: list))
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
