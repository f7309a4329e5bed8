import ArgumentParser
import EventLine
import PortalService

/// Prints the audit trail.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show the audit trail: what happened, when, by whom, to whom, with what outcome.",
        discussion: """
            Examples:
              daybook audit --client <id> --from 2026-03-01 --to 2026-03-31
              daybook audit --type SignInRefused --sort actor --csv > refused.csv
              daybook audit --descending --limit 50

            The next page: the same call with --after-sequence and the last line's sequence. What
            members of staff read here is recorded before it is shown.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @OptionGroup var output: OutputOptions
    @Option(help: "Only about this client.") var client: String?
    @Option(help: "Only by staff/<id>, portalUser/<id>, system/<part> or anonymous.")
    var actor: String?
    @Option(help: "Only events of this type, with or without its version.") var type: String?
    @Option(help: "Only what one request caused.") var correlation: String?
    @Option(help: "Only success, or only refused.") var outcome: String?
    @Option(help: "From a time (RFC 3339) or a local date on.") var from: String?
    @Option(help: "Up to a time or the end of a local date.") var to: String?
    @Option(help: "By sequence, time, actor, client, type, subject or outcome.") var sort: String?
    @Flag(help: "The last first.") var descending = false
    @Option(help: "So many lines at most.") var limit: Int?
    @Option(help: "Go on behind the event with this sequence.") var afterSequence: Int?
    @Option(help: "As of a time (RFC 3339), a local date, or a sequence.") var at: String?

    func run() async throws {
        let question = TrailQuestion(store: store, caller: caller)
        let texts = [
            ("clientId", client), ("actor", actor), ("type", type),
            ("correlationId", correlation), ("outcome", outcome), ("from", from), ("to", to),
            ("sort", sort),
        ].compactMap { name, text in text.map { JSONMember(name, .string($0)) } }
        let numbers = [("limit", limit), ("afterSequence", afterSequence)]
            .compactMap { name, number in
                number.map { JSONMember(name, .integer(Int64($0))) }
            }
        let direction = descending ? [JSONMember("descending", .bool(true))] : []
        let input = texts + numbers + direction + (try question.asOf(at))
        let rows = try await question.result("AuditTrail", input)
        if output.csv { return try printCSV(rows) }
        if output.json { return rows.array?.forEach(printJSON) ?? () }
        print(try text(of: rows.array ?? []))
    }

    private func text(of rows: [JSONValue]) throws -> String {
        let calendar = try store.archive().calendar(of: try caller.organisationID())
        var list = EventList()
        for row in rows {
            let time = row["time"]?.string.flatMap { Instant(rfc3339: $0) }
            let what = EventTitle.text(of: row["type"]?.string ?? "")
            let outcome = row["outcome"]?.string ?? ""
            let shown: JSONValue = .object([
                JSONMember("sequence", row["sequence"] ?? .null),
                JSONMember("localTime", .string(time.map { calendar.text(of: $0) } ?? "")),
                JSONMember("what", .string(outcome == "success" ? what : "\(what) (\(outcome))")),
                JSONMember("actor", row["actor"] ?? .null),
            ])
            let detail = row["detail"]?.members?.map {
                "\($0.name) \(ReadModelText.cell($0.value))"
            }
            list.add(
                shown,
                [row["subject"]?.string, detail?.joined(separator: "; ")]
                    .compactMap { $0 }.filter { !$0.isEmpty }
            )
        }
        return list.text
    }
}
