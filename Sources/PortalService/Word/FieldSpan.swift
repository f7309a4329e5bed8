import PortalAccess

/// Where a merge field stands in a text.
struct FieldSpan {
    /// From its first brace to behind its last.
    let range: Range<Int>
    let name: String

    /// The fields of a text, in their order.
    static func all(in text: [Unicode.Scalar]) -> [FieldSpan] {
        var spans: [FieldSpan] = []
        var place = 0
        while let opening = pair("{", in: text, from: place),
            let closing = pair("}", in: text, from: opening + 2)
        {
            var name = String.UnicodeScalarView()
            name.append(contentsOf: text[opening + 2..<closing])
            spans.append(
                FieldSpan(range: opening..<closing + 2, name: String(trimming: String(name)))
            )
            place = closing + 2
        }
        return spans
    }

    private static func pair(
        _ brace: Unicode.Scalar,
        in text: [Unicode.Scalar],
        from start: Int
    ) -> Int? {
        guard text.count >= start + 2 else { return nil }
        return (start...text.count - 2).first { text[$0] == brace && text[$0 + 1] == brace }
    }
}
