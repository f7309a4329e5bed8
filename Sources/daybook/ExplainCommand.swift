import ArgumentParser
import EventLine
import PortalService

/// Says why an account can see a profile, or cannot.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say whether an account could see a profile, and which events led to it.",
        discussion: """
            Example:
              daybook explain <account id> <profile id> --at 2026-03-03

            The rules themselves are asked again after every event, so the answer is theirs.
            Where a date alone changed something, the line has no sequence.
            What members of staff read here is recorded before it is shown.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The sign-in account's id.") var account: String
    @Argument(help: "The profile's id.") var profile: String
    @Option(help: "As of a time (RFC 3339), a local date, or a sequence.") var at: String?

    func run() async throws {
        let question = TrailQuestion(store: store, caller: caller)
        let input = [
            JSONMember("accountId", .string(account)), JSONMember("profileId", .string(profile)),
        ]
        let result = try await question.result("ExplainAccess", input + question.asOf(at))
        if output.csv { return try printCSV(result["steps"] ?? []) }
        if output.json { return printJSON(result) }
        print(Self.verdict(of: result))
        var list = EventList()
        for step in result["steps"]?.array ?? [] { list.add(step, Self.details(of: step)) }
        print("\n" + list.text)
    }

    private static func verdict(of result: JSONValue) -> String {
        let time = result["localTime"]?.string ?? ""
        return "On \(time) access was \(Self.access(in: result))"
            + (result["since"].flatMap(Self.since) ?? ".")
    }

    private static func access(in standing: JSONValue) -> String {
        guard standing["allowed"] == true else {
            return "not possible: \(standing["reason"]?.string ?? "")"
        }
        let permissions = standing["permissions"]?.array?.compactMap(\.string) ?? []
        return "possible: role \(standing["role"]?.string ?? "–"), which shows "
            + permissions.joined(separator: ", ")
    }

    private static func since(_ cause: JSONValue) -> String? {
        guard let what = cause["what"]?.string, let time = cause["localTime"]?.string else {
            return nil
        }
        let event = cause["sequence"]?.integer.map { " (event \($0))" } ?? ""
        return ",\nsince \(time): \(what)\(event), by \(cause["actor"]?.string ?? "")."
    }

    private static func details(of step: JSONValue) -> [String] {
        let changes = (step["changes"]?.array ?? []).map { change in
            let what = EventTitle.words(of: change["what"]?.string ?? "").lowercased()
            let to = change["to"]?.string ?? "–"
            return change["from"]?.string.map { "\(what) \($0) → \(to)" } ?? "\(what) \(to)"
        }
        let because = step["because"]?.string.map { ["because: \($0)"] } ?? []
        return [(changes + because).joined(separator: "; ")].filter { !$0.isEmpty }
            + ["→ \(access(in: step))"]
    }
}
