import GRDBSQLite

/// What SQLite says of a statement that it prepared and will not run.
struct PreparedProbe {
    /// Why SQLite would not prepare it.
    struct Refusal: Error {
        let message: String
        /// The byte of the text where it is, if SQLite knows.
        let offset: Int?
    }

    /// Parameter names as SQLite knows them; the first has number 1.
    let parameters: [String]
    let columns: [String]
    /// The declared types of the columns; nil where a column is no column of a table.
    let columnTypes: [String?]
    let isReadOnly: Bool

    /// Prepares one statement on a connection.
    init(_ sql: String, on connection: OpaquePointer?) throws(Refusal) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, 0, &handle, nil)
        guard code == SQLITE_OK, let handle else {
            let offset = sqlite3_error_offset(connection)
            throw Refusal(
                message: String(cString: sqlite3_errmsg(connection)),
                offset: offset >= 0 ? Int(offset) : nil
            )
        }
        defer { sqlite3_finalize(handle) }
        let parameterCount = sqlite3_bind_parameter_count(handle)
        parameters = (0..<parameterCount).map { place in
            sqlite3_bind_parameter_name(handle, place + 1).map { String(cString: $0) } ?? ""
        }
        columns = (0..<sqlite3_column_count(handle)).map { place in
            sqlite3_column_name(handle, place).map { String(cString: $0) } ?? ""
        }
        columnTypes = (0..<sqlite3_column_count(handle)).map { place in
            sqlite3_column_decltype(handle, place).map { String(cString: $0) }
        }
        isReadOnly = sqlite3_stmt_readonly(handle) != 0
    }
}
