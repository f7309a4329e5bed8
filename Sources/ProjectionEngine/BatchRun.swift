import EventLine
import GRDB
import GRDBSQLite
import Synchronization

/// An event that could not be applied.
struct EventStop: Error {
    let failure: EventFailure
}

/// Batches on their way into one database, in transactions of one or more of them.
///
/// What is not committed yet is held, so that the events before one that fails can be applied
/// again after everything was rolled back.
final class BatchRun {
    private let definition: ProjectionDefinition
    private let db: Database
    private let allowsGaps: Bool
    private let skipped: Set<UInt64>
    private var meta: MetaTable
    /// Prepared statements by their number in the definition, fetched when first needed.
    private var prepared: [OpaquePointer?]
    private var held: [EventBatch] = []
    /// How many events were applied since the last commit.
    private(set) var uncommittedCount = 0
    /// The last event whose rows stay.
    private(set) var committed: UInt64

    init(_ database: ProjectionDatabase, _ db: Database, skipping skipped: Set<UInt64>) {
        definition = database.definition
        self.db = db
        allowsGaps = database.allowsGaps
        self.skipped = skipped
        committed = database.lastApplied.load(ordering: .acquiring)
        meta = MetaTable(
            position: committed,
            definition: definition.text,
            isComplete: false,
            failure: nil
        )
        prepared = Array(repeating: nil, count: definition.statements.count)
    }

    /// Applies a batch. If this throws nothing that was not committed stays, except before an
    /// ``EventStop``: then the events before that one are committed with the failure.
    func apply(_ batch: EventBatch) throws {
        do {
            if !db.isInsideTransaction { try begin() }
            held.append(batch)
            try run(batch, before: .max)
            uncommittedCount += batch.events.count
        } catch let stop as EventStop {
            // The failed batch was half applied: what stands before the event is sound and is kept.
            let batches = held
            rollBack()
            try begin()
            for batch in batches { try run(batch, before: stop.failure.sequence) }
            meta.failure = stop.failure
            try commit()
            throw stop
        } catch {
            rollBack()
            throw error
        }
    }

    /// Makes what was applied stay.
    func commit() throws {
        guard db.isInsideTransaction else { return }
        do {
            try meta.write(db)
            if definition.usesNumbers { try NumberedNames.end(at: meta.position, db) }
            try db.commit()
        } catch {
            rollBack()
            throw error
        }
        committed = meta.position
        release()
    }

    /// Leaves what was applied as it is, neither committed nor taken back: somebody else ends the
    /// transaction.
    func leaveOpen() { release() }

    /// Takes back what was not committed.
    func rollBack() {
        if definition.usesNumbers { try? NumberedNames.end(at: nil, db) }
        try? db.rollback()
        release()
    }

    private func begin() throws {
        try db.beginTransaction(.immediate)
        guard let meta = try MetaTable.read(db, projection: definition.name) else {
            throw ProjectionError.needsRebuild(projection: definition.name)
        }
        if let failure = meta.failure { throw ProjectionError.stopped(failure) }
        self.meta = meta
        if definition.usesNumbers { try NumberedNames.begin(at: meta.position, db) }
    }

    /// Takes the last event's values out of the statements: they are kept for later batches, and
    /// the event is not.
    private func release() {
        for case let statement? in prepared { sqlite3_clear_bindings(statement) }
        held.removeAll(keepingCapacity: true)
        uncommittedCount = 0
    }

    private func run(_ batch: EventBatch, before end: UInt64) throws {
        try batch.text.withUnsafeBufferPointer { text in
            try batch.catalogue.labels.withUnsafeBufferPointer { labels in
                let pinned = StatementBinding.Pinned(text: text, labels: labels)
                for event in batch.events {
                    let sequence = event.line.sequence
                    guard sequence < end else { break }
                    guard try isNext(sequence) else { continue }
                    let steps = definition.steps(for: event.type)
                    if !steps.isEmpty, !skipped.contains(sequence) {
                        try apply(event, steps, batch, pinned)
                    }
                    meta.position = sequence
                }
            }
        }
    }

    /// Whether an event is to be applied; no if it was before.
    private func isNext(_ sequence: UInt64) throws(ProjectionError) -> Bool {
        guard sequence > meta.position else { return false }
        guard allowsGaps || sequence == meta.position + 1 else {
            throw .gap(
                projection: definition.name,
                expected: meta.position + 1,
                found: sequence
            )
        }
        return true
    }

    private func apply(
        _ event: EventBatch.Event,
        _ steps: [HandlerStep],
        _ batch: EventBatch,
        _ pinned: StatementBinding.Pinned
    ) throws {
        for step in steps {
            let statement = try statement(step.statement)
            do throws(StatementBinding.Problem) {
                try StatementBinding(statement: statement, batch: batch, pinned: pinned)
                    .run(step.bindings, of: event)
            } catch {
                throw failure(error, event: event, step: step, batch)
            }
        }
    }

    private func statement(_ number: Int) throws -> OpaquePointer {
        if let statement = prepared[number] { return statement }
        let sql = definition.statements[number].sql
        let statement = try db.cachedStatement(sql: sql).sqliteStatement
        prepared[number] = statement
        return statement
    }

    private func failure(
        _ problem: StatementBinding.Problem,
        event: EventBatch.Event,
        step: HandlerStep,
        _ batch: EventBatch
    ) -> any Error {
        let name = definition.name
        switch problem {
        case .unavailable(let reason):
            return ProjectionError.personalDataUnavailable(
                projection: name,
                sequence: event.line.sequence,
                reason: reason
            )
        case .storage(let reason):
            return ProjectionError.storage(projection: name, reason: reason)
        case .event(let message):
            return EventStop(
                failure: EventFailure(
                    projection: name,
                    sequence: event.line.sequence,
                    type: batch.type(of: event),
                    statement: definition.place(of: definition.statements[step.statement].line),
                    message: message
                )
            )
        }
    }
}
