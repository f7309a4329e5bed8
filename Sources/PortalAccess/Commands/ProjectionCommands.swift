package import PortalEvents

/// Lets a projection pass over an event at which it stopped. What the event did to that read model
/// is lost to it, and to nothing else; so it is an operator's act, with a reason.
package struct SkipProjectionEvent: Command {
    private let projection: String
    private let sequence: Int
    private let type: String
    private let reason: String

    package init(projection: String, sequence: UInt64, type: String, reason: String) {
        self.projection = projection
        self.sequence = Int(clamping: sequence)
        self.type = type
        self.reason = reason
    }

    package var audience: Audience { .system }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        [
            .projectionEventSkipped(
                .init(projection: projection, sequence: sequence, type: type, reason: reason)
            )
        ]
    }
}
