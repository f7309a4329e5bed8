package import EventLine

/// A list as comma-separated values (RFC 4180): a header line, lines ended by CR LF, quotes where
/// they are needed.
///
/// Whatever a spreadsheet would take for a formula gets an apostrophe in front: names and details
/// come from outside.
package enum CSVTable {
    /// The text of a list of objects; nil if it is none. The first row's members are the columns,
    /// and those that later rows have beside them follow.
    package static func text(of value: JSONValue) -> String? {
        guard let rows = value.array, rows.allSatisfy({ $0.members != nil }) else { return nil }
        var columns: [String] = []
        for row in rows {
            for member in row.members ?? [] where !columns.contains(member.name) {
                columns.append(member.name)
            }
        }
        let lines =
            [columns.map(quoted)] + rows.map { row in columns.map { cell(row[$0] ?? .null) } }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool, .integer, .decimal: value.canonicalText
        case .string(let text): quoted(harmless(text))
        case .array(let elements) where elements.allSatisfy { $0.string != nil }:
            quoted(harmless(elements.compactMap(\.string).joined(separator: ", ")))
        case .array, .object: quoted(value.canonicalText)
        }
    }

    /// As OWASP says of CSV injection.
    private static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first)
        else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { !"\",\r\n".unicodeScalars.contains($0) }
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
