import Foundation
import GRDB

/// The tables of a vault.
///
/// Wrapped keys stand in `slots`, a table to which rows are only ever appended, and whose rows
/// are only ever overwritten by others of the same length. SQLite's `secure_delete` zeroes what
/// is deleted, but when it rebalances a tree it may leave copies of other rows behind in unused
/// space, where a later deletion no longer reaches them (seen with 3.40: of 2,700 deleted rows
/// of varying length, 13 left fragments and one was whole). A row that never moves has no such
/// copies: overwriting it with zeros destroys it.
enum VaultSchema {
    static let applicationID: Int32 = 0x4461_7956  // "DayV"
    static let version: Int32 = 1

    static let tables = """
        create table state (
            name text primary key,
            value blob not null
        ) strict, without rowid;

        create table slots (
            id integer primary key,
            wrapped blob not null check (length(wrapped) = 60)
        ) strict;

        create table keys (
            subject text primary key,
            slot integer not null unique references slots
        ) strict, without rowid;

        create table tombstones (
            subject text primary key,
            destroyed_at text not null
        ) strict, without rowid;

        create table secrets (
            name text primary key,
            slot integer not null unique references slots,
            sealed blob not null
        ) strict, without rowid;

        pragma application_id = \(applicationID);
        pragma user_version = \(version);
        """

    static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.label = "vault"
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "pragma secure_delete = on")
        }
        return configuration
    }
}

/// A row of `state`.
enum StateRow: String {
    case salt
    case check
    case digestSecret
    /// How many of the log's erasures are finished here. Another copy of the vault has its own.
    case erasures

    func value(in database: Database) throws -> [UInt8]? {
        try Data.fetchOne(
            database,
            sql: "select value from state where name = ?",
            arguments: [rawValue]
        ).map(Array.init)
    }

    func set(_ value: [UInt8], in database: Database) throws {
        try database.execute(
            sql: "insert into state values (?, ?) on conflict do update set value = excluded.value",
            arguments: [rawValue, Data(value)]
        )
    }
}
