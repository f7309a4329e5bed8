import EventLine
import GRDBSQLite

/// Fills a prepared statement with one event's values and runs it.
///
/// Values are bound straight from the event's bytes: arrays of arguments would cost more than
/// half the time.
struct StatementBinding {
    /// What stops a projection at an event.
    enum Problem: Error {
        case event(String)
        case unavailable(String)
        case storage(String)
    }

    let statement: OpaquePointer
    let event: DecodedEvent
    let labels: [String: String]

    // SAFETY: SQLite's own constant; it tells SQLite to copy before the call returns.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Runs the statement to its end, and leaves it ready for the next event.
    func run(_ bindings: [ParameterBinding]) throws(Problem) {
        defer { sqlite3_reset(statement) }
        for binding in bindings { try bind(binding) }
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw problem(code) }
    }

    private func bind(_ binding: ParameterBinding) throws(Problem) {
        let code: Int32
        switch binding.value {
        case .envelope(let member): code = bind(member, at: binding.index)
        case .field(let name, let isJSON):
            switch event.content {
            case .read(let fields):
                code = try bind(name, of: fields, isJSON: isJSON, at: binding.index)
            case .malformed(let why): throw .event(why)
            case .unread: code = sqlite3_bind_null(statement, binding.index)
            }
        case .personal(let name, let isJSON):
            switch event.personal {
            case .read(let fields):
                code = try bind(name, of: fields, isJSON: isJSON, at: binding.index)
            case .malformed(let why): throw .event(why)
            case .unavailable(let why): throw .unavailable(why)
            case .absent: code = sqlite3_bind_null(statement, binding.index)
            }
        }
        guard code == SQLITE_OK else { throw problem(code) }
    }

    private func bind(_ member: EnvelopeMember, at index: Int32) -> Int32 {
        let envelope = event.envelope
        switch member {
        case .sequence:
            return sqlite3_bind_int64(statement, index, Int64(clamping: envelope.sequence))
        case .id: return bind(event.id, at: index)
        case .source: return bind(envelope.source, at: index)
        case .organisation: return bind(envelope.organisation?.description, at: index)
        case .type: return bind(envelope.type, at: index)
        case .subject: return bind(envelope.subject.text, at: index)
        case .time: return bind(event.time, at: index)
        case .actor: return bind(envelope.actor, at: index)
        case .client: return bind(event.client, at: index)
        case .onBehalfOf: return bind(envelope.onBehalfOf, at: index)
        case .correlationID: return bind(envelope.correlationID, at: index)
        case .causationID: return bind(envelope.causationID, at: index)
        case .commit:
            return bind("\(envelope.commitIndex)/\(envelope.commitCount)", at: index)
        case .label: return bind(labels[envelope.type], at: index)
        }
    }

    private func bind(_ text: String?, at index: Int32) -> Int32 {
        guard var text else { return sqlite3_bind_null(statement, index) }
        return text.withUTF8 { bytes in bind(bytes[...], at: index) }
    }

    private func bind(_ bytes: Slice<UnsafeBufferPointer<UInt8>>, at index: Int32) -> Int32 {
        let text = UnsafeBufferPointer(rebasing: bytes)
        return text.withMemoryRebound(to: CChar.self) { text in
            // A null pointer would bind NULL in place of the empty text.
            guard let start = text.baseAddress, !text.isEmpty else {
                return sqlite3_bind_text(statement, index, "", 0, Self.transient)
            }
            return sqlite3_bind_text(statement, index, start, Int32(text.count), Self.transient)
        }
    }

    private func bind(
        _ name: [UInt8],
        of fields: EventFields,
        isJSON: Bool,
        at index: Int32
    ) throws(Problem) -> Int32 {
        guard let field = fields.field(named: name) else {
            return sqlite3_bind_null(statement, index)
        }
        if isJSON { return bind(field.value, of: fields, at: index) }
        switch field.form {
        case .plainText:
            let inside = field.value.lowerBound + 1..<field.value.upperBound - 1
            return bind(inside, of: fields, at: index)
        case .escapedText:
            do throws(JSONError) {
                return bind(try fields.text(of: field), at: index)
            } catch {
                throw .event("\(error)")
            }
        case .number: return try bindNumber(field, of: fields, at: index)
        case .yes: return sqlite3_bind_int64(statement, index, 1)
        case .no: return sqlite3_bind_int64(statement, index, 0)
        case .null: return sqlite3_bind_null(statement, index)
        case .composite: return bind(field.value, of: fields, at: index)
        }
    }

    private func bind(_ range: Range<Int>, of fields: EventFields, at index: Int32) -> Int32 {
        fields.bytes.withUnsafeBufferPointer { bytes in bind(bytes[range], at: index) }
    }

    private func bindNumber(
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
