import ArgumentParser
import EventLine
import PortalService

/// Says what became different about somebody or something between two moments.
struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what the read models say of a subject now and did not say earlier.",
        discussion: """
            Examples:
              daybook diff client/<id> --from 2026-03-01 --to 2026-03-31
              daybook diff <profile id> --from 120 --json

            A client's profiles and accounts belong to them. What members of staff read here is
            recorded before it is shown.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "client/<id>, profile/<id>, portalAccount/<id>, or the id alone.")
    var subject: String
    @Option(help: "A time (RFC 3339), a local date, whose end counts, or a sequence.")
    var from: String
    @Option(help: "Likewise; now without it.") var to: String?

    func run() async throws {
        let question = TrailQuestion(store: store, caller: caller)
        let archive = try store.archive()
        let organisation = try caller.organisationID()
        let moments = try [("from", from), ("to", to)].compactMap { name, text in
            try text.map {
                JSONMember(name, .string(try archive.moment(named: $0, of: organisation)))
            }
        }
        let input = [JSONMember("subject", .string(subject))] + moments
        let result = try await question.result("SubjectDifference", input)
        if output.csv { return try printCSV(.array(Self.fields(of: result))) }
        if output.json { return printJSON(result) }
        print(Self.text(of: result))
        var list = EventList()
        for event in result["events"]?.array ?? [] {
            list.add(event, [event["detail"]?.string ?? ""].filter { !$0.isEmpty })
        }
        print("\nEvents in between:\n" + list.text)
    }

    private static func text(of result: JSONValue) -> String {
        let moments = ["from", "to"].map { name in
            "\(result[name]?["localTime"]?.string ?? "") "
                + "(event \(result[name]?["sequence"]?.integer ?? 0))"
        }
        let rows = result["differences"]?.array ?? []
        let head = "\(result["subject"]?.string ?? "") from \(moments[0]) to \(moments[1]):"
        guard !rows.isEmpty else { return head + " nothing is different." }
        let texts = rows.map { row in
            let name = row["readModel"]?.string ?? ""
            let change = row["change"]?.string ?? ""
            let fields = (row["fields"]?.array ?? []).map { field in
                "  \(field["field"]?.string ?? ""): \(cell(field["from"])) → \(cell(field["to"]))"
            }
            return (["\(name) \(row["row"]?.string ?? "") \(change)"] + fields)
                .joined(separator: "\n")
        }
        return ([head] + texts).joined(separator: "\n")
    }

    private static func cell(_ value: JSONValue?) -> String {
        ReadModelText.cell(value ?? .null)
    }

    /// One row for each field that is different.
    private static func fields(of result: JSONValue) -> [JSONValue] {
        (result["differences"]?.array ?? []).flatMap { row -> [JSONValue] in
            let place = (row.members ?? []).filter { $0.name != "fields" }
            return (row["fields"]?.array ?? []).map { .object(place + ($0.members ?? [])) }
        }
    }
}
