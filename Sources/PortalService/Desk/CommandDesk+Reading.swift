import EventLine
import PortalAccess
import PortalEvents

extension CommandDesk {
    /// Records that a member of staff has read the audit trail: who, what, and with which filter.
    package func record(_ reading: TrailReading) async throws(ServiceError) {
        let command = RecordReading(
            query: reading.query,
            filter: reading.filter,
            clientID: reading.client
        )
        let order = Order(
            command: command,
            actor: reading.reader,
            organisation: reading.organisation
        )
        let reply = try await carryOut(order)
        guard case .refused(let refused) = reply else { return }
        // What cannot be recorded must not be shown.
        throw ServiceError("the reading could not be recorded: \(refused.reason)")
    }
}
