import EventLine
import EventLog
import PortalAccess
import ProjectionEngine

/// What came of passing over an event.
package enum SkipOutcome: Sendable {
    /// It is passed over from now on.
    case skipped(ProjectionEntry)
    /// It was before, by the event with this sequence. Nothing was written.
    case skippedBefore(decision: UInt64)
    /// The projection did not stop there. Nothing was written.
    case refused(String)
}

extension CommandDesk {
    /// Records that a projection passes over an event at which it stopped, live or in a rebuild,
    /// and lets it go on.
    ///
    /// An event that can be applied is never passed over: the read model would be wrong and nobody
    /// could see it.
    package func skip(
        _ sequence: UInt64,
        in projection: String,
        reason: String
    ) async throws(ServiceError) -> SkipOutcome {
        try store.catchUpProjections()
        let stops = try serviceError { () throws(ProjectionError) in
            try store.projections.stops(of: projection)
        }
        guard sequence > 0, sequence <= store.head else {
            throw ServiceError("there is no event \(sequence): the log ends at \(store.head)")
        }
        if let decision = try store.skippedEvents().decision(of: projection, on: sequence) {
            return .skippedBefore(decision: decision)
        }
        guard stops.contains(where: { $0.sequence == sequence }) else {
            let entry = try entry(of: projection)
            return .refused(
                "\(projection) did not stop at event \(sequence): it stands at \(entry.position) "
                    + "(\(entry.state)); only what stopped a projection can be passed over"
            )
        }
        let line = try serviceError { () throws(LogError) in try store.log.event(at: sequence) }
        let command = SkipProjectionEvent(
            projection: projection,
            sequence: sequence,
            type: line.envelope.type,
            reason: reason
        )
        let reply = try await carryOut(
            Order(
                command: command,
                actor: .systemOperator,
                organisation: line.envelope.organisation
            )
        )
        if case .refused(let refused) = reply { return .refused(refused.detail ?? refused.reason) }
        try store.catchUpProjections()
        return .skipped(try entry(of: projection))
    }

    private func entry(of projection: String) throws(ServiceError) -> ProjectionEntry {
        let head = store.head
        let all = try serviceError { () throws(ProjectionError) in
            try store.projections.status(head: head, countingRows: false)
        }
        guard let status = all.first(where: { $0.name == projection }) else {
            throw ServiceError("there is no projection \(projection)")
        }
        return ProjectionEntry(status)
    }
}
