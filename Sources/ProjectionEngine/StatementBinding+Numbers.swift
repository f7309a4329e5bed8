import EventLine
import GRDBSQLite

// Numbers of texts.

extension StatementBinding {
    /// Binds the number of what a binding means.
    mutating func bindNumber(
        _ binding: ParameterBinding,
        _ event: borrowing EventBatch.Event,
        _ statement: OpaquePointer
    ) throws(Problem) -> Int32 {
        let number: Int64?
        switch known(binding.value, event) {
        case .known(let found): number = found
        case .unknown(let member):
            number = try self.number(of: binding.value, event)
            if let member { recent.note(number, of: member) }
        }
        guard let number else { return try bind(.null, to: statement, binding.index) }
        return bind(number, to: statement, binding.index)
    }

    private enum Known {
        /// Nil for null.
        case known(Int64?)
        /// With the place to note it for, if it may be the same in the next event.
        case unknown(RecentNumbers.Member?)
    }

    /// What is known without looking for the text.
    private func known(_ value: BoundValue, _ event: borrowing EventBatch.Event) -> Known {
        let range: Range<Int>
        let kind: RecentNumbers.Kind
        switch value {
        case .envelope(.type) where event.type >= 0:
            return numbers.number(ofType: event.type).map { .known($0) } ?? .unknown(nil)
        case .envelope(.label) where event.type >= 0:
            return numbers.number(ofLabelOf: event.type).map { .known($0) } ?? .unknown(nil)
        case .envelope(.organisation): (kind, range) = (.source, event.line.source)
        case .envelope(.actor): (kind, range) = (.actor, event.line.actor)
        case .envelope(.client):
            guard let client = event.line.client else { return .known(nil) }
            (kind, range) = (.client, client)
        default: return .unknown(nil)
        }
        let member = RecentNumbers.Member(kind: kind, range: range.moved(by: event.start))
        return recent.number(of: member, in: pinned.text).map { .known($0) } ?? .unknown(member)
    }

    /// The number of a text that has to be looked for; nil for null.
    private mutating func number(
        of bound: BoundValue,
        _ event: borrowing EventBatch.Event
    ) throws(Problem) -> Int64? {
        guard let names else { throw .storage("the table names is not open") }
        let value = try value(of: bound, event)
        switch (bound, value) {
        case (.envelope(.label), .null) where event.type >= 0:
            numbers.noteNoLabel(of: event.type)
            return nil
        case (_, .null): return nil
        case (.envelope(.type), .text(let range)) where event.type >= 0:
            let text = UnsafeBufferPointer(rebasing: pinned.text[range])
            return try numbers.number(ofType: event.type, named: text, in: names)
        case (.envelope(.label), .label(let range)):
            let text = UnsafeBufferPointer(rebasing: pinned.labels[range])
            return try numbers.number(ofLabelOf: event.type, text, in: names)
        case (_, .text(let range)), (_, .number(let range)):
            let text = UnsafeBufferPointer(rebasing: pinned.text[range])
            return try numbers.number(of: text, in: names)
        default:
            let bytes = try bytes(of: value)
            return try Self.pinning(bytes) { text throws(Problem) in
                try numbers.number(of: text, in: names)
            }
        }
    }

    /// The text of a value that does not stand in the log as it is.
    private func bytes(of value: Value) throws(Problem) -> [UInt8] {
        switch value {
        case .integer(let number): Array("\(number)".utf8)
        case .escaped(let quote): Array(try string(at: quote).utf8)
        case .label(let range): Array(pinned.labels[range])
        case .null, .text, .number: []
        }
    }

    /// `withUnsafeBufferPointer` with the error's type.
    private static func pinning<Value>(
        _ bytes: [UInt8],
        _ body: (UnsafeBufferPointer<UInt8>) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        try bytes.withUnsafeBufferPointer(body)
    }
}
