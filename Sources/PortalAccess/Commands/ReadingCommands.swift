import EventLine
package import PortalEvents

/// Records that somebody has read the audit trail.
package struct RecordReading: Command {
    private let query: String
    private let filter: String

    package init(query: String, filter: String) {
        self.query = query
        self.filter = filter
    }

    package var audience: Audience { .staff(.viewActivityLog) }
    package var target: Target { .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        [.auditTrailRead(.init(query: query, filter: filter))]
    }
}
