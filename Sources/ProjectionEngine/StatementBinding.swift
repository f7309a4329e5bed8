import EventLine
import GRDBSQLite

/// Fills a prepared statement with one event's values and runs it.
///
/// Texts are bound where they stand in the batch, which must outlive the run: arrays of
/// arguments would cost more than half the time.
struct StatementBinding {
    /// What stops a projection at an event.
    enum Problem: Error {
        case event(String)
        case unavailable(String)
        case storage(String)
    }

    /// The texts of a batch while they cannot move.
    struct Pinned {
        let text: UnsafeBufferPointer<UInt8>
        let labels: UnsafeBufferPointer<UInt8>
    }

    let statement: OpaquePointer
    let batch: EventBatch
    let pinned: Pinned

    /// Runs the statement to its end, and leaves it ready for the next event.
    func run(
        _ bindings: [ParameterBinding],
        of event: borrowing EventBatch.Event
    ) throws(Problem) {
        for binding in bindings {
            let code = try bind(binding, of: event)
            guard code == SQLITE_OK else { throw problem(code) }
        }
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else {
            let problem = problem(code)
            sqlite3_reset(statement)
            throw problem
        }
        sqlite3_reset(statement)
    }

    private func bind(
        _ binding: ParameterBinding,
        of event: borrowing EventBatch.Event
    ) throws(Problem) -> Int32 {
        let index = binding.index
        switch binding.value {
        case .envelope(.sequence):
            return sqlite3_bind_int64(statement, index, Int64(clamping: event.line.sequence))
        case .envelope(.microseconds):
            return sqlite3_bind_int64(statement, index, event.line.time.microseconds)
        case .envelope(.label):
            guard event.type >= 0, let label = batch.catalogue.entries[event.type].label
            else { return sqlite3_bind_null(statement, index) }
            return bind(label, in: pinned.labels, at: index)
        case .envelope(let member):
            return try bind(member, of: event, at: index)
        case .field(let place, let isJSON):
            return try bind(place, of: event.content, isJSON: isJSON, at: index)
        case .personal(let place, let isJSON):
            return try bind(place, of: event.personal, isJSON: isJSON, at: index)
        }
    }

    private func bind(
        _ member: EnvelopeMember,
        of event: borrowing EventBatch.Event,
        at index: Int32
    ) throws(Problem) -> Int32 {
        let line = pinned.text.span.extracting(droppingFirst: event.start)
        guard let range = member.range(in: event.line, line) else {
            return sqlite3_bind_null(statement, index)
        }
        let place = range.moved(by: event.start)
        guard event.isEscaped else { return bind(place, in: pinned.text, at: index) }
        return try bindEscaped(place.lowerBound - 1, at: index)
    }

    private func bind(
        _ place: Int,
        of content: EventBatch.Content,
        isJSON: Bool,
        at index: Int32
    ) throws(Problem) -> Int32 {
        let field: FieldPlace
        switch content {
        case .absent: return sqlite3_bind_null(statement, index)
        case .malformed(let reason): throw .event(batch.reasons[reason])
        case .unavailable(let reason): throw .unavailable(batch.reasons[reason])
        case .read(let first): field = batch.fields[first + place]
        }
        if isJSON, field.form != .absent { return bind(field.range, in: pinned.text, at: index) }
        switch field.form {
        case .plainText:
            let inside = field.range.lowerBound + 1..<field.range.upperBound - 1
            return bind(inside, in: pinned.text, at: index)
        case .escapedText: return try bindEscaped(field.range.lowerBound, at: index)
        case .number: return try bindNumber(field.range, at: index)
        case .yes: return sqlite3_bind_int64(statement, index, 1)
        case .no: return sqlite3_bind_int64(statement, index, 0)
        case .null, .absent: return sqlite3_bind_null(statement, index)
        case .composite: return bind(field.range, in: pinned.text, at: index)
        }
    }

    private func bind(
        _ range: Range<Int>,
        in bytes: UnsafeBufferPointer<UInt8>,
        at index: Int32
    ) -> Int32 {
        guard let start = bytes.baseAddress, range.upperBound <= bytes.count else {
            // A null pointer would bind NULL in place of the empty text.
            return sqlite3_bind_text(statement, index, "", 0, sqliteTransient)
        }
        let text = UnsafeRawPointer(start + range.lowerBound).assumingMemoryBound(to: CChar.self)
        // No destructor: the batch outlives the run, and clears the bindings at its end.
        return sqlite3_bind_text(
            statement,
            index,
            text,
            Int32(truncatingIfNeeded: range.count),
            nil
        )
    }

    /// Binds the string whose opening quote stands at a place.
    private func bindEscaped(_ quote: Int, at index: Int32) throws(Problem) -> Int32 {
        do throws(JSONError) {
            var cursor = JSONCursor(offset: quote)
            let text = try cursor.string(in: pinned.text.span)
            let count = Int32(text.utf8.count)
            return sqlite3_bind_text(statement, index, text, count, sqliteTransient)
        } catch {
            throw .event("\(error)")
        }
    }

    private func bindNumber(_ range: Range<Int>, at index: Int32) throws(Problem) -> Int32 {
        let bytes = UnsafeBufferPointer(rebasing: pinned.text[range])
        if let number = Self.smallNumber(bytes) {
            return sqlite3_bind_int64(statement, index, number)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let number = Int64(text) { return sqlite3_bind_int64(statement, index, number) }
        guard let number = Double(text) else {
            throw .event("\(text) is no number SQLite can hold")
        }
        return sqlite3_bind_double(statement, index, number)
    }

    private static func smallNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard bytes.count <= 18 else { return nil }
        var number: Int64 = 0
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            number = number &* 10 &+ Int64(byte &- 0x30)
        }
        return number
    }

    /// What belongs to the event will fail the same way each time; what belongs to the disk or
    /// to other connections will not, and must not stop the projection for ever.
    private func problem(_ code: Int32) -> Problem {
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

// SAFETY: SQLite's own constant, never called; it tells SQLite to copy before the call returns.
let sqliteTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
