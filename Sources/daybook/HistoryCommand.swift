import ArgumentParser
import EventLine
import PortalAccess
import PortalEvents
import PortalService

/// Prints what happened to somebody or something.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show everything that happened to a client, account, profile or invitation.",
        discussion: """
            Examples:
              daybook history client/<id>
              daybook history portalAccount/<id> --labels --at 2026-04-01
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @Argument(help: "A stream such as client/<id>, or the id of a client.") var subject: String
    @Option(help: "Up to a time (RFC 3339), a local date, or a sequence.") var at: String?
    @Flag(help: "Only the activity log's lines.") var labels = false
    @Flag(help: "Print one JSON object a line.") var json = false

    func run() async throws {
        let archive = try store.archive()
        guard let stream = StreamName(UniqueID(subject) == nil ? subject : "client/\(subject)")
        else {
            throw ValidationError("\(subject) is no stream such as client/<id>")
        }
        let entries = try archive.history(
            of: stream,
            asked: try caller.caller(),
            organisation: try caller.organisationID(),
            at: at
        )
        guard let entries else {
            Terminal.complain("there is nothing of \(stream), or \(caller.actor) may not see it")
            throw ExitCode.refused
        }
        try await recordReading(stream)
        let shown = entries.filter { !labels || $0.label != nil }
        if json {
            for entry in shown { printJSON(entry.json) }
        } else {
            print(text(of: shown))
        }
    }

    private func text(of entries: [HistoryEntry]) -> String {
        Terminal.table(
            ["sequence", "time", "what", "actor", "detail"],
            entries.map {
                ["\($0.sequence)", $0.localTime, $0.label ?? $0.type, $0.actor, $0.detail]
            }
        )
    }

    private func recordReading(_ stream: StreamName) async throws {
        guard case .staff = try caller.caller() else { return }
        let opened = try store.open()
        try await CommandDesk(store: opened).recordReading(
            QueryRequest(
                "AuditTrail",
                input: ["subject": .string("\(stream)")],
                actor: try caller.caller(),
                organisation: try caller.organisationID()
            )
        )
        try opened.finish()
    }
}
