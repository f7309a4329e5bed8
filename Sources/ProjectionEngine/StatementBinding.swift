import EventLine
import GRDBSQLite

/// Fills a prepared statement with one event's values and runs it.
///
/// Texts are bound where they stand in the event, which must outlive the run: arrays of
/// arguments would cost more than half the time.
struct StatementBinding: ~Copyable {
    /// What stops a projection at an event.
    enum Problem: Error {
        case event(String)
        case unavailable(String)
        case storage(String)
    }

    /// The bytes of an event while they cannot move.
    struct Pinned {
        let members: UnsafeBufferPointer<UInt8>
        let content: UnsafeBufferPointer<UInt8>
        let personal: UnsafeBufferPointer<UInt8>
    }

    private let statement: OpaquePointer
    private let event: DecodedEvent
    private let pinned: Pinned

    init(_ statement: OpaquePointer, _ event: DecodedEvent, _ pinned: Pinned) {
        self.statement = statement
        self.event = event
        self.pinned = pinned
    }

    /// Runs the statement to its end, and leaves it ready for the next event.
    borrowing func run(_ bindings: [ParameterBinding]) throws(Problem) {
        defer { sqlite3_reset(statement) }
        for binding in bindings {
            let code = try bind(binding)
            guard code == SQLITE_OK else { throw problem(code) }
        }
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw problem(code) }
    }

    private borrowing func bind(_ binding: ParameterBinding) throws(Problem) -> Int32 {
        let index = binding.index
        switch binding.value {
        case .envelope(.sequence):
            return sqlite3_bind_int64(statement, index, Int64(clamping: event.sequence))
        case .envelope(.microseconds):
            return sqlite3_bind_int64(statement, index, event.microseconds)
        case .envelope(let member):
            guard let range = event.members.range(of: member) else {
                return sqlite3_bind_null(statement, index)
            }
            return bind(range, in: pinned.members, at: index)
        case .field(let name, let isJSON):
            let source = (event.content, pinned.content)
            return try bind(name, of: source, isJSON: isJSON, at: index)
        case .personal(let name, let isJSON):
            let source = (event.personal, pinned.personal)
            return try bind(name, of: source, isJSON: isJSON, at: index)
        }
    }

    private borrowing func bind(
        _ name: [UInt8],
        of source: (content: DecodedEvent.Content, bytes: UnsafeBufferPointer<UInt8>),
        isJSON: Bool,
        at index: Int32
    ) throws(Problem) -> Int32 {
        let fields: EventFields
        switch source.content {
        case .absent: return sqlite3_bind_null(statement, index)
        case .malformed(let why): throw .event(why)
        case .unavailable(let why): throw .unavailable(why)
        case .read(let read): fields = read
        }
        guard let field = fields.field(named: name) else {
            return sqlite3_bind_null(statement, index)
        }
        if isJSON { return bind(field.value, in: source.bytes, at: index) }
        switch field.form {
        case .plainText:
            let inside = field.value.lowerBound + 1..<field.value.upperBound - 1
            return bind(inside, in: source.bytes, at: index)
        case .escapedText: return try bindEscaped(field, of: fields, at: index)
        case .number: return try bindNumber(field, of: fields, at: index)
        case .yes: return sqlite3_bind_int64(statement, index, 1)
        case .no: return sqlite3_bind_int64(statement, index, 0)
        case .null: return sqlite3_bind_null(statement, index)
        case .composite: return bind(field.value, in: source.bytes, at: index)
        }
    }

    private borrowing func bind(
        _ range: Range<Int>,
        in bytes: UnsafeBufferPointer<UInt8>,
        at index: Int32
    ) -> Int32 {
        let text = UnsafeBufferPointer(rebasing: bytes[range])
        return text.withMemoryRebound(to: CChar.self) { text in
            // A null pointer would bind NULL in place of the empty text.
            guard let start = text.baseAddress else {
                return sqlite3_bind_text(statement, index, "", 0, sqliteTransient)
            }
            // No destructor: the event outlives the run, and the batch clears the bindings.
            return sqlite3_bind_text(statement, index, start, Int32(text.count), nil)
        }
    }

    private borrowing func bindEscaped(
        _ field: EventFields.Field,
        of fields: EventFields,
        at index: Int32
    ) throws(Problem) -> Int32 {
        do throws(JSONError) {
            let text = try fields.text(of: field) ?? ""
            return sqlite3_bind_text(
                statement,
                index,
                text,
                Int32(text.utf8.count),
                sqliteTransient
            )
        } catch {
            throw .event("\(error)")
        }
    }

    private borrowing func bindNumber(
        _ field: EventFields.Field,
        of fields: EventFields,
        at index: Int32
    ) throws(Problem) -> Int32 {
        let text = String(decoding: fields.bytes[field.value], as: UTF8.self)
        if let number = Int64(text) { return sqlite3_bind_int64(statement, index, number) }
        guard let number = Double(text) else {
            throw .event("\(text) is no number SQLite can hold")
        }
        return sqlite3_bind_double(statement, index, number)
    }

    /// What belongs to the event will fail the same way each time; what belongs to the disk or
    /// to other connections will not, and must not stop the projection for ever.
    private borrowing func problem(_ code: Int32) -> Problem {
        let message = sqlite3_db_handle(statement).flatMap { sqlite3_errmsg($0) }
            .map { String(cString: $0) }
        let text = message ?? String(cString: sqlite3_errstr(code))
        switch code & 0xff {
        case SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE:
            return .event(text)
        default: return .storage(text)
        }
    }
}

extension DecodedEvent {
    /// Keeps the event's bytes where they are while statements refer to them.
    func withPinnedBytes(_ body: (StatementBinding.Pinned) throws -> Void) throws {
        try members.bytes.withUnsafeBufferPointer { members in
            try content.bytes.withUnsafeBufferPointer { content in
                try personal.bytes.withUnsafeBufferPointer { personal in
                    try body(.init(members: members, content: content, personal: personal))
                }
            }
        }
    }
}

// SAFETY: SQLite's own constant, never called; it tells SQLite to copy before the call returns.
let sqliteTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
