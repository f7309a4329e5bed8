import EventLine
import EventLog
import PersonalData
import PortalAccess
import PortalEvents

extension CommandDesk {
    /// The stream of the events that a request with an idempotency key has caused. Keys belong to
    /// organisation and actor; being in the log they survive a restart. A request that founds an
    /// organisation has none yet.
    func requestStream(_ order: Order) -> [StreamName] {
        guard let key = order.key else { return [] }
        let scope = order.organisation.map { "\($0)" } ?? "organisations"
        let digest = store.vault.keyedDigest("request", "\(scope) \(order.actor) \(key)")
        return StreamName("request/\(digest)").map { [$0] } ?? []
    }

    /// What caused the events: an id made of the command and its input, so that a repeated key
    /// with other input can be told.
    func causation(of order: Order) -> UniqueID {
        // A field that is null is one left out (contract).
        let given = order.input.members.map { JSONValue.object($0.filter { !$0.value.isNull }) }
        let text = "\(type(of: order.command).name) \((given ?? order.input).sortedText)"
        let digits = store.vault.keyedDigest("causation", text)
        let high = UInt64(digits.prefix(16), radix: 16) ?? 0
        let low = UInt64(digits.dropFirst(16).prefix(16), radix: 16) ?? 0
        // RFC 9562 §5.8: version 8, made by a rule of our own.
        return UniqueID(
            high: high & ~0xf000 | 0x8000,
            low: low & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        )
    }

    /// Whether a stream has events, those included that are not durable yet.
    func logHas(_ stream: StreamName) throws(DeskFailure) -> Bool {
        do { return try store.log.has(stream) } catch { throw .service(error) }
    }

    /// The reply that a request with the same key was given; nil if there was none.
    ///
    /// A refusal that wrote nothing is not remembered: it changed nothing, and is decided anew.
    func firstAnswer(to order: Order) throws(DeskFailure) -> CommandReply? {
        guard let stream = requestStream(order).first, try logHas(stream) else { return nil }
        let lines: [EventLine]
        do {
            lines = try store.log.events(in: stream)
        } catch {
            throw .service(ServiceError(error.description))
        }
        guard let first = lines.first else {
            throw .refusal(Refusal(.versionConflict, detail: "the first request is still running"))
        }
        guard first.envelope.causationID == "\(causation(of: order))" else {
            throw .refusal(
                Refusal(.idempotencyKeyReused, detail: "use a new key for another request")
            )
        }
        if !type(of: order.command).isAnsweredAlike,
            let refusal = Self.refusal(recordedAs: first.envelope.type, order)
        {
            return .refused(refusal)
        }
        return Self.accepted(lines, order.command)
    }

    /// What the person was told when an event of this type was the whole answer.
    private static func refusal(recordedAs eventType: String, _ order: Order) -> Refusal? {
        switch eventType {
        case CommandRefused.type: .notPermitted(order.actor, type(of: order.command).name)
        case RegistrationRefused.type, PatientUserFailedToRegister.type,
            UnknownRegistrationAttempt.type:
            .outside(.registrationRefused)
        case SignInRefused.type, UnknownSignInAttempt.type: .outside(.signInRefused)
        default: nil
        }
    }

    /// The reply's ids, read from the events' fields: the last that has the field, and for a name
    /// in the plural all.
    static func accepted(_ lines: [EventLine], _ command: any Command) -> CommandReply {
        guard !type(of: command).isAnsweredAlike else { return .heard(lines) }
        let fields = lines.compactMap { try? JSONValue(parsing: $0.data) }
        var ids: [JSONMember] = []
        for name in type(of: command).replyIDs {
            if name.hasSuffix("Ids") {
                let found = fields.compactMap { $0[String(name.dropLast())] }
                let each = found.reduce(into: [JSONValue]()) { all, id in
                    if !all.contains(id) { all.append(id) }
                }
                if !each.isEmpty { ids.append(JSONMember(name, .array(each))) }
            } else if let id = fields.compactMap({ $0[name] }).last {
                ids.append(JSONMember(name, id))
            }
        }
        let remarks = type(of: command).replyFields.compactMap { name in
            fields.compactMap { $0[name] }.last.map { JSONMember(name, $0) }
        }
        return .accepted(lines, ids, remarks)
    }
}

extension JSONValue {
    /// The value with the members of every object sorted, so that their order does not matter.
    fileprivate var sortedText: String { sorted.canonicalText }

    private var sorted: JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.map { JSONMember($0.name, $0.value.sorted) }.sorted { $0.name < $1.name }
            )
        case .array(let elements): .array(elements.map(\.sorted))
        case .null, .bool, .integer, .decimal, .string: self
        }
    }
}
