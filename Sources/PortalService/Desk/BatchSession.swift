package import EventLine
import PortalAccess
import PortalEvents

/// Answers the lines of a batch: commands, queries and steps of the test clock, one reply each.
package struct BatchSession: Sendable {
    private let desk: CommandDesk
    private let queries: QueryDesk
    private let scheduler: Scheduler

    /// A session with an opened store. Finishes what a crash left undone, and runs what became
    /// due since the store was last open.
    package init(desk: CommandDesk) async throws(ServiceError) {
        self.desk = desk
        queries = QueryDesk(archive: try Archive(of: desk.store))
        scheduler = Scheduler(desk: desk)
        try await desk.start()
        try await scheduler.runDue()
    }

    /// The reply to a line. Only the program's own failures are thrown.
    package func answer(_ line: [UInt8]) async throws(ServiceError) -> JSONValue {
        let request: BatchRequest
        do {
            request = try BatchRequest(line)
            try advance(to: request.at)
        } catch {
            return CommandReply.refused(error).json
        }
        if request.at != nil { try await scheduler.runDue() }
        if let command = request.command {
            return try await run(
                CommandRequest(
                    command,
                    input: request.input,
                    actor: request.actor,
                    organisation: request.organisation,
                    key: request.key,
                    expectedVersion: request.expectedVersion,
                    from: request.from
                )
            ).json
        }
        return try await show(request).json
    }

    /// Runs a command.
    package func run(_ request: CommandRequest) async throws(ServiceError) -> CommandReply {
        try await desk.run(request)
    }

    /// Brings the projections to the end of the log.
    package func finish() throws(ServiceError) {
        try desk.store.catchUpProjections()
    }

    private func advance(to instant: Instant?) throws(Refusal) {
        guard let instant else { return }
        let clock = desk.store.clock
        guard clock.isStanding else {
            throw .invalidInput("at", "can only be given with --test-clock")
        }
        guard clock.advance(to: instant) else {
            throw .invalidInput("at", "the clock stands at \(clock.now) and does not go back")
        }
    }

    private func show(_ request: BatchRequest) async throws(ServiceError) -> QueryReply {
        try desk.store.catchUpProjections()
        let head = desk.store.head
        if let after = request.after, after > head {
            return .refused(
                Refusal.invalidInput("after", "there is no such event: the log ends at \(head)")
                    .reply
            )
        }
        let asked = QueryRequest(
            request.query ?? "",
            input: request.input,
            actor: request.actor,
            organisation: request.organisation
        )
        let (reply, reading) = try queries.answer(asked)
        if let reading { try await desk.record(reading) }
        return reply
    }
}
