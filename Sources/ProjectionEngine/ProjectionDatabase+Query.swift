public import EventLine
import GRDB
import GRDBSQLite

extension ProjectionDatabase {
    /// Runs a named query and gives its rows as objects with members in column order.
    ///
    /// Arguments that the query lists and the caller leaves out are null. A column aliased
    /// `"name bool"` gives a truth value, `"name json"` the JSON in it, `"name personal"` the
    /// sequence of the event with the content; others give what SQLite holds, blobs in
    /// hexadecimal. Sees one committed state; never waits for a writer.
    public func query(
        _ name: String,
        arguments: [String: JSONValue] = [:]
    ) throws(ProjectionError) -> [JSONValue] {
        guard let query = definition.queries[name] else {
            throw .noSuchQuery(
                projection: definition.name,
                query: name,
                known: definition.queryNames
            )
        }
        for argument in arguments.keys.sorted() where !query.arguments.contains(argument) {
            throw .unknownArgument(
                projection: definition.name,
                query: name,
                argument: argument,
                known: query.arguments
            )
        }
        return try Self.storage(definition) {
            try writer.read { db in
                let statement = try db.cachedStatement(sql: query.statement.sql)
                return try rows(of: query, name, statement.sqliteStatement, arguments)
            }
        }
    }

    private func rows(
        of query: QueryDefinition,
        _ name: String,
        _ statement: OpaquePointer,
        _ arguments: [String: JSONValue]
    ) throws(ProjectionError) -> [JSONValue] {
        defer {
            sqlite3_reset(statement)
            // What was asked for must not stay in the cached statement.
            sqlite3_clear_bindings(statement)
        }
        for (parameter, _) in query.statement.parameters {
            let index = sqlite3_bind_parameter_index(statement, parameter.translated)
            bind(arguments[parameter.name] ?? .null, statement, index)
        }
        var rows: [JSONValue] = []
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW {
            rows.append(try row(of: query, name, statement))
            code = sqlite3_step(statement)
        }
        guard code == SQLITE_DONE else {
            let message = sqlite3_errmsg(sqlite3_db_handle(statement)).map { String(cString: $0) }
            throw .queryFailed(
                projection: definition.name,
                query: name,
                reason: message ?? "SQLite \(code)"
            )
        }
        return rows
    }

    private func bind(_ value: JSONValue, _ statement: OpaquePointer, _ index: Int32) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .bool(let truth): sqlite3_bind_int64(statement, index, truth ? 1 : 0)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .decimal(let text): sqlite3_bind_double(statement, index, Double(text) ?? .nan)
        case .string(let text):
            sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), sqliteTransient)
        case .array, .object:
            let text = value.canonicalText
            sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), sqliteTransient)
        }
    }

    private func row(
        of query: QueryDefinition,
        _ name: String,
        _ statement: OpaquePointer
    ) throws(ProjectionError) -> JSONValue {
        var members: [JSONMember] = []
        members.reserveCapacity(query.columns.count)
        for (place, column) in query.columns.enumerated() {
            let stored = Self.value(statement, Int32(place))
            guard let value = Self.value(stored, as: column.kind) else {
                throw .queryFailed(
                    projection: definition.name,
                    query: name,
                    reason: "column \(column.name) is no \(column.kind): \(stored.canonicalText)"
                )
            }
            members.append(JSONMember(column.name, value))
        }
        return .object(members)
    }

    private static func value(
        _ stored: JSONValue,
        as kind: QueryDefinition.Column.Kind
    ) -> JSONValue? {
        switch (kind, stored) {
        case (_, .null), (.stored, _): stored
        case (.personal, .integer): stored
        case (.bool, .integer(let number)): .bool(number != 0)
        case (.json, .string(let text)): try? JSONValue(parsing: Array(text.utf8))
        case (.json, .integer), (.json, .decimal): stored
        case (.bool, _), (.json, _), (.personal, _): nil
        }
    }

    private static func value(_ statement: OpaquePointer, _ column: Int32) -> JSONValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT:
            let number = sqlite3_column_double(statement, column)
            return number.isFinite ? .decimal("\(number)") : .null
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(statement, column) else { return .null }
            let count = Int(sqlite3_column_bytes(statement, column))
            let bytes = UnsafeBufferPointer(start: start, count: count)
            return .string(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(statement, column) else { return .string("") }
            let count = Int(sqlite3_column_bytes(statement, column))
            let digits = Array("0123456789abcdef".utf8)
            let text = UnsafeRawBufferPointer(start: start, count: count)
                .flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return .string(String(decoding: text, as: UTF8.self))
        default: return .null
        }
    }
}
