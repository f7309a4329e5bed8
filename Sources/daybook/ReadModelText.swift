import EventLine

/// Read models as people read them: a table for a list, a line for each field of one object.
enum ReadModelText {
    static func text(of value: JSONValue) -> String {
        switch value {
        case .array(let rows): table(rows)
        case .object(let members): fields(members)
        case .null, .bool, .integer, .decimal, .string: cell(value)
        }
    }

    private static func fields(_ members: [JSONMember]) -> String {
        let width = members.map(\.name.count).max() ?? 0
        return members.map { member in
            member.name + String(repeating: " ", count: width - member.name.count) + "  "
                + cell(member.value)
        }.joined(separator: "\n")
    }

    private static func table(_ rows: [JSONValue]) -> String {
        guard let head = rows.first?.members?.map(\.name) else { return "nothing" }
        return Terminal.table(
            head,
            rows.map { row in head.map { cell(row[$0] ?? .null) } }
        )
    }

    /// One value as it stands in a table.
    static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: "–"
        case .string(let text): text
        case .array(let elements) where elements.allSatisfy { $0.string != nil }:
            elements.isEmpty ? "–" : elements.compactMap(\.string).joined(separator: ", ")
        case .array(let elements) where elements.allSatisfy { $0["label"]?.string != nil }:
            elements.compactMap { $0["label"]?.string }.joined(separator: ", ")
        case .bool, .integer, .decimal, .array, .object: value.canonicalText
        }
    }
}
