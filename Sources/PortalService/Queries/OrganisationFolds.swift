import EventLine
import PortalAccess
import PortalEvents
import Synchronization

/// Organisations as they were, of whose events each is decoded once.
///
/// Every question needs its organisation as of a moment and as it is now.
final class OrganisationFolds: Sendable {
    private let kept = Mutex<[UniqueID: Fold]>([:])

    private struct Fold {
        var events: [PortalEvent] = []
        var newest = OrganisationState()

        func state(after count: Int) -> OrganisationState {
            guard count < events.count else { return newest }
            var state = OrganisationState()
            for event in events.prefix(count) { state.evolve(with: event) }
            return state
        }
    }

    /// An organisation after the first of its events. `decode` is given those that were not seen
    /// before.
    func state(
        of organisation: UniqueID,
        through lines: [EventLine],
        decode: (_ lines: [EventLine]) throws(ServiceError) -> [RecordedEvent]
    ) throws(ServiceError) -> OrganisationState {
        var fold = kept.withLock { $0[organisation] } ?? Fold()
        if lines.count > fold.events.count {
            for recorded in try decode(Array(lines.dropFirst(fold.events.count))) {
                fold.events.append(recorded.event)
                fold.newest.evolve(with: recorded.event)
            }
            // Who decoded at the same time has decoded the same; the longer one stays.
            let longer = fold
            kept.withLock { kept in
                if kept[organisation]?.events.count ?? -1 < longer.events.count {
                    kept[organisation] = longer
                }
            }
        }
        return fold.state(after: lines.count)
    }
}
