import EventLine
import PortalAccess
import PortalEvents

extension CommandDesk {
    /// Records that a member of staff has read the audit trail: who, and with which filter.
    /// Reading anything else, or by anybody else, records nothing.
    package func recordReading(_ request: QueryRequest) async throws(ServiceError) {
        guard case .staff = request.actor, request.query == "AuditTrail",
            let organisation = try organisation(request.organisation)
        else { return }
        let command = RecordReading(query: request.query, filter: request.input.canonicalText)
        let order = Order(command: command, actor: request.actor, organisation: organisation)
        _ = try await carryOut(order)
    }
}
