import GRDB

extension ProjectionDatabase {
    /// Makes sure that deleted content is in neither the file nor its write-ahead log.
    ///
    /// To be called after events that erase personal data were applied. `secure_delete` alone
    /// does not do it: SQLite leaves copies of rows in unused parts of pages it splits, so a
    /// projection with personal data is written anew (`vacuum`). Costs a pass over the file and
    /// waits up to five seconds for queries that still read an older state; if they last longer
    /// it throws, and must be called again.
    public func purge() throws(ProjectionError) {
        guard !isReadOnly else { throw .readOnly(projection: definition.name) }
        try Self.storage(definition) {
            try writer.writeWithoutTransaction { db in
                if definition.usesPersonalData { try Self.vacuum(db) }
                try db.checkpoint(.truncate)
            }
        }
    }

    /// Adds what a rebuild leaves to its end. Can be called again after an interruption.
    func complete() throws(ProjectionError) {
        try Self.storage(definition) {
            try writer.writeWithoutTransaction { db in
                guard var meta = try MetaTable.read(db, projection: definition.name),
                    !meta.isComplete
                else { return }
                let cacheSize = try Int.fetchOne(db, sql: "pragma cache_size") ?? 0
                try db.execute(sql: DatabaseUse.settingsForIndexes)
                // Events may follow, and change pages all over the file.
                defer { try? db.execute(sql: "pragma cache_size = \(cacheSize)") }
                try db.inTransaction {
                    for statement in definition.afterRebuild { try db.execute(sql: statement.sql) }
                    meta.isComplete = true
                    try meta.write(db)
                    return .commit
                }
            }
        }
    }

    private static func vacuum(_ db: Database) throws {
        // Its temporary copy holds only live rows, and can be larger than memory.
        try db.execute(sql: "pragma temp_store = file")
        defer { try? db.execute(sql: "pragma temp_store = memory") }
        try db.execute(sql: "vacuum")
    }
}
