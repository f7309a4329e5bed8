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
              daybook show Invitations --csv > invitations.csv

            What members of staff read of the audit trail is recorded before it is shown.
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
    @Flag(help: "Print a list as CSV (RFC 4180).") var csv = false

    func run() async throws {
        let archive = try store.archive()
        if let after, case .notReached(let why) = try archive.wait(for: after, atMost: .seconds(10))
        {
            Terminal.complain(why)
            throw ExitCode.refused
        }
        let question = TrailQuestion(store: store, caller: caller)
        let reply = try await question.reply(what, try input(archive))
        switch reply {
        case .result(let result, let place):
            if let warning = place.warning { Terminal.complain(warning) }
            if csv { return try printCSV(result) }
            if json { printJSON(reply.json) } else { print(ReadModelText.text(of: result)) }
        case .refused(let refused):
            if json { printJSON(reply.json) }
            Terminal.complain("\(what) was refused: \(refused.sentence)")
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
        if let at {
            let moment = try archive.moment(named: at, of: try caller.organisationID())
            members.append(JSONMember("asOf", .string(moment)))
        }
        return .object(members)
    }
}
