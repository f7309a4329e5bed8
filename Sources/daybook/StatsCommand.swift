import ArgumentParser
import EventLine
import PortalService

/// Counts what is in a store.
struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count events by type, segments and bytes.",
        discussion: """
            Example:
              daybook stats --json
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Print the counts as JSON.") var json = false

    func run() async throws {
        let stats = try LogStatistics(of: store.logReader())
        if json { return printJSON(stats.json) }
        let rows = stats.types.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            [$0.key, "\($0.value)"]
        }
        print(
            """
            \(stats.events) events in \(stats.segments) segments \
            (\(stats.sealedSegments) sealed), \(stats.bytes) bytes
            """
        )
        print(Terminal.table(["type", "events"], rows))
    }
}
