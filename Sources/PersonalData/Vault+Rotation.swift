import Foundation
import GRDB
import Synchronization

extension Vault {
    /// Wraps every key under a new master key, in one durable transaction.
    ///
    /// No sealed text and no digest changes. Keep both master keys until this has returned;
    /// afterwards the old one opens nothing any more. Takes some seconds for 100,000 keys.
    public func rotateMasterKey(to masterKey: MasterKey) throws(VaultError) {
        let salt = randomBytes(VaultKeys.saltByteCount)
        let new = VaultKeys(masterKey: masterKey, salt: salt)
        try write { database, old in
            try self.rewrapSlots(in: database, from: old, to: new)
            try Self.writeState(new, salt: salt, digestSecret: self.digestSecret, in: database)
        }
        keys.withLock { $0 = new }
        try truncateWriteAheadLog()
    }

    private func rewrapSlots(
        in database: Database,
        from old: VaultKeys,
        to new: VaultKeys
    ) throws {
        var last: Int64 = 0
        while true {
            let rows = try Row.fetchAll(database, sql: Self.slotsAfter, arguments: [last])
            guard let final = rows.last else { return }
            for row in rows { try rewrap(row, in: database, from: old, to: new) }
            last = final["id"]
        }
    }

    private func rewrap(
        _ row: Row,
        in database: Database,
        from old: VaultKeys,
        to new: VaultKeys
    ) throws {
        let (id, wrapped, context): (Int64, Data, String) = (row[0], row[1], row[2])
        guard let key = old.unwrap(Array(wrapped), context: context) else {
            throw VaultError.damaged(path: path, what: "the key of \(context)")
        }
        try database.cachedStatement(sql: "update slots set wrapped = ? where id = ?")
            .execute(arguments: [Data(try new.wrap(key, context: context)), id])
    }

    /// A thousand wrapped keys at a time, with what each is wrapped for; zeroed ones have no
    /// name any more and are left out.
    private static let slotsAfter = """
        select id, wrapped,
            coalesce('key/' || keys.subject, 'secret/' || secrets.name) as context
        from slots
            left join keys on keys.slot = id
            left join secrets on secrets.slot = id
        where id > ? and context is not null
        order by id
        limit 1000
        """
}
