import EventLine
import EventLog
import PersonalData
import PortalAccess
import PortalEvents

/// Decides commands one after the other: load, decide, seal, append, reply.
///
/// Decisions are serial and made against what was submitted, so that one synchronisation of the
/// disk serves many; each reply waits for its own commit.
package actor CommandDesk {
    /// The store that it writes to.
    package nonisolated let store: Store

    var loader: StateLoader
    var delivery: Delivery
    /// How many passwords were hashed, which is what a refusal's duration is made of.
    var hashingCount = 0
    private let executor = BlockingExecutor(label: "daybook.desk")

    /// Decisions that lost against another one are made again at most so often.
    private static let attemptsMax = 8

    /// Blocking for the vault and the log must not hold up the program's other tasks.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A desk for a store.
    package init(store: Store) throws(ServiceError) {
        self.store = store
        loader = StateLoader(log: store.log, vault: store.vault)
        delivery = Delivery(store: store)
    }

    /// Finishes what a crash has left undone: erasures that were ordered, mails that were not yet
    /// written. To be called once, before the first command.
    package func start() async throws(ServiceError) {
        try await finishErasures()
        try delivery.catchUp()
        try delivery.eraseOrphans()
    }

    /// Runs a command. A refusal is an answer; errors are the program's own, such as a full disk.
    package func run(_ request: CommandRequest) async throws(ServiceError) -> CommandReply {
        do throws(DeskFailure) {
            guard let type = CommandCatalogue.named(request.command) else {
                throw .refusal(
                    Refusal(.unknownCommand, detail: "there is no command \(request.command)")
                )
            }
            let command = try read(type, request.input)
            try checkTimeZone(request.input)
            let order = Order(
                command: command,
                actor: request.actor,
                organisation: try organisation(
                    for: command,
                    by: request.actor,
                    request.organisation
                ),
                input: request.input,
                key: request.key,
                expectedVersion: request.expectedVersion,
                from: request.from
            )
            if let first = try firstAnswer(to: order) { return first }
            return try await attempt(order)
        } catch {
            return try error.reply()
        }
    }

    /// Runs a command of the program's own.
    func run(
        _ command: any Command,
        in organisation: UniqueID
    ) async throws(ServiceError) -> CommandReply {
        try await carryOut(
            Order(command: command, actor: .scheduler, organisation: organisation)
        )
    }

    func carryOut(_ order: Order) async throws(ServiceError) -> CommandReply {
        do throws(DeskFailure) {
            return try await attempt(order)
        } catch {
            return try error.reply()
        }
    }

    private func attempt(_ order: Order) async throws(DeskFailure) -> CommandReply {
        for _ in 1...Self.attemptsMax {
            let submitted = try submit(order, alsoTaken: [])
            guard let submitted else {
                loader.forget()
                continue
            }
            let receipt = try await durable(submitted)
            try await afterwards(receipt)
            try await react(to: submitted, order)
            if let refusal = submitted.refusal { return .refused(refusal) }
            return Self.accepted(receipt, order.command).saying(submitted.remarks)
        }
        throw .refusal(Refusal(.versionConflict, detail: "others were faster; try again"))
    }

    func durable(_ submitted: Submitted) async throws(DeskFailure) -> [EventLine] {
        guard let pending = submitted.pending else { return [] }
        do {
            return try await pending.receipt().events
        } catch {
            loader.forget()
            throw .service(ServiceError(error.description))
        }
    }

    /// What follows from events once they are durable: letters and mails, and erasures.
    func afterwards(_ lines: [EventLine]) async throws(DeskFailure) {
        do throws(ServiceError) {
            try delivery.deliver(lines)
            let ordersErasure = lines.contains {
                $0.envelope.type == PersonalDataKeyDestroyed.type
            }
            if ordersErasure { try await finishErasures() }
        } catch {
            throw .service(error)
        }
    }

    private func read(
        _ type: any CallableCommand.Type,
        _ input: JSONValue
    ) throws(DeskFailure) -> any Command {
        do throws(Refusal) {
            let vault = store.vault
            var input = try CommandInput(input) { vault.keyedDigest($0.rawValue, $1) }
            let command = try type.init(&input)
            try input.finish()
            try checkDocument(of: command)
            if let file = (command as? any CarriesWordFile)?.uploaded { try check(file) }
            return command
        } catch {
            throw .refusal(error)
        }
    }

    /// A Word file must be one, and name only fields that a letter can fill.
    private func check(_ file: WordFile) throws(Refusal) {
        let document: WordDocument
        do throws(ServiceError) {
            document = try WordDocument(base64: file.content)
        } catch {
            throw Refusal(
                .notAWordFile,
                field: "wordFile",
                detail: "its content must be a .docx file in base64; \(error.description)"
            )
        }
        for name in document.fieldNames {
            _ = try MergeField.fields(
                in: "{{\(name)}}",
                among: MergeField.inLetters,
                as: "wordFile"
            )
        }
    }

    private func checkTimeZone(_ input: JSONValue) throws(DeskFailure) {
        guard let zone = input["timeZone"]?.string, LocalCalendar(zone: zone) == nil else { return }
        throw .refusal(
            .invalidInput("timeZone", "is no IANA time zone such as America/New_York")
        )
    }
}

/// A command that is to be carried out.
struct Order {
    var command: any Command
    var actor: Actor
    /// Nil for a command that founds an organisation.
    var organisation: UniqueID?
    var input = JSONValue.null
    var key: String?
    /// The version that the client's stream has to have, or the organisation's.
    var expectedVersion: Int?
    var from: NetworkAddress?
}

/// A decision whose events were handed to the log.
struct Submitted {
    /// Nil where there was nothing to write.
    var pending: PendingAppend?
    var refusal: Refusal?
    /// What the reply says besides, this one time.
    var remarks: [JSONMember] = []
    /// What was handed to the log.
    var events: [PortalEvent] = []
}

extension CommandReply {
    /// The reply with something that stands in no event.
    func saying(_ remarks: [JSONMember]) -> CommandReply {
        guard case .accepted(var accepted) = self else { return self }
        accepted.remarks += remarks
        return .accepted(accepted)
    }

    /// The reply that says nothing of what was done.
    static func heard(_ lines: [EventLine]) -> CommandReply {
        .accepted(Accepted(sequence: lines.last?.envelope.sequence ?? 0, events: [], ids: []))
    }

    static func accepted(
        _ lines: [EventLine],
        _ ids: [JSONMember],
        _ remarks: [JSONMember] = []
    ) -> CommandReply {
        .accepted(
            Accepted(
                sequence: lines.last?.envelope.sequence ?? 0,
                events: lines.map {
                    Recorded(sequence: $0.envelope.sequence, type: $0.envelope.type)
                },
                ids: ids,
                remarks: remarks
            )
        )
    }
}

/// Why a command was not carried out: the rules' refusal, or the program's own failure.
enum DeskFailure: Error {
    case refusal(Refusal)
    case service(ServiceError)

    /// A refusal is a reply; a failure is not.
    func reply() throws(ServiceError) -> CommandReply {
        switch self {
        case .refusal(let refusal): return .refused(refusal)
        case .service(let error): throw error
        }
    }
}
