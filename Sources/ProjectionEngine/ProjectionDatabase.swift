public import EventLine
import GRDB
import Synchronization

/// The rows of one projection, in one SQLite file or in memory.
///
/// Rows and position are always committed together: whatever happens, the file holds exactly
/// what the events 1…`position` make. Reading never waits for writing.
public final class ProjectionDatabase: Sendable {
    /// What made the rows.
    public let definition: ProjectionDefinition

    let writer: AnyDatabaseWriter
    let opening: PersonalOpening
    let allowsGaps: Bool
    let isReadOnly: Bool
    let lastApplied = Atomic<UInt64>(0)
    /// What `number(…)` is, as far as it is known; whoever applies takes it meanwhile.
    let numbers = Mutex(NumberedNames())
    /// Writes down what is applied, to measure with.
    let recorder: StatementRecorder?
    /// The file; nil in memory.
    let path: String?

    /// Opens a projection's file for writing, and makes it if there is none.
    ///
    /// Throws `needsRebuild` if another definition made the rows.
    public convenience init(
        path: String,
        definition: ProjectionDefinition,
        opening personal: @escaping PersonalOpening
    ) throws(ProjectionError) {
        try self.init(path: path, use: .live, definition: definition, opening: personal)
    }

    /// Folds these lines in memory, to answer as of an earlier moment. The lines may have gaps,
    /// so those of one client are enough; they must be in order.
    public static func inMemory(
        _ definition: ProjectionDefinition,
        lines: [EventLine],
        opening personal: @escaping PersonalOpening
    ) throws(ProjectionError) -> ProjectionDatabase {
        let (database, failure) = try folded(definition, lines: lines, opening: personal)
        if let failure { throw .stopped(failure) }
        return database
    }

    /// A database in memory that takes events with gaps between them.
    static func empty(
        _ definition: ProjectionDefinition,
        opening personal: @escaping PersonalOpening
    ) throws(ProjectionError) -> ProjectionDatabase {
        let database = try storage(definition) {
            let configuration = DatabaseUse.memory.configuration
            let queue = AnyDatabaseWriter(try DatabaseQueue(configuration: configuration))
            return ProjectionDatabase(definition, queue, personal)
        }
        try database.prepareFile(use: .memory)
        return database
    }

    /// Folds these lines in memory as `inMemory` does, without those that an operator decided to
    /// pass over; answers with the event that stopped it, too: the rows are those before it.
    static func folded(
        _ definition: ProjectionDefinition,
        lines: [EventLine],
        skipping skipped: Set<UInt64> = [],
        opening personal: @escaping PersonalOpening
    ) throws(ProjectionError) -> (database: ProjectionDatabase, failure: EventFailure?) {
        let database = try empty(definition, opening: personal)
        do throws(ProjectionError) {
            try database.apply(lines, skipping: skipped)
        } catch {
            guard case .stopped(let failure) = error else { throw error }
            return (database, failure)
        }
        return (database, nil)
    }

    init(
        path: String,
        use: DatabaseUse,
        definition: ProjectionDefinition,
        opening personal: @escaping PersonalOpening,
        recorder: StatementRecorder? = nil
    ) throws(ProjectionError) {
        self.definition = definition
        self.path = path
        self.recorder = recorder
        opening = personal
        allowsGaps = false
        isReadOnly = use == .reading
        writer = try Self.storage(definition) {
            switch use {
            case .live, .reading:
                AnyDatabaseWriter(
                    try DatabasePool(path: path, configuration: use.configuration)
                )
            case .building, .memory:
                AnyDatabaseWriter(
                    try DatabaseQueue(path: path, configuration: use.configuration)
                )
            }
        }
        try prepareFile(use: use)
    }

    private init(
        _ definition: ProjectionDefinition,
        _ writer: AnyDatabaseWriter,
        _ personal: @escaping PersonalOpening
    ) {
        self.definition = definition
        self.writer = writer
        path = nil
        recorder = nil
        opening = personal
        allowsGaps = true
        isReadOnly = false
    }

    /// The last event whose rows can be read.
    public var position: UInt64 {
        let known = lastApplied.load(ordering: .acquiring)
        // Where another process applies, the file knows better.
        guard isReadOnly else { return known }
        let meta = try? writer.read { try MetaTable.read($0, projection: definition.name) }
        return meta?.position ?? known
    }

    /// The event at which it stopped, if it did.
    public func failure() throws(ProjectionError) -> EventFailure? {
        try Self.storage(definition) {
            try writer.read { try MetaTable.read($0, projection: definition.name)?.failure }
        }
    }

    /// Forgets that an event failed, so that the next `apply` tries it again.
    public func retry() throws(ProjectionError) {
        try Self.storage(definition) {
            try writer.write { db in
                guard var meta = try MetaTable.read(db, projection: definition.name) else { return }
                meta.failure = nil
                try meta.write(db)
            }
        }
    }

    /// Closes the file. No query may run or come.
    func close() throws(ProjectionError) {
        try Self.storage(definition) { try writer.close() }
    }

    private func prepareFile(use: DatabaseUse) throws(ProjectionError) {
        let meta = try Self.storage(definition) { () throws -> MetaTable? in
            if let meta = try writer.read({ try MetaTable.read($0, projection: definition.name) }) {
                return meta
            }
            guard !isReadOnly else { return nil }
            return try writer.write { try create($0, use: use) }
        }
        guard let meta, meta.definition == definition.text else {
            throw .needsRebuild(projection: definition.name)
        }
        lastApplied.store(meta.position, ordering: .releasing)
    }

    private func create(_ db: Database, use: DatabaseUse) throws -> MetaTable? {
        // The live file of a new projection needs its indexes from the first event on.
        let isComplete = !use.isBuilding
        for statement in definition.schema { try db.execute(sql: statement.sql) }
        if isComplete {
            for statement in definition.afterRebuild { try db.execute(sql: statement.sql) }
        }
        if use.isBuilding { try BuildingFile.note(db) }
        try MetaTable.create(definition.text, isComplete: isComplete, db)
        return try MetaTable.read(db, projection: definition.name)
    }

    /// Turns whatever SQLite throws into this module's error.
    static func storage<Value>(
        _ definition: ProjectionDefinition,
        _ body: () throws -> Value
    ) throws(ProjectionError) -> Value {
        do {
            return try body()
        } catch let error as ProjectionError {
            throw error
        } catch {
            throw .storage(projection: definition.name, reason: "\(error)")
        }
    }
}
