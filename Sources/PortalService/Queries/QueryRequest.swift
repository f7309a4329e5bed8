package import EventLine
package import PortalAccess

/// Somebody asks for a read model by its name.
package struct QueryRequest: Sendable {
    /// The read model's name.
    package var query: String
    /// Its input, an object; `asOf` in it asks for an earlier moment.
    package var input: JSONValue
    /// Who asks.
    package var actor: Actor
    /// The organisation; nil where there is only one.
    package var organisation: UniqueID?

    package init(
        _ query: String,
        input: JSONValue = [:],
        actor: Actor = .systemOperator,
        organisation: UniqueID? = nil
    ) {
        self.query = query
        self.input = input
        self.actor = actor
        self.organisation = organisation
    }
}

/// A read model's answer.
package enum QueryReply: Sendable {
    /// What it holds, as of this sequence.
    case result(JSONValue, sequence: UInt64)
    /// Why it was refused.
    case refused(CommandReply.Refused)

    /// The reply as other programs read it.
    package var json: JSONValue {
        switch self {
        case .result(let result, let sequence):
            .object([
                JSONMember("ok", true), JSONMember("sequence", .integer(Int64(sequence))),
                JSONMember("result", result),
            ])
        case .refused(let refused): CommandReply.refused(refused).json
        }
    }
}
