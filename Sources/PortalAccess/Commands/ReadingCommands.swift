package import EventLine
package import PortalEvents

/// Records that somebody has read the audit trail, and about whom.
package struct RecordReading: Command {
    private let query: String
    private let filter: String
    private let clientID: UniqueID?

    package init(query: String, filter: String, clientID: UniqueID?) {
        self.query = query
        self.filter = filter
        self.clientID = clientID
    }

    package var audience: Audience { .staff(.viewActivityLog) }
    package var target: Target { clientID.map { .client($0) } ?? .organisation }

    package func decide(in situation: Situation) throws(Refusal) -> [PortalEvent] {
        [.auditTrailRead(.init(query: query, filter: filter, clientId: clientID))]
    }
}
