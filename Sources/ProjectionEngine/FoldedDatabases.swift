public import EventLine
import GRDB
import Synchronization

/// Databases in memory that answer as of earlier moments, one question after the other.
///
/// Making a database and preparing its statements costs more than the few events of a question. So
/// databases are used again: the events that many questions have in common, such as those that set
/// an organisation up, are applied once and stay; those of one question are applied behind them in
/// a transaction that is rolled back with its answer. Events are applied in their order, so rows
/// are the same as in a database of the question's own.
public final class FoldedDatabases: Sendable {
    private let free = Mutex<[Prepared]>([])

    /// So many databases are kept, those that were used last.
    private static let countMax = 32
    /// Databases are kept after every so many common events: with fewer, one could hardly be used
    /// for two questions; with more, too many events would be applied anew for each.
    private static let step = 64

    /// What a database holds while nobody asks.
    private struct Content: Hashable, Sendable {
        let projection: String
        /// How many common events there are, and the last of them; 0 without any.
        let count: Int
        let last: UInt64
        let skipped: Set<UInt64>
    }

    private struct Prepared: Sendable {
        let content: Content
        let database: ProjectionDatabase
        let decoding: EventDecoding
    }

    /// Makes nothing yet.
    public init() {}

    /// The rows that some events make. Databases go by the name of the definition, so there must
    /// be one of each.
    ///
    /// - Parameters:
    ///   - common: events that other questions have too, in order: of those about another moment
    ///     one has the beginning of the other's. What is personal in them stays in memory, so they
    ///     must be such as are never erased.
    ///   - own: events of this question, in order.
    ///   - skipped: sequences that an operator decided to pass over.
    public func rows(
        _ definition: ProjectionDefinition,
        common: [EventLine],
        own: [EventLine],
        skipping skipped: Set<UInt64>,
        opening personal: @escaping PersonalOpening
    ) throws(ProjectionError) -> FoldedRows {
        let end = own.first?.envelope.sequence ?? .max
        let before = common.prefix { $0.envelope.sequence < end }.count
        let isWhole = before == common.count
        let count = isWhole ? before : before - before % Self.step
        let content = Content(
            projection: definition.name,
            count: count,
            last: count > 0 ? common[count - 1].envelope.sequence : 0,
            skipped: skipped
        )
        let prepared = try prepared(content, definition, common, personal)
        let rest = common.dropFirst(count) + own
        let lines = rest.sorted { $0.envelope.sequence < $1.envelope.sequence }
        let failure = try prepared.database.applyForNow(
            prepared.decoding.batch(of: lines),
            skipping: skipped
        )
        // After a failure the events before it stay in the database: it is of no use any more.
        let isKept = failure == nil
        return FoldedRows(prepared.database, failure: failure) { [self] in
            if isKept { putBack(prepared) }
        }
    }

    private func prepared(
        _ content: Content,
        _ definition: ProjectionDefinition,
        _ common: [EventLine],
        _ personal: @escaping PersonalOpening
    ) throws(ProjectionError) -> Prepared {
        let known = free.withLock { free in
            free.lastIndex { $0.content == content }.map { free.remove(at: $0) }
        }
        if let known { return known }
        let database = try ProjectionDatabase.empty(definition, opening: personal)
        let decoding = EventDecoding(for: [definition], open: personal)
        let batch = decoding.batch(of: Array(common.prefix(content.count)))
        do throws(ProjectionError) {
            try database.apply(batch, skipping: content.skipped)
        } catch {
            // Whoever asks learns of it from the rows, which end here.
            guard case .stopped = error else { throw error }
        }
        return Prepared(content: content, database: database, decoding: decoding)
    }

    private func putBack(_ prepared: Prepared) {
        guard prepared.database.takeBack() else { return }
        free.withLock { free in
            if free.count >= Self.countMax { free.removeFirst() }
            free.append(prepared)
        }
    }
}

/// The rows of a projection as of an earlier moment, as long as this object is there.
public final class FoldedRows: Sendable {
    /// What made the rows.
    public var definition: ProjectionDefinition { database.definition }
    /// The event that stopped the projection: the rows are those before it.
    public let failure: EventFailure?
    /// The last event whose rows are here, where one stopped it.
    public var position: UInt64 { database.position }

    private let database: ProjectionDatabase
    private let end: @Sendable () -> Void

    init(
        _ database: ProjectionDatabase,
        failure: EventFailure?,
        end: @escaping @Sendable () -> Void
    ) {
        self.database = database
        self.failure = failure
        self.end = end
    }

    deinit { end() }

    /// Runs a query. See `ProjectionDatabase.query`.
    public func query(
        _ name: String,
        arguments: [String: JSONValue] = [:]
    ) throws(ProjectionError) -> [JSONValue] {
        try database.query(name, arguments: arguments)
    }
}

extension ProjectionDatabase {
    /// Applies events until ``takeBack()``. Answers with the event that could not be applied; then
    /// those before it stay.
    fileprivate func applyForNow(
        _ batch: EventBatch,
        skipping skipped: Set<UInt64>
    ) throws(ProjectionError) -> EventFailure? {
        do {
            try writer.writeWithoutTransaction { db in
                let run = BatchRun(self, db, skipping: skipped, NumberedNames())
                do {
                    try run.apply(batch)
                } catch {
                    lastApplied.store(run.committed, ordering: .releasing)
                    throw error
                }
                run.leaveOpen()
            }
            return nil
        } catch let stop as EventStop {
            return stop.failure
        } catch let error as ProjectionError {
            guard case .stopped(let failure) = error else { throw error }
            return failure
        } catch {
            throw .storage(projection: definition.name, reason: "\(error)")
        }
    }

    /// Takes back what was applied for now; false if the database is of no use any more.
    fileprivate func takeBack() -> Bool {
        let done: Void? = try? writer.writeWithoutTransaction { db in
            guard db.isInsideTransaction else { return }
            try db.rollback()
        }
        return done != nil
    }
}
