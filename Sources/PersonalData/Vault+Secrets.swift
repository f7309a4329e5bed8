import Crypto
import Foundation
import GRDB
import Synchronization

extension Vault {
    /// Keeps bytes sealed in the vault, durably, in place of what had this name before.
    ///
    /// For what must be shown once more and then be gone, such as an activation code that waits
    /// for its letter. Each has a key of its own. What is replaced is erased for good.
    public func storeSecret(_ name: String, _ bytes: [UInt8]) throws(VaultError) {
        _ = try SubjectName.checked(name)
        let isReplacement = try write { database, keys in
            let isReplacement = try Self.removeSecret(name, in: database)
            let key = SymmetricKey(size: .bits256)
            let box = try AES.GCM.seal(bytes, using: key)
            let slot = try Self.appendSlot(
                keys.wrap(key, context: secretContext(name)),
                in: database
            )
            try database.execute(
                sql: "insert into secrets values (?, ?, ?)",
                arguments: [name, slot, Data(Array(box.nonce) + box.ciphertext + box.tag)]
            )
            return isReplacement
        }
        if isReplacement { try truncateWriteAheadLog() }
    }

    /// The bytes of a secret; nil if there is none of this name.
    public func secret(_ name: String) throws(VaultError) -> [UInt8]? {
        try read { database in
            guard
                let row = try Row.fetchOne(
                    database,
                    sql: "select wrapped, sealed from secrets join slots on id = slot "
                        + "where name = ?",
                    arguments: [name]
                )
            else { return nil }
            let keys = self.keys.withLock { $0 }
            guard
                let key = keys.unwrap(
                    Array(row["wrapped"] as Data),
                    context: secretContext(name)
                ),
                let box = try? AES.GCM.SealedBox(combined: row["sealed"] as Data),
                let bytes = try? AES.GCM.open(box, using: key)
            else { throw VaultError.damaged(path: self.path, what: "the secret \(name)") }
            return Array(bytes)
        }
    }

    /// The names of the secrets that are kept, in order.
    public func secretNames() throws(VaultError) -> [String] {
        try read { database in
            try String.fetchAll(database, sql: "select name from secrets order by name")
        }
    }

    /// Erases a secret for good: its key's bytes are in none of the vault's files when this
    /// returns. Erasing what is not there changes nothing.
    public func eraseSecret(_ name: String) throws(VaultError) {
        _ = try write { database, _ in try Self.removeSecret(name, in: database) }
        try truncateWriteAheadLog()
    }

    /// Answers whether there was one.
    private static func removeSecret(_ name: String, in database: Database) throws -> Bool {
        let slot = try Int64.fetchOne(
            database,
            sql: "delete from secrets where name = ? returning slot",
            arguments: [name]
        )
        if let slot { try zeroSlot(slot, in: database) }
        return slot != nil
    }
}
