package import EventLine
package import PortalAccess

/// Somebody asks for a command by its name.
package struct CommandRequest: Sendable {
    /// The command's name.
    package var command: String
    /// Its input, an object.
    package var input: JSONValue
    /// Who asks.
    package var actor: Actor
    /// The organisation; nil where there is only one.
    package var organisation: UniqueID?
    /// Repeating a command with the same key gives the first answer.
    package var key: String?
    /// How many events there are of the client whom the command is about, or of the organisation
    /// where it is about that, as whoever asks has seen it; it is refused where there are others.
    package var expectedVersion: Int?
    /// Where it comes from, if that is known. What fails is counted by it.
    package var from: NetworkAddress?

    package init(
        _ command: String,
        input: JSONValue = [:],
        actor: Actor = .systemOperator,
        organisation: UniqueID? = nil,
        key: String? = nil,
        expectedVersion: Int? = nil,
        from: NetworkAddress? = nil
    ) {
        self.command = command
        self.input = input
        self.actor = actor
        self.organisation = organisation
        self.key = key
        self.expectedVersion = expectedVersion
        self.from = from
    }
}

/// What came of a command.
package enum CommandReply: Sendable {
    /// It was obeyed; the events are durable.
    case accepted(Accepted)
    /// It was refused.
    case refused(Refused)

    /// The events of a command that was obeyed.
    package struct Accepted: Hashable, Sendable {
        /// The sequence of the last one.
        package let sequence: UInt64
        /// Their sequences and types.
        package let events: [Recorded]
        /// Every id that the command made or touched first-hand.
        package let ids: [JSONMember]
        /// What else the reply says.
        package var remarks: [JSONMember] = []
    }

    /// An event's place and type.
    package struct Recorded: Hashable, Sendable {
        /// Where it stands in the log.
        package let sequence: UInt64
        /// Its name and version.
        package let type: String
    }

    /// Why a command was refused.
    package struct Refused: Hashable, Sendable {
        /// The machine-readable reason.
        package let reason: String
        /// The input field at fault.
        package let field: String?
        /// What was wrong and what to do about it.
        package let detail: String?
    }

    /// The reply as other programs read it.
    package var json: JSONValue {
        switch self {
        case .accepted(let accepted):
            let events = accepted.events.map {
                JSONValue.object([
                    JSONMember("sequence", .integer(Int64($0.sequence))),
                    JSONMember("type", .string($0.type)),
                ])
            }
            return .object(
                [
                    JSONMember("ok", true),
                    JSONMember("sequence", .integer(Int64(accepted.sequence))),
                    JSONMember("events", .array(events)), JSONMember("ids", .object(accepted.ids)),
                ] + accepted.remarks
            )
        case .refused(let refused):
            var members = [JSONMember("ok", false), JSONMember("reason", .string(refused.reason))]
            if let field = refused.field { members.append(JSONMember("field", .string(field))) }
            if let detail = refused.detail { members.append(JSONMember("detail", .string(detail))) }
            return .object(members)
        }
    }
}

extension CommandReply {
    static func refused(_ refusal: Refusal) -> CommandReply {
        .refused(
            Refused(
                reason: refusal.reason.rawValue,
                field: refusal.field,
                detail: refusal.detail
            )
        )
    }
}
