import ArgumentParser
import EventLine
import PortalAccess
import PortalService

/// Answers a read model.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a read model, now or at an earlier time.",
        discussion: """
            Examples:
              daybook show ClientList
              daybook show PatientUserState <client id> --at 2026-03-03T12:00:00Z
              daybook show EffectiveAccess <account id> --input '{"profileId":"…"}'

            Read models: \(QueryCatalogue.names.joined(separator: ", "))
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @Argument(help: "The read model's name.") var what: String
    @Argument(help: "What it is about: a client's, profile's or account's id.") var id: String?
    @Option(help: "More input, a JSON object.") var input = "{}"
    @Option(help: "As of a time (RFC 3339), a local date, or a sequence.") var at: String?
    @Option(help: "Wait up to ten seconds until the event with this sequence is in the answer.")
    var after: UInt64?
    @Flag(help: "Print the reply as JSON.") var json = false

    func run() async throws {
        let archive = try store.archive()
        if let after, case .notReached(let why) = try archive.wait(for: after, atMost: .seconds(10))
        {
            Terminal.complain(why)
            throw ExitCode.refused
        }
        let reply = try QueryDesk(archive: archive).show(
            QueryRequest(
                what,
                input: try input(archive),
                actor: try caller.caller(),
                organisation: try caller.organisationID()
            )
        )
        try await recordReading()
        switch reply {
        case .result(let result, let place):
            if let warning = place.warning { Terminal.complain(warning) }
            if json { printJSON(reply.json) } else { print(ReadModelText.text(of: result)) }
        case .refused(let refused):
            if json { printJSON(reply.json) }
            Terminal.complain(
                "\(what) was refused: \(refused.reason)"
                    + (refused.field.map { " (\($0))" } ?? "")
                    + (refused.detail.map { ": \($0)" } ?? "")
            )
            throw ExitCode.refused
        }
    }

    private func input(_ archive: Archive) throws -> JSONValue {
        guard case .object(var members) = try inputObject(input, option: "--input") else {
            throw ValidationError("--input must be a JSON object")
        }
        if let id {
            guard let subject = QueryCatalogue.subject(of: what) else {
                throw ValidationError("\(what) is not about one thing; give --input instead")
            }
            members.append(JSONMember(subject, .string(id)))
        }
        if let at { members.append(JSONMember("asOf", .string(try archive.moment(named: at)))) }
        return .object(members)
    }

    /// The reading of the audit trail by staff is recorded, for which the store must be writable.
    private func recordReading() async throws {
        guard case .staff = try caller.caller(), what == "AuditTrail" else { return }
        let opened = try store.open()
        try await CommandDesk(store: opened).recordReading(
            QueryRequest(
                what,
                input: try inputObject(input, option: "--input"),
                actor: try caller.caller(),
                organisation: try caller.organisationID()
            )
        )
        try opened.finish()
    }
}
