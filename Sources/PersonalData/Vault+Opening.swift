import Crypto
import Foundation
import GRDB
import Glibc

extension Vault {
    /// A new file belongs to its owner alone, and so do the files that SQLite puts beside it.
    static func prepareFile(
        _ path: String,
        creatingIfMissing: Bool
    ) throws(VaultError) {
        let flags = O_RDWR | O_CLOEXEC | (creatingIfMissing ? O_CREAT : 0)
        let file = Glibc.open(path, flags, 0o600)
        guard file >= 0 else {
            if errno == ENOENT, !creatingIfMissing { throw .missing(path: path) }
            throw .storage(path: path, reason: String(cString: strerror(errno)))
        }
        _ = Glibc.close(file)
    }

    /// Whether this is a database without anything in it. Refuses what is not a vault.
    static func isEmpty(_ database: Database, path: String) throws -> Bool {
        let id = try Int32.fetchOne(database, sql: "pragma application_id")
        let version = try Int32.fetchOne(database, sql: "pragma user_version") ?? 0
        if id == VaultSchema.applicationID {
            guard version == VaultSchema.version else {
                throw VaultError.notAVault(
                    path: path,
                    reason: "its format is \(version), this program knows 1"
                )
            }
            return false
        }
        let count = try Int.fetchOne(database, sql: "select count(*) from sqlite_master") ?? 0
        guard id == 0, count == 0 else {
            throw VaultError.notAVault(path: path, reason: "it is a database of something else")
        }
        return true
    }

    static func create(
        in database: Database,
        masterKey: MasterKey
    ) throws -> (VaultKeys, SymmetricKey) {
        try database.execute(sql: VaultSchema.tables)
        let salt = randomBytes(VaultKeys.saltByteCount)
        let keys = VaultKeys(masterKey: masterKey, salt: salt)
        let secret = SymmetricKey(size: .bits256)
        try writeState(keys, salt: salt, digestSecret: secret, in: database)
        return (keys, secret)
    }

    static func unlock(
        _ database: Database,
        masterKey: MasterKey,
        path: String
    ) throws -> (VaultKeys, SymmetricKey) {
        guard let salt = try StateRow.salt.value(in: database),
            let check = try StateRow.check.value(in: database),
            let wrapped = try StateRow.digestSecret.value(in: database)
        else { throw VaultError.damaged(path: path, what: "the table of states") }
        let keys = VaultKeys(masterKey: masterKey, salt: salt)
        guard keys.check == check else { throw VaultError.wrongMasterKey(path: path) }
        guard let secret = keys.unwrap(wrapped, context: digestSecretContext) else {
            throw VaultError.damaged(path: path, what: "the secret of keyed digests")
        }
        return (keys, secret)
    }

    static func writeState(
        _ keys: VaultKeys,
        salt: [UInt8],
        digestSecret: SymmetricKey,
        in database: Database
    ) throws {
        try StateRow.salt.set(salt, in: database)
        try StateRow.check.set(keys.check, in: database)
        let wrapped = try keys.wrap(digestSecret, context: digestSecretContext)
        try StateRow.digestSecret.set(wrapped, in: database)
    }
}
