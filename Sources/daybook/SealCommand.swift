import ArgumentParser
import EventLine
import EventLog
import PortalService

/// Packs the segments that are complete.
struct SealCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Pack the log's complete segments.",
        discussion: """
            A running service does so by itself. This takes the writer's place for a moment, so
            stop the service first.

            Example:
              daybook seal --now
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Do not wait for the grace period that lets slow readers finish.") var now = false
    @Flag(help: "Print the names as JSON.") var json = false

    func run() async throws {
        _ = try StoreConfiguration.load(from: store.directory)
        let moment = now ? Instant(microseconds: .max / 2) : try store.clock().now
        let sealed = try LogPrinter.serviceError { () throws(LogError) in
            try Self.seal(store.directory.path, at: moment)
        }
        if json {
            printJSON(["sealed": .array(sealed.map { .string($0) })])
        } else {
            for name in sealed { print(name) }
            Terminal.note("Sealed \(sealed.count) segment\(sealed.count == 1 ? "" : "s").")
        }
    }

    private static func seal(_ path: String, at moment: Instant) throws(LogError) -> [String] {
        var options = LogOptions()
        // What is sealed shall be named here, not done beside.
        options.keepsUp = false
        let log = try EventLog.open(directory: path, options: options)
        let sealed = try log.sealRolledSegments(now: moment)
        try log.close()
        return sealed
    }
}
