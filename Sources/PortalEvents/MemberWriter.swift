import EventLine

/// Writes canonical JSON, member by member.
///
/// What generated code calls is never inlined, as in `MemberReader`.
struct MemberWriter {
    private var writer = JSONWriter()
    /// Whether nothing of the innermost object or array was written yet, so that no comma comes.
    private var isFirst = true

    /// The canonical JSON of a value.
    static func bytes(of value: some MemberValue) -> [UInt8] {
        var writer = MemberWriter()
        value.write(to: &writer)
        return writer.writer.bytes
    }

    @inline(never)
    mutating func required(_ name: MemberName, _ value: some MemberValue) {
        separate()
        writer.raw(name.literal)
        value.write(to: &self)
    }

    @inline(never)
    mutating func optional(_ name: MemberName, _ value: (some MemberValue)?) {
        if let value { required(name, value) }
    }

    @inline(never)
    mutating func beginObject() {
        writer.raw("{")
        isFirst = true
    }

    @inline(never)
    mutating func endObject() {
        writer.raw("}")
        isFirst = false
    }

    mutating func array(_ elements: [some MemberValue]) {
        writer.raw("[")
        isFirst = true
        for element in elements {
            separate()
            element.write(to: &self)
        }
        writer.raw("]")
        isFirst = false
    }

    mutating func string(_ text: String) { writer.string(text) }

    /// Writes a string that needs no escapes.
    mutating func plain(_ text: String) { writer.raw("\"\(text)\"") }

    mutating func integer(_ number: Int) { writer.integer(Int64(number)) }

    mutating func boolean(_ truth: Bool) { writer.bool(truth) }

    mutating func json(_ value: JSONValue) { writer.value(value) }

    private mutating func separate() {
        if !isFirst { writer.raw(",") }
        isFirst = false
    }
}
