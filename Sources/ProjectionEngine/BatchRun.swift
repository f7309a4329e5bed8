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
    /// The numbers of texts, as far as they are known; taken back when the run is over.
    private(set) var numbers: NumberedNames
    /// Open inside a transaction, if there is such a table.
    private var names: NameTable?
    private let recorder: StatementRecorder?
    /// How many events were applied since the last commit.
    private(set) var uncommittedCount = 0
    /// The last event whose rows stay.
    private(set) var committed: UInt64

    init(
        _ database: ProjectionDatabase,
        _ db: Database,
        skipping skipped: Set<UInt64>,
        _ numbers: NumberedNames
    ) {
        definition = database.definition
        recorder = database.recorder
        self.numbers = numbers
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
            try db.commit()
        } catch {
            rollBack()
            throw error
        }
        committed = meta.position
        numbers.end(at: committed)
        recorder?.committed()
        release()
    }

    /// Leaves what was applied as it is, neither committed nor taken back: somebody else ends the
    /// transaction.
    func leaveOpen() { release() }

    /// Takes back what was not committed.
    func rollBack() {
        numbers.end(at: nil)
        // SQLite rolls nothing back while one of its statements is open.
        names = nil
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
        guard definition.usesNumbers else { return }
        numbers.begin(at: meta.position, typeCount: definition.catalogue.entries.count)
        names = try NameTable(db, recorder)
    }

    /// Takes the last event's values out of the statements: they are kept for later batches, and
    /// the event is not.
    private func release() {
        for case let statement? in prepared { sqlite3_clear_bindings(statement) }
        names = nil
        held.removeAll(keepingCapacity: true)
        uncommittedCount = 0
    }

    private func run(_ batch: EventBatch, before end: UInt64) throws {
        try batch.withPinned { pinned in
            try definition.plan.withPinned { plan in
                var binding = StatementBinding(
                    batch: batch,
                    pinned: pinned,
                    names: names,
                    recorder: recorder,
                    numbers: numbers
                )
                // There must be only one of it, or changing it would copy it.
                numbers = NumberedNames()
                defer { numbers = binding.numbers }
                for place in pinned.events.indices {
                    let sequence = pinned.events[place].line.sequence
                    guard sequence < end else { break }
                    guard try isNext(sequence) else { continue }
                    if !skipped.contains(sequence) { try apply(place, plan, &binding) }
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

    /// Applies the event at a place of the batch.
    private func apply(
        _ place: Int,
        _ plan: HandlerPlan.Pinned,
        _ binding: inout StatementBinding
    ) throws {
        for number in plan.steps(of: binding.pinned.events[place].type) {
            let step = plan.steps[number]
            let statement = try statement(step.statement)
            do throws(StatementBinding.Problem) {
                try binding.run(
                    statement,
                    plan.bindings(of: step),
                    of: binding.pinned.events[place]
                )
            } catch {
                let event = binding.pinned.events[place]
                throw failure(error, event: event, statement: step.statement, binding.batch)
            }
            recorder?.ran(step.statement)
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
        statement: Int,
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
                    statement: definition.place(of: definition.statements[statement].line),
                    message: message
                )
            )
        }
    }
}
