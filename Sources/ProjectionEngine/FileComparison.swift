import GRDB

/// Compares a live file with a rebuilt one, both on one connection, row by row in the order of
/// their keys, so that memory does not grow with them.
struct FileComparison {
    let db: Database
    let differenceCountMax: Int
    private(set) var result: ProjectionComparison

    /// The name under which the rebuilt file is attached.
    static let rebuilt = "rebuilt"

    init(_ db: Database, _ projection: String, position: UInt64, differenceCountMax: Int) {
        self.db = db
        self.differenceCountMax = differenceCountMax
        result = ProjectionComparison(projection: projection, position: position)
    }

    mutating func run() throws {
        // Values are compared below. SQLite before 3.42 also says NULL of what is none, in tables
        // without rowid whose key is not at their beginning.
        for what in try String.fetchAll(db, sql: "pragma main.integrity_check(1000000)")
        where what != "ok" && !what.hasPrefix("NULL value in ") {
            note(.damage(what))
        }
        for table in try commonTables() { try compare(table) }
    }

    mutating func note(_ difference: ProjectionDifference) {
        result.differenceCount += 1
        guard result.differences.count < differenceCountMax else { return }
        result.differences.append(difference)
    }

    /// The tables that both files have in the same form; notes what else is not the same.
    private mutating func commonTables() throws -> [String] {
        let live = try schema("main")
        let rebuilt = try schema(Self.rebuilt)
        for name in Set(live.keys).union(rebuilt.keys).sorted() where live[name] != rebuilt[name] {
            let problem =
                switch (live[name], rebuilt[name]) {
                case (nil, _): "is missing"
                case (_, nil): "does not belong there"
                default: "has another form"
                }
            note(.schema("\(name) \(problem)"))
        }
        let tables = try ProjectionDatabase.tables(db)
        return tables.filter { live["table \($0)"] == rebuilt["table \($0)"] }
    }

    /// The statements that made a file's tables, indexes and views.
    private func schema(_ file: String) throws -> [String: String] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                select type || ' ' || name, sql from \(file).sqlite_master
                where sql is not null and name not like 'daybook\\_%' escape '\\'
                """
        )
        return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    private mutating func compare(_ table: String) throws {
        let columns = try Row.fetchAll(
            db,
            sql: "select name, pk from pragma_table_info(?) order by cid",
            arguments: [table]
        ).map { (name: $0[0] as String, keyPlace: $0[1] as Int) }
        let key = columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }
            .map(\.name)
        let name = table.quotedDatabaseIdentifier
        result.rowCount += try Int.fetchOne(db, sql: "select count(*) from main.\(name)") ?? 0
        if key.isEmpty {
            try compareWhole(table, columns.map(\.name))
        } else {
            let rest = columns.map(\.name).filter { !key.contains($0) }
            try compareValues(table, key, rest)
            try compareKeys(table, key)
        }
    }

    private mutating func compareValues(
        _ table: String,
        _ key: [String],
        _ rest: [String]
    ) throws {
        guard !rest.isEmpty else { return }
        let values =
            key.map { "quote(a.\(quoted($0)))" }
            + rest.flatMap { ["quote(a.\(quoted($0)))", "quote(b.\(quoted($0)))"] }
        let differs = rest.map { "a.\(quoted($0)) is not b.\(quoted($0))" }
        let sql = """
            select \(values.joined(separator: ", "))
            from main.\(quoted(table)) a
            join \(Self.rebuilt).\(quoted(table)) b on \(Self.sameKey(key))
            where \(differs.joined(separator: " or "))
            order by \(key.map { "a.\(quoted($0))" }.joined(separator: ", "))
            """
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
            let changed = rest.indices.compactMap { place in
                let live: String = row[key.count + 2 * place]
                let rebuilt: String = row[key.count + 2 * place + 1]
                return live == rebuilt
                    ? nil
                    : ProjectionDifference.ColumnDifference(
                        column: rest[place],
                        live: live,
                        rebuilt: rebuilt
                    )
            }
            note(.changed(row: Self.rowKey(table, key, row), columns: changed))
        }
    }

    private mutating func compareKeys(_ table: String, _ key: [String]) throws {
        for (one, other) in [("main", Self.rebuilt), (Self.rebuilt, "main")] {
            let sql = """
                select \(key.map { "quote(a.\(quoted($0)))" }.joined(separator: ", "))
                from \(one).\(quoted(table)) a
                where not exists (
                    select 1 from \(other).\(quoted(table)) b where \(Self.sameKey(key)))
                order by \(key.map { "a.\(quoted($0))" }.joined(separator: ", "))
                """
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                let found = Self.rowKey(table, key, row)
                note(one == "main" ? .onlyLive(row: found) : .onlyRebuilt(row: found))
            }
        }
    }

    /// A table without a key may hold a row twice: rows are compared with their count.
    private mutating func compareWhole(_ table: String, _ columns: [String]) throws {
        let list = columns.map(quoted).joined(separator: ", ")
        let quotedValues = columns.map { "quote(\(quoted($0)))" }.joined(separator: ", ")
        for (one, other) in [("main", Self.rebuilt), (Self.rebuilt, "main")] {
            let counted = [one, other].map {
                "select \(list), count(*) from \($0).\(quoted(table)) group by \(list)"
            }
            let sql = "select \(quotedValues) from (\(counted.joined(separator: " except ")))"
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                let found = Self.rowKey(table, columns, row)
                note(one == "main" ? .onlyLive(row: found) : .onlyRebuilt(row: found))
            }
        }
    }

    private static func sameKey(_ key: [String]) -> String {
        key.map {
            "a.\($0.quotedDatabaseIdentifier) is b.\($0.quotedDatabaseIdentifier)"
        }.joined(separator: " and ")
    }

    private static func rowKey(
        _ table: String,
        _ columns: [String],
        _ row: Row
    ) -> ProjectionDifference.RowKey {
        ProjectionDifference.RowKey(
            table: table,
            columns: columns.enumerated().map { place, column in
                ProjectionDifference.ColumnValue(column: column, value: row[place])
            }
        )
    }

    private func quoted(_ name: String) -> String { name.quotedDatabaseIdentifier }
}
