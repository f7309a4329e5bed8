import GRDB
import GRDBSQLite

/// What the SQL function `number(text)` answers on one connection: the number of the row of
/// `names` with this text, which is made if there is none.
///
/// Rows are made in the order in which texts first come, in the transaction of the events that
/// have them, so numbers depend on nothing but the log. The cache knows what the file holds at one
/// position only: after a rollback, or after another process has written, it begins anew.
final class NumberedNames {
    private var cache = NameCache()
    /// The position at which the cache says what the file says; nil inside a transaction.
    private var position: Int64?
    /// The last number given; 0 if none was.
    private var last: Int64 = 0
    private var lookup: OpaquePointer?
    private var insertion: OpaquePointer?

    /// Whether a statement asks for numbers.
    static func areUsed(in statement: SQLStatement) -> Bool {
        zip(statement.tokens, statement.tokens.dropFirst()).contains { word, next in
            word.kind == .word && word.text.lowercased() == "number" && next.text == "("
        }
    }

    /// Lets a connection's statements use `number`.
    static func register(on db: Database) throws {
        let names = NumberedNames()
        try names.register("number", argumentCount: 1, on: db) { names, context, values in
            names.answerNumber(of: values[0], context)
        }
        // How the engine tells the object that the connection owns where a transaction stands.
        try names.register("daybook_begin_numbers", argumentCount: 1, on: db) {
            $0.begin(at: sqlite3_value_int64($2[0]), $1)
        }
        try names.register("daybook_end_numbers", argumentCount: 1, on: db) { names, _, values in
            let isCommitted = sqlite3_value_type(values[0]) != SQLITE_NULL
            names.end(at: isCommitted ? sqlite3_value_int64(values[0]) : nil)
        }
    }

    /// To be called at the start of a transaction, with the position that the file has.
    static func begin(at position: UInt64, _ db: Database) throws {
        try db.cachedStatement(sql: "select daybook_begin_numbers(?)")
            .execute(arguments: [Int64(clamping: position)])
    }

    /// To be called at the end of a transaction, with the position that it writes; nil if it is
    /// rolled back.
    static func end(at position: UInt64?, _ db: Database) throws {
        try db.cachedStatement(sql: "select daybook_end_numbers(?)")
            .execute(arguments: [position.map(Int64.init(clamping:))])
    }
}

// MARK: - Answers

extension NumberedNames {
    private func begin(at position: Int64, _ context: OpaquePointer) {
        if self.position != position { cache.removeAll() }
        self.position = nil
        let connection = sqlite3_context_db_handle(context)
        finalize()
        var highest: OpaquePointer?
        let texts = [
            "select coalesce(max(number), 0) from names",
            "select number from names where name = ?1", "insert into names values (?1, ?2)",
        ]
        let codes = [
            sqlite3_prepare_v3(connection, texts[0], -1, 0, &highest, nil),
            sqlite3_prepare_v3(connection, texts[1], -1, 0, &lookup, nil),
            sqlite3_prepare_v3(connection, texts[2], -1, 0, &insertion, nil),
        ]
        defer { sqlite3_finalize(highest) }
        if let code = codes.first(where: { $0 != SQLITE_OK }) {
            return sqlite3_result_error_code(context, code)
        }
        guard sqlite3_step(highest) == SQLITE_ROW else {
            return sqlite3_result_error_code(context, SQLITE_IOERR)
        }
        last = sqlite3_column_int64(highest, 0)
    }

    private func end(at position: Int64?) {
        self.position = position
        finalize()
    }

    /// A connection cannot be closed while it has statements.
    private func finalize() {
        sqlite3_finalize(lookup)
        sqlite3_finalize(insertion)
        lookup = nil
        insertion = nil
    }

    private func answerNumber(of value: OpaquePointer?, _ context: OpaquePointer) {
        guard let start = sqlite3_value_text(value) else { return sqlite3_result_null(context) }
        let text = UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
        if let number = cache.number(of: text.span) {
            return sqlite3_result_int64(context, number)
        }
        let (number, code) = stored(text)
        guard code == SQLITE_OK else { return sqlite3_result_error_code(context, code) }
        cache.keep(number, of: text.span)
        sqlite3_result_int64(context, number)
    }

    private func stored(_ text: UnsafeBufferPointer<UInt8>) -> (number: Int64, code: Int32) {
        guard let lookup, let insertion else { return (0, SQLITE_MISUSE) }
        defer { sqlite3_reset(lookup) }
        bind(text, lookup, 1)
        switch sqlite3_step(lookup) {
        case SQLITE_ROW: return (sqlite3_column_int64(lookup, 0), SQLITE_OK)
        case SQLITE_DONE: break
        case let code: return (0, code)
        }
        defer { sqlite3_reset(insertion) }
        sqlite3_bind_int64(insertion, 1, last + 1)
        bind(text, insertion, 2)
        let code = sqlite3_step(insertion)
        guard code == SQLITE_DONE else { return (0, code) }
        last += 1
        return (last, SQLITE_OK)
    }

    /// The text outlives the step, and the statement is bound anew before the next one.
    private func bind(
        _ text: UnsafeBufferPointer<UInt8>,
        _ statement: OpaquePointer,
        _ index: Int32
    ) {
        text.withMemoryRebound(to: CChar.self) { text in
            _ = sqlite3_bind_text(statement, index, text.baseAddress, Int32(text.count), nil)
        }
    }
}

// MARK: - SQLite

extension NumberedNames {
    private typealias Values = UnsafeMutablePointer<OpaquePointer?>
    private typealias Answer = (NumberedNames, OpaquePointer, Values) -> Void

    /// What SQLite holds for a function, and releases with the connection.
    private final class Function {
        let names: NumberedNames
        let answer: Answer

        init(_ names: NumberedNames, _ answer: @escaping Answer) {
            self.names = names
            self.answer = answer
        }
    }

    private func register(
        _ name: String,
        argumentCount: Int32,
        on db: Database,
        _ answer: @escaping Answer
    ) throws {
        let code = sqlite3_create_function_v2(
            db.sqliteConnection,
            name,
            argumentCount,
            SQLITE_UTF8 | SQLITE_DIRECTONLY,
            Unmanaged.passRetained(Function(self, answer)).toOpaque(),
            { context, _, values in
                guard let context, let values, let function = sqlite3_user_data(context)
                else { return }
                Unmanaged<Function>.fromOpaque(function)._withUnsafeGuaranteedRef {
                    $0.answer($0.names, context, values)
                }
            },
            nil,
            nil,
            { function in if let function { Unmanaged<Function>.fromOpaque(function).release() } }
        )
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
}
