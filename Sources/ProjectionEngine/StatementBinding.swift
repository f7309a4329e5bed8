import EventLine
import GRDBSQLite

/// Fills prepared statements with the values of one event after the other, and runs them.
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

    /// A batch while its parts cannot move.
    struct Pinned {
        let text: UnsafeBufferPointer<UInt8>
        let labels: UnsafeBufferPointer<UInt8>
        let events: UnsafeBufferPointer<EventBatch.Event>
        let fields: UnsafeBufferPointer<FieldPlace>
    }

    /// What is bound, and where its bytes stand.
    enum Value {
        case null
        case integer(Int64)
        case text(Range<Int>)
        case label(Range<Int>)
        /// A text with escapes, by its opening quote.
        case escaped(Int)
        case number(Range<Int>)
    }

    let batch: EventBatch
    let pinned: Pinned
    let names: NameTable?
    let recorder: StatementRecorder?
    var numbers: NumberedNames
    var recent = RecentNumbers()

    /// Runs the statement of a step to its end, and leaves it ready for the next event.
    mutating func run(
        _ statement: OpaquePointer,
        _ bindings: UnsafeBufferPointer<ParameterBinding>,
        of event: borrowing EventBatch.Event
    ) throws(Problem) {
        for binding in bindings {
            let code =
                binding.isNumbered
                ? try bindNumber(binding, event, statement)
                : try bind(value(of: binding.value, event), to: statement, binding.index)
            guard code == SQLITE_OK else { throw Problem(code, of: statement) }
        }
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else {
            let problem = Problem(code, of: statement)
            sqlite3_reset(statement)
            throw problem
        }
        sqlite3_reset(statement)
    }
}

// MARK: - Finding

extension StatementBinding {
    func value(
        of bound: BoundValue,
        _ event: borrowing EventBatch.Event
    ) throws(Problem) -> Value {
        switch bound {
        case .envelope(.sequence): return .integer(Int64(clamping: event.line.sequence))
        case .envelope(.microseconds): return .integer(event.line.time.microseconds)
        case .envelope(.label):
            guard event.type >= 0, let label = batch.catalogue.entries[event.type].label
            else { return .null }
            return .label(label)
        case .envelope(let member):
            let line = pinned.text.span.extracting(droppingFirst: event.start)
            guard let range = member.range(in: event.line, line) else { return .null }
            let place = range.moved(by: event.start)
            // A part of a member, such as the organisation, has no quote before it, and no escapes.
            let isEscaped = event.isEscaped && pinned.text[place].contains(UInt8(ascii: "\\"))
            return isEscaped ? .escaped(place.lowerBound - 1) : .text(place)
        case .field(let place, let isJSON): return try value(place, of: event.content, isJSON)
        case .personal(let place, let isJSON): return try value(place, of: event.personal, isJSON)
        }
    }

    private func value(
        _ place: Int,
        of content: EventBatch.Content,
        _ isJSON: Bool
    ) throws(Problem) -> Value {
        let field: FieldPlace
        switch content {
        case .absent: return .null
        case .malformed(let reason): throw .event(batch.reasons[reason])
        case .unavailable(let reason): throw .unavailable(batch.reasons[reason])
        case .read(let first): field = pinned.fields[first + place]
        }
        if isJSON, field.form != .absent { return .text(field.range) }
        switch field.form {
        case .plainText: return .text(field.range.lowerBound + 1..<field.range.upperBound - 1)
        case .escapedText: return .escaped(field.range.lowerBound)
        case .number: return .number(field.range)
        case .yes: return .integer(1)
        case .no: return .integer(0)
        case .null, .absent: return .null
        case .composite: return .text(field.range)
        }
    }

    /// The string whose opening quote stands at a place.
    func string(at quote: Int) throws(Problem) -> String {
        do throws(JSONError) {
            var cursor = JSONCursor(offset: quote)
            return try cursor.string(in: pinned.text.span)
        } catch {
            throw .event("\(error)")
        }
    }
}

// MARK: - Binding

extension StatementBinding {
    func bind(
        _ value: Value,
        to statement: OpaquePointer,
        _ index: Int32
    ) throws(Problem) -> Int32 {
        switch value {
        case .null:
            recorder?.note(at: index)
            return sqlite3_bind_null(statement, index)
        case .integer(let number): return bind(number, to: statement, index)
        case .text(let range): return bind(range, in: pinned.text, to: statement, index)
        case .label(let range): return bind(range, in: pinned.labels, to: statement, index)
        case .escaped(let quote):
            var text = try string(at: quote)
            return text.withUTF8 { text in
                recorder?.note(text, at: index)
                return bindCopy(of: text, to: statement, index)
            }
        case .number(let range):
            let bytes = UnsafeBufferPointer(rebasing: pinned.text[range])
            if let number = Self.smallNumber(bytes) { return bind(number, to: statement, index) }
            let text = String(decoding: bytes, as: UTF8.self)
            if let number = Int64(text) { return bind(number, to: statement, index) }
            guard let number = Double(text) else {
                throw .event("\(text) is no number SQLite can hold")
            }
            recorder?.note(number, at: index)
            return sqlite3_bind_double(statement, index, number)
        }
    }

    func bind(_ number: Int64, to statement: OpaquePointer, _ index: Int32) -> Int32 {
        recorder?.note(number, at: index)
        return sqlite3_bind_int64(statement, index, number)
    }

    private func bind(
        _ range: Range<Int>,
        in bytes: UnsafeBufferPointer<UInt8>,
        to statement: OpaquePointer,
        _ index: Int32
    ) -> Int32 {
        guard let start = bytes.baseAddress, range.upperBound <= bytes.count else {
            recorder?.note(UnsafeBufferPointer(start: nil, count: 0), at: index)
            return bindCopy(of: UnsafeBufferPointer(start: nil, count: 0), to: statement, index)
        }
        recorder?.note(UnsafeBufferPointer(rebasing: bytes[range]), at: index)
        let text = UnsafeRawPointer(start + range.lowerBound).assumingMemoryBound(to: CChar.self)
        let count = Int32(truncatingIfNeeded: range.count)
        // No destructor: the batch outlives the run, and clears the bindings at its end.
        return sqlite3_bind_text(statement, index, text, count, nil)
    }

    private func bindCopy(
        of text: UnsafeBufferPointer<UInt8>,
        to statement: OpaquePointer,
        _ index: Int32
    ) -> Int32 {
        text.withMemoryRebound(to: CChar.self) { text in
            guard let start = text.baseAddress else {
                // A null pointer would bind NULL in place of the empty text.
                return sqlite3_bind_text(statement, index, "", 0, sqliteTransient)
            }
            let count = Int32(truncatingIfNeeded: text.count)
            return sqlite3_bind_text(statement, index, start, count, sqliteTransient)
        }
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
}

extension StatementBinding.Problem {
    /// What belongs to the event will fail the same way each time; what belongs to the disk or
    /// to other connections will not, and must not stop the projection for ever.
    init(_ code: Int32, of statement: OpaquePointer) {
        let message = sqlite3_db_handle(statement).flatMap { sqlite3_errmsg($0) }
            .map { String(cString: $0) }
        let text = message ?? String(cString: sqlite3_errstr(code))
        switch code & 0xff {
        case SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE:
            self = .event(text)
        default: self = .storage(text)
        }
    }
}

// SAFETY: SQLite's own constant, never called; it tells SQLite to copy before the call returns.
let sqliteTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
