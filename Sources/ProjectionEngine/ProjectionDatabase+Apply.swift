public import EventLine
import GRDB
import Synchronization

extension ProjectionDatabase {
    /// Applies events in their order: rows and position in one transaction.
    ///
    /// Events that were applied before are passed over; a missing one is refused as a `gap` and
    /// nothing is applied. If an event fails, those before it are applied, the failure is
    /// recorded in the file and thrown as `stopped`, and every later call throws it again.
    ///
    /// - Parameter skipped: sequences that an operator decided to pass over.
    public func apply(
        _ lines: [EventLine],
        skipping skipped: Set<UInt64> = []
    ) throws(ProjectionError) {
        let decoding = EventDecoding(for: [definition], open: opening)
        try apply(decoding.batch(of: lines), skipping: skipped)
    }

    func apply(
        _ batch: EventBatch,
        skipping skipped: Set<UInt64> = []
    ) throws(ProjectionError) {
        var batches = [batch]
        try apply(skipping: skipped, eventsPerTransaction: 1) { batches.popLast() }
    }

    /// Applies batches until there is none, in transactions of at least so many events.
    func apply(
        skipping skipped: Set<UInt64>,
        eventsPerTransaction: Int,
        _ next: () -> EventBatch?
    ) throws(ProjectionError) {
        guard !isReadOnly else { throw .readOnly(projection: definition.name) }
        do {
            try writer.writeWithoutTransaction { db in
                let run = BatchRun(self, db, skipping: skipped, takeNumbers())
                defer {
                    lastApplied.store(run.committed, ordering: .releasing)
                    numbers.withLock { $0 = run.numbers }
                }
                while let batch = next() {
                    guard let last = batch.lastSequence, last > position else { continue }
                    try run.apply(batch)
                    guard run.uncommittedCount >= eventsPerTransaction else { continue }
                    try run.commit()
                    lastApplied.store(run.committed, ordering: .releasing)
                }
                try run.commit()
            }
        } catch let stop as EventStop {
            throw .stopped(stop.failure)
        } catch let error as ProjectionError {
            throw error
        } catch {
            throw .storage(projection: definition.name, reason: "\(error)")
        }
    }

    /// The numbers that are known. There must be only one of it, or changing it would copy it.
    private func takeNumbers() -> NumberedNames {
        numbers.withLock { known in
            let taken = known
            known = NumberedNames()
            return taken
        }
    }
}
