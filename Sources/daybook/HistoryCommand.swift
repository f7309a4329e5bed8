import ArgumentParser
import EventLine
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
              daybook history <id of a grant> --csv > grant.csv

            What members of staff read here is recorded before it is shown.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "A stream such as client/<id>, or the id alone.") var subject: String
    @Option(help: "Up to a time (RFC 3339), a local date, or a sequence.") var at: String?
    @Flag(help: "Only the activity log's lines.") var labels = false

    func validate() throws {
        guard UniqueID(subject) != nil || (subject.contains("/") && StreamName(subject) != nil)
        else { throw ValidationError("\(subject) is no stream such as client/<id>, and no id") }
    }

    func run() async throws {
        let question = TrailQuestion(store: store, caller: caller)
        let input = [JSONMember("subject", .string(subject))] + (try question.asOf(at))
        let all = try await question.result("History", input).array ?? []
        let shown = all.filter { !labels || $0["label"]?.string != nil }
        if output.csv { return try printCSV(.array(shown.map(Self.row))) }
        if output.json { return shown.forEach(printJSON) }
        var list = EventList()
        for entry in shown { list.add(entry, Self.details(of: entry)) }
        print(list.text)
    }

    private static func details(of entry: JSONValue) -> [String] {
        [entry["detail"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// Without what stands in other columns already.
    private static func row(_ entry: JSONValue) -> JSONValue {
        .object((entry.members ?? []).filter { !["changes", "data"].contains($0.name) })
    }
}
