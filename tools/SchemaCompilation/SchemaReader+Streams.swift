import EventLine

extension SchemaReader {
    /// The templates of `x-streams`, checked against the fields; also checks `x-key`.
    mutating func streams(
        _ members: [LocatedMember],
        at offset: Int,
        fields: [Field]
    ) -> [Template] {
        checkKey(members, fields: fields)
        guard let entries = members["x-streams"]?.elements, !entries.isEmpty else {
            report("x-streams is missing or empty", at: members["x-streams"]?.offset ?? offset)
            return []
        }
        var templates: [Template] = []
        for entry in entries {
            guard let template = template(entry) else { continue }
            checkFields(of: template, in: fields, keyword: "x-streams", at: entry.offset)
            templates.append(template)
        }
        if let first = templates.first, first.fieldNames.contains(where: { isOptional($0, fields) })
        {
            report(
                "the first stream is the subject: its fields must be required",
                at: entries[0].offset
            )
        }
        return templates
    }

    /// Reads `client/{clientId}`.
    mutating func template(_ value: LocatedValue) -> Template? {
        guard let text = value.string, !text.isEmpty else {
            report("a template is a string such as client/{clientId}", at: value.offset)
            return nil
        }
        var segments: [Template.Segment] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { segments.append(.text(String(rest[..<open]))) }
            let name = String(rest[rest.index(after: open)..<close])
            segments.append(name == "@organisation" ? .organisation : .field(name))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { segments.append(.text(String(rest))) }
        guard isStream(segments) else {
            report(
                "a template starts with a category and a slash, and holds no byte but letters, "
                    + "digits, - _ . / : * and {fields}",
                at: value.offset
            )
            return nil
        }
        return Template(segments: segments)
    }

    private func isStream(_ segments: [Template.Segment]) -> Bool {
        guard case .text(let first)? = segments.first, first.dropFirst().contains("/") else {
            return false
        }
        return segments.allSatisfy { segment in
            guard case .text(let text) = segment else { return true }
            return StreamName(text) != nil
        }
    }

    private mutating func checkKey(_ members: [LocatedMember], fields: [Field]) {
        guard let key = members["properties"]?.members?["personal"]?.members?["x-key"],
            case .sealed(let sealed)? = fields.first(where: { $0.name == "personal" })?.kind
        else { return }
        checkFields(of: sealed.key, in: fields, keyword: "x-key", at: key.offset)
        if sealed.key.segments.contains(.organisation) {
            report("x-key may not use {@organisation}", at: key.offset)
        }
        if sealed.key.fieldNames.contains(where: { isOptional($0, fields) }) {
            report("the fields of x-key must be required", at: key.offset)
        }
    }

    private mutating func checkFields(
        of template: Template,
        in fields: [Field],
        keyword: String,
        at offset: Int
    ) {
        for name in template.fieldNames where !unreadable.contains(name) {
            guard let field = fields.first(where: { $0.name == name }) else {
                report("\(keyword) names '\(name)', which is no property", at: offset)
                continue
            }
            switch field.kind {
            case .string, .uuid, .date, .dateTime, .integer, .boolean: break
            case .enumeration(_, let values):
                for value in values where StreamName(value) == nil {
                    report("'\(value)' of '\(name)' cannot stand in a stream name", at: offset)
                }
            case .json, .structure, .array, .sealed:
                report("\(keyword) names '\(name)', which is no single value", at: offset)
            }
        }
    }

    private func isOptional(_ name: String, _ fields: [Field]) -> Bool {
        fields.first { $0.name == name }?.isOptional == true
    }
}
