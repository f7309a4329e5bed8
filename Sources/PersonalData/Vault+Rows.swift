import Crypto
import Foundation
import GRDB
import Synchronization

// What a key is wrapped for. It is authenticated, so that a row cannot be moved to another name.
let digestSecretContext = "state/digestSecret"
func keyContext(_ subject: String) -> String { "key/\(subject)" }
func secretContext(_ name: String) -> String { "secret/\(name)" }

extension Vault {
    func read<Result>(_ body: (Database) throws -> Result) throws(VaultError) -> Result {
        try stored { try queue.read(body) }
    }

    /// Reads outside a transaction: each statement sees what is there when it is run.
    func readUnguarded<Result>(
        _ body: (Database) throws -> Result
    ) throws(VaultError) -> Result {
        try stored { try queue.unsafeRead(body) }
    }

    private func stored<Result>(_ body: () throws -> Result) throws(VaultError) -> Result {
        do {
            return try body()
        } catch let error as VaultError {
            throw error
        } catch {
            throw .storage(path: path, reason: "\(error)")
        }
    }

    /// One durable transaction. Refused if the master key was rotated by somebody else: what
    /// would be wrapped under the old one could not be read again.
    func write<Result>(
        _ body: (Database, VaultKeys) throws -> Result
    ) throws(VaultError) -> Result {
        do {
            return try queue.write { database in
                let keys = self.keys.withLock { $0 }
                guard try StateRow.check.value(in: database) == keys.check else {
                    throw VaultError.masterKeyRotated(path: path)
                }
                return try body(database, keys)
            }
        } catch let error as VaultError {
            throw error
        } catch {
            throw .storage(path: path, reason: "\(error)")
        }
    }

    static func createKey(of subject: String, in database: Database, _ keys: VaultKeys) throws {
        // Another process may have been faster since the caller looked.
        if try slot(of: subject, in: database) != nil { return }
        guard try !isTombstone(subject, in: database) else {
            throw VaultError.keyDestroyed(subject: subject)
        }
        let wrapped = try keys.wrap(SymmetricKey(size: .bits256), context: keyContext(subject))
        let slot = try appendSlot(wrapped, in: database)
        try database.cachedStatement(sql: "insert into keys values (?, ?)")
            .execute(arguments: [subject, slot])
    }

    static func appendSlot(_ wrapped: [UInt8], in database: Database) throws -> Int64 {
        try database.cachedStatement(sql: "insert into slots (wrapped) values (?)")
            .execute(arguments: [Data(wrapped)])
        return database.lastInsertedRowID
    }

    /// Overwrites a wrapped key in its place (see `VaultSchema`).
    static func zeroSlot(_ slot: Int64, in database: Database) throws {
        try database.execute(
            sql: "update slots set wrapped = zeroblob(?) where id = ?",
            arguments: [wrappedByteCount, slot]
        )
    }

    static func slot(
        of subject: String,
        in database: Database
    ) throws -> (id: Int64, wrapped: [UInt8])? {
        let statement = try database.cachedStatement(
            sql: "select id, wrapped from keys join slots on id = slot where subject = ?"
        )
        return try Row.fetchOne(statement, arguments: [subject]).map { row in
            (row["id"], Array(row["wrapped"] as Data))
        }
    }

    static func isTombstone(_ subject: String, in database: Database) throws -> Bool {
        let statement = try database.cachedStatement(
            sql: "select exists (select 1 from tombstones where subject = ?)"
        )
        return try Bool.fetchOne(statement, arguments: [subject]) ?? false
    }
}
