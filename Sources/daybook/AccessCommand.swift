import ArgumentParser
import EventLine
import PortalAccess
import PortalService

/// Says who can see a profile.
struct AccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Show who can see a profile, now or at an earlier time.",
        discussion: """
            Example:
              daybook access <profile id> --at 2026-03-03
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var caller: CallerOptions
    @Argument(help: "The profile's id.") var profile: String
    @Option(help: "As of a time (RFC 3339), a local date, or a sequence.") var at: String?
    @Flag(help: "Also accesses that are suspended or have ended.") var all = false
    @Flag(help: "Print the accesses as JSON.") var json = false

    func run() async throws {
        let archive = try store.archive()
        var members = [JSONMember("profileId", .string(profile))]
        if let at { members.append(JSONMember("asOf", .string(try archive.moment(named: at)))) }
        let reply = try QueryDesk(archive: archive).show(
            QueryRequest(
                "AccessGrants",
                input: .object(members),
                actor: try caller.caller(),
                organisation: try caller.organisationID()
            )
        )
        switch reply {
        case .result(let result, _):
            let grants = (result.array ?? []).filter { all || $0["state"]?.string == "active" }
            if json { printJSON(.array(grants)) } else { print(try text(of: grants, archive)) }
        case .refused(let refused):
            Terminal.complain("nobody had access: \(refused.reason)")
            throw ExitCode.refused
        }
    }

    private func text(of grants: [JSONValue], _ archive: Archive) throws -> String {
        guard !grants.isEmpty else { return "Nobody can see this profile." }
        let calendar = try archive.calendar(of: try caller.organisationID())
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
