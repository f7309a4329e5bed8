import GRDB

/// A subject whose key was destroyed, for ever.
public struct Tombstone: Hashable, Sendable {
    /// The subject.
    public let subject: String
    /// When, as the caller gave it.
    public let destroyedAt: String

    /// A tombstone of a subject.
    public init(subject: String, destroyedAt: String) {
        self.subject = subject
        self.destroyedAt = destroyedAt
    }
}

extension Vault {
    /// Destroys a subject's key, and with it whatever was sealed for the subject.
    ///
    /// When this returns, the key's bytes are in none of the vault's files, and the subject is
    /// a tombstone for ever, also if it never had a key. Doing it again changes nothing, and
    /// finishes what a crash or another reader kept from being finished.
    public func destroyKey(of subject: String, at time: String) throws(VaultError) {
        try bury([Tombstone(subject: subject, destroyedAt: time)])
    }

    /// Destroys again the keys that came back when an old copy of the vault was restored.
    ///
    /// Give it every destruction the log knows of, at every start; those are enough that the log
    /// has behind ``finishedErasureCount()``. Returns the subjects whose keys had come back.
    @discardableResult
    public func reapplyTombstones(_ tombstones: [Tombstone]) throws(VaultError) -> [String] {
        try bury(tombstones)
    }

    /// How many of the log's events about erasures this vault needs no more: every destruction
    /// among them was carried out here and is complete. An older copy of the vault has a smaller
    /// number, so what it brings back is found behind it. 0 if nothing was noted.
    public func finishedErasureCount() throws(VaultError) -> Int {
        let bytes = try read { try StateRow.erasures.value(in: $0) } ?? []
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Notes that so many of the log's events about erasures are needed no more.
    public func noteFinishedErasures(_ count: Int) throws(VaultError) {
        let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
        try write { database, _ in try StateRow.erasures.set(bytes, in: database) }
    }

    /// All tombstones, ordered by subject.
    public func destroyedSubjects() throws(VaultError) -> [Tombstone] {
        try read { database in
            try Row.fetchAll(database, sql: "select * from tombstones order by subject")
                .map { Tombstone(subject: $0["subject"], destroyedAt: $0["destroyed_at"]) }
        }
    }

    /// Whether the subject's key was destroyed.
    public func isDestroyed(_ subject: String) throws(VaultError) -> Bool {
        try read { try Self.isTombstone(subject, in: $0) }
    }

    @discardableResult
    private func bury(_ tombstones: [Tombstone]) throws(VaultError) -> [String] {
        for tombstone in tombstones { _ = try SubjectName.checked(tombstone.subject) }
        let destroyed = try write { database, _ in
            try tombstones.filter { try self.bury($0, in: database) }.map(\.subject)
        }
        try truncateWriteAheadLog()
        return destroyed
    }

    /// Answers whether there was a key.
    private func bury(_ tombstone: Tombstone, in database: Database) throws -> Bool {
        let slot = try Self.slot(of: tombstone.subject, in: database)?.id
        if let slot {
            try Self.zeroSlot(slot, in: database)
            try database.execute(
                sql: "delete from keys where subject = ?",
                arguments: [tombstone.subject]
            )
        }
        try database.execute(
            sql: "insert into tombstones values (?, ?) on conflict do nothing",
            arguments: [tombstone.subject, tombstone.destroyedAt]
        )
        forget(tombstone.subject)
        return slot != nil
    }

    /// Copies the write-ahead log into the file and empties it. Until then the log holds pages
    /// as they were before an erasure, and the file may too.
    func truncateWriteAheadLog() throws(VaultError) {
        do {
            _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch {
            throw .erasureIncomplete(path: path, reason: "\(error)")
        }
    }
}
