import EventLine
import PortalAccess
import PortalEvents
import Synchronization

/// Organisations as they were, of whose events each is read and decoded once.
///
/// Every question needs its organisation as of a moment and as it is now; the stream of an
/// organisation grows with every reading of the audit trail.
final class OrganisationFolds: Sendable {
    private let kept = Mutex<[UniqueID: Fold]>([:])

    private struct Fold {
        var events: [(sequence: UInt64, event: PortalEvent)] = []
        var newest = OrganisationState()

        func state(through sequence: UInt64) -> OrganisationState {
            guard let last = events.last, last.sequence > sequence else { return newest }
            var state = OrganisationState()
            for known in events {
                guard known.sequence <= sequence else { break }
                state.evolve(with: known.event)
            }
            return state
        }
    }

    /// An organisation as of a sequence. `read` gives the events of its stream behind so many.
    func state(
        of organisation: UniqueID,
        through sequence: UInt64,
        read: (_ version: Int) throws(ServiceError) -> [RecordedEvent]
    ) throws(ServiceError) -> OrganisationState {
        var fold = kept.withLock { $0[organisation] } ?? Fold()
        if sequence >= fold.events.last?.sequence ?? 0 {
            for recorded in try read(fold.events.count) {
                fold.events.append((recorded.envelope.sequence, recorded.event))
                fold.newest.evolve(with: recorded.event)
            }
            // Who read at the same time has read the same; the longer one stays.
            let read = fold
            kept.withLock { kept in
                if kept[organisation]?.events.count ?? -1 < read.events.count {
                    kept[organisation] = read
                }
            }
        }
        return fold.state(through: sequence)
    }
}
