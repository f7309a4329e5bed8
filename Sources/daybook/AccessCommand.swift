import ArgumentParser
import EventLine
import PortalAccess
import PortalService

/// Says who can see a profile.
struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Show who can see a profile, or who could during a time.",
        discussion: """
            Examples:
              daybook access <profile id> --at 2026-03-03
              daybook access <profile id> --between 2026-03-01 2026-03-31

            --between lists every time during which somebody could see the profile, by the rules
            as they stood: portal users, the owner, professionals and the organisation's staff.
            What was suspended, locked or past an end date is left out. What members of staff read
            there is recorded before it is shown.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The profile's id.") var profile: String
    @Option(help: "As of a time (RFC 3339), a local date, or a sequence.") var at: String?
    @Option(
        parsing: .upToNextOption,
        help: "From and to: two times (RFC 3339) or local dates, the last included."
    )
    var between: [String] = []
    @Flag(help: "Also accesses that are suspended or have ended.") var all = false

    func validate() throws {
        guard [0, 2].contains(between.count) else {
            throw ValidationError("--between takes two times or dates")
        }
        guard between.isEmpty || (at == nil && !all) else {
            throw ValidationError("--between goes neither with --at nor with --all")
        }
    }

    func run() async throws {
        let question = TrailQuestion(store: store, caller: caller)
        guard between.isEmpty else { return try await showIntervals(question) }
        let input = [JSONMember("profileId", .string(profile))] + (try question.asOf(at))
        let result = try await question.result("AccessGrants", input)
        let grants = (result.array ?? []).filter { all || $0["state"]?.string == "active" }
        if output.csv { return try printCSV(.array(grants)) }
        if output.json { return printJSON(.array(grants)) }
        print(try text(of: grants))
    }

    private func text(of grants: [JSONValue]) throws -> String {
        guard !grants.isEmpty else { return "Nobody can see this profile." }
        let calendar = try store.archive().calendar(of: try caller.organisationID())
        let columns = ["holder", "role", "state", "since", "by"]
        let rows = grants.map { grant in
            columns.map { column in
                let text = grant[column]?.string ?? "–"
                guard column == "since", let time = Instant(rfc3339: text) else { return text }
                return calendar.text(of: time)
            }
        }
        return Terminal.table(columns, rows)
    }
}

extension AccessCommand {
    private func showIntervals(_ question: TrailQuestion) async throws {
        let input = [
            JSONMember("profileId", .string(profile)), JSONMember("from", .string(between[0])),
            JSONMember("to", .string(between[1])),
        ]
        let result = try await question.result("AccessHistory", input)
        if output.csv { return try printCSV(result) }
        if output.json { return printJSON(result) }
        let rows = result.array ?? []
        print(rows.isEmpty ? "Nobody could see this profile then." : text(ofIntervals: rows))
    }

    private func text(ofIntervals rows: [JSONValue]) -> String {
        rows.map { row in
            let permissions = row["permissions"]?.array?.compactMap(\.string) ?? []
            let right =
                row["role"]?.string.map { "\($0): \(permissions.joined(separator: ", "))" }
                ?? row["basis"]?.string ?? ""
            return """
                \(row["localFrom"]?.string ?? "") to \(row["localTo"]?.string ?? "")
                  \(row["holder"]?.string ?? "")  \(right)
                  began: \(Self.cause(row["began"]))
                  ended: \(row["ended"]?.isNull == false ? Self.cause(row["ended"]) : "not by then")
                """
        }.joined(separator: "\n")
    }

    private static func cause(_ cause: JSONValue?) -> String {
        let event = cause?["sequence"]?.integer.map { "event \($0), " } ?? ""
        let because = cause?["because"]?.string.map { " (\($0))" } ?? ""
        return "\(event)\(cause?["what"]?.string ?? "")\(because) by "
            + "\(cause?["actor"]?.string ?? "") at \(cause?["localTime"]?.string ?? "")"
    }
}
