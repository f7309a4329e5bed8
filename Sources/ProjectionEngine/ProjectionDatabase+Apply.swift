public import EventLine
import GRDB
import GRDBSQLite
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
        try apply(lines.map(decoding.decode), skipping: skipped)
    }

    func apply(
        _ events: [DecodedEvent],
        skipping skipped: Set<UInt64> = []
    ) throws(ProjectionError) {
        guard !isReadOnly else { throw .readOnly(projection: definition.name) }
        guard let last = events.last, last.sequence > position else { return }
        do {
            try commit(events[...], skipping: skipped, failure: nil)
        } catch let stop as EventStop {
            // The batch was rolled back: what stands before the event is sound and is kept.
            try keep(events[..<stop.index], skipping: skipped, failure: stop.failure)
            throw .stopped(stop.failure)
        } catch let error as ProjectionError {
            throw error
        } catch {
            throw .storage(projection: definition.name, reason: "\(error)")
        }
    }

    private func keep(
        _ events: ArraySlice<DecodedEvent>,
        skipping skipped: Set<UInt64>,
        failure: EventFailure
    ) throws(ProjectionError) {
        try Self.storage(definition) {
            try commit(events, skipping: skipped, failure: failure)
        }
    }

    private func commit(
        _ events: ArraySlice<DecodedEvent>,
        skipping skipped: Set<UInt64>,
        failure: EventFailure?
    ) throws {
        let reached = try writer.write { db in
            guard var meta = try MetaTable.read(db, projection: definition.name) else {
                throw ProjectionError.needsRebuild(projection: definition.name)
            }
            if let failure = meta.failure { throw ProjectionError.stopped(failure) }
            if definition.usesNumbers { try NumberedNames.begin(at: meta.position, db) }
            var committed: UInt64?
            defer { if definition.usesNumbers { try? NumberedNames.end(at: committed, db) } }
            var run = BatchRun(definition: definition, db: db, position: meta.position)
            defer { run.clearBindings() }
            for (index, event) in zip(events.indices, events) {
                guard try run.isNext(event, allowsGaps: allowsGaps) else { continue }
                if !skipped.contains(event.sequence) {
                    try run.apply(event, index: index)
                }
                run.position = event.sequence
            }
            meta.position = run.position
            meta.failure = failure
            try meta.write(db)
            committed = run.position
            return run.position
        }
        lastApplied.store(reached, ordering: .releasing)
    }
}

/// An event of a batch that could not be applied.
private struct EventStop: Error {
    let index: Int
    let failure: EventFailure
}

/// One batch inside its transaction.
private struct BatchRun {
    let definition: ProjectionDefinition
    let db: Database
    var position: UInt64
    /// Prepared statements by their number in the definition, fetched when first needed.
    private var prepared: [Statement?]

    init(definition: ProjectionDefinition, db: Database, position: UInt64) {
        self.definition = definition
        self.db = db
        self.position = position
        prepared = Array(repeating: nil, count: definition.statements.count)
    }

    /// Whether an event is to be applied; no if it was before.
    func isNext(_ event: DecodedEvent, allowsGaps: Bool) throws(ProjectionError) -> Bool {
        let sequence = event.sequence
        guard sequence > position else { return false }
        guard allowsGaps || sequence == position + 1 else {
            throw .gap(projection: definition.name, expected: position + 1, found: sequence)
        }
        return true
    }

    mutating func apply(_ event: DecodedEvent, index: Int) throws {
        let steps = definition.steps(for: event.type)
        guard !steps.isEmpty else { return }
        for step in steps where prepared[step.statement] == nil {
            let sql = definition.statements[step.statement].sql
            prepared[step.statement] = try db.cachedStatement(sql: sql)
        }
        try event.withPinnedBytes { pinned in
            for step in steps {
                guard let statement = prepared[step.statement]?.sqliteStatement else { continue }
                do throws(StatementBinding.Problem) {
                    try StatementBinding(statement, event, pinned).run(step.bindings)
                } catch {
                    throw failure(error, event: event, step: step, index: index)
                }
            }
        }
    }

    /// Takes the last event's values out of the statements: they are kept for later batches, and
    /// the event is not.
    func clearBindings() {
        for case let statement? in prepared {
            sqlite3_clear_bindings(statement.sqliteStatement)
        }
    }

    private func failure(
        _ problem: StatementBinding.Problem,
        event: DecodedEvent,
        step: HandlerStep,
        index: Int
    ) -> any Error {
        let name = definition.name
        switch problem {
        case .unavailable(let reason):
            return ProjectionError.personalDataUnavailable(
                projection: name,
                sequence: event.sequence,
                reason: reason
            )
        case .storage(let reason):
            return ProjectionError.storage(projection: name, reason: reason)
        case .event(let message):
            let line = definition.statements[step.statement].line
            return EventStop(
                index: index,
                failure: EventFailure(
                    projection: name,
                    sequence: event.sequence,
                    type: event.type,
                    statement: definition.place(of: line),
                    message: message
                )
            )
        }
    }
}
