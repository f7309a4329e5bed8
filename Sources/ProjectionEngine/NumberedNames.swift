import GRDB
import GRDBSQLite

/// What `number(text)` is in a handler: the number of the row of `names` with this text, which is
/// made if there is none.
///
/// Rows are made in the order in which texts first come, in the transaction of the events that
/// have them, so numbers depend on nothing but the log. What is known is what the file holds at
/// one position only: after a rollback, or after another process has written, it begins anew.
struct NumberedNames: Sendable {
    /// Made with the first transaction: most projections have no numbers.
    private var cache: NameCache?
    /// The numbers of event types and of labels, by the type's number in the catalogue; 0 where
    /// it is not known yet.
    private var types: [Int64] = []
    private var labels: [Int64] = []
    /// The position at which this says what the file says; nil inside a transaction.
    private var position: UInt64?

    /// To be called at the start of a transaction, with the position that the file has.
    mutating func begin(at position: UInt64, typeCount: Int) {
        if self.position != position {
            cache = NameCache()
            types = Array(repeating: 0, count: typeCount)
            labels = types
        }
        self.position = nil
    }

    /// To be called at the end of a transaction, with the position that it writes; nil if it is
    /// rolled back.
    mutating func end(at position: UInt64?) { self.position = position }

    /// The number of a text.
    mutating func number(
        of text: UnsafeBufferPointer<UInt8>,
        in table: NameTable
    ) throws(StatementBinding.Problem) -> Int64 {
        if let number = cache?.number(of: text.span) { return number }
        let number = try table.number(of: text)
        cache?.keep(number, of: text.span)
        return number
    }

    /// The number of a type's name; nil if it is not known yet.
    func number(ofType type: Int) -> Int64? { types[type] == 0 ? nil : types[type] }

    /// The number of a type's label, nil within if it has none; nil if that is not known yet.
    func number(ofLabelOf type: Int) -> Int64?? {
        switch labels[type] {
        case 0: nil
        case Self.noLabel: .some(nil)
        case let number: number
        }
    }

    /// Remembers that a type has no label.
    mutating func noteNoLabel(of type: Int) { labels[type] = Self.noLabel }

    private static let noLabel: Int64 = -1

    /// The number of a type's name.
    mutating func number(
        ofType type: Int,
        named text: UnsafeBufferPointer<UInt8>,
        in table: NameTable
    ) throws(StatementBinding.Problem) -> Int64 {
        if types[type] == 0 { types[type] = try number(of: text, in: table) }
        return types[type]
    }

    /// The number of a type's label.
    mutating func number(
        ofLabelOf type: Int,
        _ text: UnsafeBufferPointer<UInt8>,
        in table: NameTable
    ) throws(StatementBinding.Problem) -> Int64 {
        if labels[type] == 0 { labels[type] = try number(of: text, in: table) }
        return labels[type]
    }
}

/// The table `names` in one transaction.
final class NameTable {
    private let lookup: OpaquePointer
    private let insertion: OpaquePointer
    private let recorder: StatementRecorder?

    /// The statements, in the order of their numbers behind those of the definition.
    static let statements = [
        "select number from names where name = ?1",
        // Rows of it are never deleted, so this is one more than there are.
        "insert into names (number, name) values (null, ?1)",
    ]

    init(_ db: Database, _ recorder: StatementRecorder?) throws {
        let prepared = try Self.statements.map { sql in
            var statement: OpaquePointer?
            let code = sqlite3_prepare_v3(db.sqliteConnection, sql, -1, 0, &statement, nil)
            guard let statement else {
                throw DatabaseError(resultCode: ResultCode(rawValue: code))
            }
            return statement
        }
        lookup = prepared[0]
        insertion = prepared[1]
        self.recorder = recorder
    }

    deinit {
        // A connection cannot be closed while it has statements.
        sqlite3_finalize(lookup)
        sqlite3_finalize(insertion)
    }

    /// The number of a text, which gets a row if it has none.
    func number(of text: UnsafeBufferPointer<UInt8>) throws(StatementBinding.Problem) -> Int64 {
        defer { sqlite3_reset(lookup) }
        recorder?.lookUp(0, text)
        bind(text, lookup)
        switch sqlite3_step(lookup) {
        case SQLITE_ROW: return sqlite3_column_int64(lookup, 0)
        case SQLITE_DONE: break
        case let code: throw StatementBinding.Problem(code, of: lookup)
        }
        defer { sqlite3_reset(insertion) }
        recorder?.lookUp(1, text)
        bind(text, insertion)
        let code = sqlite3_step(insertion)
        guard code == SQLITE_DONE else { throw StatementBinding.Problem(code, of: insertion) }
        return sqlite3_last_insert_rowid(sqlite3_db_handle(insertion))
    }

    /// The text outlives the step, and the statement is bound anew before the next one.
    private func bind(_ text: UnsafeBufferPointer<UInt8>, _ statement: OpaquePointer) {
        text.withMemoryRebound(to: CChar.self) { text in
            if let start = text.baseAddress {
                _ = sqlite3_bind_text(statement, 1, start, Int32(text.count), nil)
            } else {
                // A null pointer would bind NULL in place of the empty text.
                _ = sqlite3_bind_text(statement, 1, "", 0, sqliteTransient)
            }
        }
    }
}
