import ArgumentParser
import EventLine
import PortalAccess
import PortalService

/// Makes a store with its first organisation.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a store with its first organisation and administrator.",
        discussion: """
            Example:
              daybook init --organisation "Riverside Care" --time-zone America/New_York
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "The organisation's name.") var organisation: String
    @Option(help: "Its IANA time zone.") var timeZone: String
    @Flag(help: "Print the ids as JSON.") var json = false

    func run() async throws {
        guard LocalCalendar(zone: timeZone) != nil else {
            throw ValidationError(
                "--time-zone \(timeZone) is no IANA time zone such as America/New_York"
            )
        }
        try Store.create(at: store.directory)
        let opened = try store.open()
        let desk = try CommandDesk(store: opened)
        let input: JSONValue = ["name": .string(organisation), "timeZone": .string(timeZone)]
        let reply = try await desk.run(CommandRequest("RegisterOrganisation", input: input))
        try opened.catchUpProjections()
        try opened.finish()
        guard case .accepted(let accepted) = reply else {
            printJSON(reply.json)
            throw ExitCode.refused
        }
        if json {
            printJSON(.object(accepted.ids))
        } else {
            print("Made a store at \(store.directory.path).")
            for id in accepted.ids { print("\(id.name): \(id.value.string ?? "")") }
        }
    }
}
