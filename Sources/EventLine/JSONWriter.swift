/// Writes canonical JSON: no white space, and only `"`, `\` and control characters escaped.
///
/// The writer does not check structure: commas, colons and braces are the caller's, so that
/// generated encoders can write whole literals at once.
public struct JSONWriter: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// An empty writer.
    public init(reservingCapacity capacity: Int = 256) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes text as it is, such as `{"clientId":`.
    public mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes bytes as they are.
    public mutating func raw(_ more: [UInt8]) {
        bytes.append(contentsOf: more)
    }

    /// Writes a string with its quotes.
    public mutating func string(_ text: String) {
        bytes.appendString(text)
    }

    /// Writes an integer.
    public mutating func integer(_ number: Int64) {
        raw(String(number))
    }

    /// Writes a truth value.
    public mutating func bool(_ truth: Bool) {
        raw(truth ? "true" : "false")
    }

    /// Writes any value.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: raw("null")
        case .bool(let truth): bool(truth)
        case .integer(let number): integer(number)
        case .decimal(let text): raw(text)
        case .string(let text): string(text)
        case .array(let elements): array(elements)
        case .object(let members): object(members)
        }
    }

    private mutating func array(_ elements: [JSONValue]) {
        raw("[")
        for (place, element) in elements.enumerated() {
            if place > 0 { raw(",") }
            value(element)
        }
        raw("]")
    }

    private mutating func object(_ members: [JSONMember]) {
        raw("{")
        for (place, member) in members.enumerated() {
            if place > 0 { raw(",") }
            string(member.name)
            raw(":")
            value(member.value)
        }
        raw("}")
    }
}
