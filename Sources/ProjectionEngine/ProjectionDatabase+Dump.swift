import GRDB

/// How many rows a table has.
public struct TableRows: Hashable, Sendable {
    /// The table.
    public let table: String
    /// Its rows.
    public let count: Int

    /// A table of so many rows.
    public init(_ table: String, _ count: Int) {
        self.table = table
        self.count = count
    }
}

extension ProjectionDatabase {
    /// Every row of every table as text, in an order that depends on the rows alone: two files
    /// with the same dump hold the same. Holds all of it in memory.
    public func contentDump() throws(ProjectionError) -> [String] {
        var lines: [String] = []
        try forEachRow { lines.append($0) }
        return lines
    }

    /// Gives the lines of `contentDump` one after the other.
    public func forEachRow(_ body: (String) -> Void) throws(ProjectionError) {
        try Self.storage(definition) {
            try writer.read { db in
                for table in try Self.tables(db) {
                    let rows = try Row.fetchCursor(db, sql: try Self.dumpQuery(of: table, db))
                    while let row = try rows.next() {
                        body("\(table): \(row[0] as String)")
                    }
                }
            }
        }
    }

    /// The rows of each table. Costs a pass over the smallest index of each.
    public func rowCounts() throws(ProjectionError) -> [TableRows] {
        try Self.storage(definition) {
            try writer.read { db in
                try Self.tables(db).map { table in
                    let sql = "select count(*) from \(table.quotedDatabaseIdentifier)"
                    return TableRows(table, try Int.fetchOne(db, sql: sql) ?? 0)
                }
            }
        }
    }

    static func tables(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                select name from pragma_table_list
                where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'
                    and name not like 'daybook\\_%' escape '\\'
                order by name
                """
        )
    }

    private static func dumpQuery(of table: String, _ db: Database) throws -> String {
        let names = "select name from pragma_table_info(?)"
        let quoted = try String.fetchAll(db, sql: "\(names) order by cid", arguments: [table])
            .map(\.quotedDatabaseIdentifier)
        let key = try String.fetchAll(
            db,
            sql: "\(names) where pk > 0 order by pk",
            arguments: [table]
        ).map(\.quotedDatabaseIdentifier)
        let values = quoted.map { "quote(\($0))" }.joined(separator: " || ', ' || ")
        let order = (key + quoted).joined(separator: ", ")
        return "select \(values) from \(table.quotedDatabaseIdentifier) order by \(order)"
    }
}

/// How two dumps differ.
public struct ContentDifference: Hashable, Sendable {
    /// Lines that only the first has.
    public let onlyFirst: [String]
    /// Lines that only the second has.
    public let onlySecond: [String]

    /// Compares two dumps; at most `limit` lines of each side are kept.
    public init(_ first: [String], _ second: [String], limit: Int = 100) {
        var counts: [String: Int] = [:]
        for line in first { counts[line, default: 0] += 1 }
        for line in second { counts[line, default: 0] -= 1 }
        let differing = counts.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        onlyFirst = Array(differing.lazy.filter { $0.value > 0 }.map(\.key).prefix(limit))
        onlySecond = Array(differing.lazy.filter { $0.value < 0 }.map(\.key).prefix(limit))
    }

    /// Whether there is none.
    public var isEmpty: Bool { onlyFirst.isEmpty && onlySecond.isEmpty }
}
