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
    case result(JSONValue, sequence: AnswerPlace)
    /// Why it was refused.
    case refused(CommandReply.Refused)

    /// The reply as other programs read it.
    package var json: JSONValue {
        switch self {
        case .result(let result, let place):
            .object(
                [JSONMember("ok", true), JSONMember("sequence", .integer(Int64(place.sequence)))]
                    + (place.stopped.isEmpty
                        ? [] : [JSONMember("stopped", .array(place.stopped.map(\.json)))])
                    + [JSONMember("result", result)]
            )
        case .refused(let refused): CommandReply.refused(refused).json
        }
    }
}

/// Where in the log an answer stands.
package struct AnswerPlace: Sendable {
    /// The last event that it takes in, apart from what comes out of stopped projections.
    package let sequence: UInt64
    /// The projections among its sources that an event stopped before that.
    package let stopped: [StoppedProjection]

    init(_ sequence: UInt64, stopped: [StoppedProjection]) {
        self.sequence = sequence
        self.stopped = stopped
    }

    /// What somebody has to know who relies on the answer; nil if there is nothing.
    package var warning: String? {
        guard !stopped.isEmpty else { return nil }
        return stopped.map {
            "this is not all: \($0.failure); it answers as of \($0.position)"
        }.joined(separator: "\n")
    }
}
