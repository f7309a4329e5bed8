import ArgumentParser
import EventLine
import PortalAccess
import PortalService

/// A read model that is asked for at the shell, by whom and as of when.
struct TrailQuestion {
    let store: StoreOptions
    let caller: CallerOptions

    /// The result of a read model, or the end of the program where it is refused.
    ///
    /// What members of staff read of the audit trail is recorded before it is shown, for which
    /// the store must be writable. What cannot be recorded is not shown.
    func result(_ query: String, _ input: [JSONMember]) async throws -> JSONValue {
        let reply = try await reply(query, .object(input))
        switch reply {
        case .result(let result, let place):
            if let warning = place.warning { Terminal.complain(warning) }
            return result
        case .refused(let refused):
            Terminal.complain("\(query) was refused: \(refused.sentence)")
            throw ExitCode.refused
        }
    }

    /// The reply to a read model, as other programs read it.
    func reply(_ query: String, _ input: JSONValue) async throws -> QueryReply {
        let archive = try store.archive()
        let request = QueryRequest(
            query,
            input: input,
            actor: try caller.caller(),
            organisation: try caller.organisationID()
        )
        let (reply, reading) = try QueryDesk(archive: archive).answer(request)
        if let reading { try await record(reading) }
        return reply
    }

    private func record(_ reading: TrailReading) async throws {
        let opened: Store
        do {
            opened = try store.open()
        } catch let error as ServiceError {
            throw ServiceError(
                "nothing is shown, because what staff read of the audit trail is recorded and "
                    + "the store cannot be written: \(error)"
            )
        }
        try await CommandDesk(store: opened).record(reading)
        try opened.finish()
    }
}

extension CommandReply.Refused {
    /// The reason, with the field at fault and what to do about it.
    var sentence: String {
        reason + (field.map { " (\($0))" } ?? "") + (detail.map { ": \($0)" } ?? "")
    }
}

extension TrailQuestion {
    /// The input field `asOf` for what `--at` says; none without it.
    func asOf(_ at: String?) throws -> [JSONMember] {
        guard let at else { return [] }
        let moment = try store.archive().moment(named: at, of: try caller.organisationID())
        return [JSONMember("asOf", .string(moment))]
    }
}

/// How an answer is printed.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Print CSV (RFC 4180).") var csv = false

    func validate() throws {
        guard !(json && csv) else { throw ValidationError("choose one of --json and --csv") }
    }
}
