import EventLine
import PortalAccess

/// A value that a field of a command must not hold, or its absence where it is required.
struct BadField {
    let name: String
    let input: JSONValue
    /// Why the input must be refused, the field being named.
    let reason: Refusal.Reason

    /// Everything that is wrong with one field of a command each.
    static func all(of command: CommandDescription) -> [BadField] {
        command.fields.flatMap { field in
            missing(field, in: command)
                + field.kind.wrong.map { value in
                    BadField(
                        name: field.name,
                        input: command.example.replacing(field.name, by: value),
                        reason: .invalidInput
                    )
                }
        } + [
            BadField(
                name: "surprise",
                input: command.example.replacing("surprise", by: "x"),
                reason: .invalidInput
            )
        ]
    }

    private static func missing(
        _ field: DescribedField,
        in command: CommandDescription
    ) -> [BadField] {
        guard field.isRequired, let reason = field.refusal?.reason else { return [] }
        return [nil, .null].map {
            BadField(
                name: field.name,
                input: command.example.replacing(field.name, by: $0),
                reason: reason
            )
        }
    }
}

extension InputKind {
    /// Values of another type, and those of the right type that cannot be used.
    fileprivate var wrong: [JSONValue] {
        let others: [JSONValue] = [.decimal("1.5"), .integer(-7), ["x": ["y": 1]], [[]]]
        return switch self {
        case .object: [.decimal("1.5"), [], "x", ["name": .string(Self.long(24_001))]]
        case .content: [.decimal("1.5"), true, "", ["name": .string(Self.long(24_001))]]
        case .text(let limit): others + [.string(Self.long(limit + 1))]
        // A blank address counts as left out where a form asks for it.
        case .email: others + ["ana", "a b@example.org", .string(Self.long(250) + "@x.org")]
        case .id: others + ["", "1234", .string(String(repeating: "a", count: 36))]
        case .ids:
            others + [
                "x", ["x"], [.string(InputField.sampleID), .string(InputField.sampleID)],
            ]
        case .date: others + ["", "2026-02-30", "31.3.2026", "2026-03-31T00:00:00Z"]
        case .flag: others + ["true", 1]
        case .number(let range): others + ["5", .integer(Int64(range.upperBound) + 1)]
        case .word: others + ["", "no such word"]
        case .words: others + ["x", ["no such word"]]
        case .any: [.decimal("1.5"), .integer(-7)]
        }
    }

    private static func long(_ count: Int) -> String { String(repeating: "x", count: count) }
}

extension JSONValue {
    /// The object with a member set, or left out.
    func replacing(_ name: String, by value: JSONValue?) -> JSONValue {
        var kept = (members ?? []).filter { $0.name != name }
        if let value { kept.append(JSONMember(name, value)) }
        return .object(kept)
    }
}
