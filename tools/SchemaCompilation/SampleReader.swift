import EventLine

/// Checks a golden sample: canonical bytes, and members as the schema says.
struct SampleReader {
    let file: SourceFile
    let schema: Schema
    private(set) var problems: [Problem] = []

    init(_ file: SourceFile, of schema: Schema) {
        self.file = file
        self.schema = schema
    }

    mutating func check() {
        var parser = LocatedParser(file.bytes)
        do {
            let document = try parser.document()
            checkObject(document, schema.fields, path: "")
            if problems.isEmpty { checkCanonical(document.value) }
        } catch {
            report(error.message, at: error.offset)
        }
    }

    private mutating func checkCanonical(_ value: JSONValue) {
        let canonical = value.canonicalBytes + [UInt8(ascii: "\n")]
        guard canonical != file.bytes else { return }
        let place = zip(canonical, file.bytes).enumerated().first { $0.element.0 != $0.element.1 }
        report(
            "not canonical: one line without white space, minimal escapes, ended by a newline",
            at: place?.offset ?? min(canonical.count, file.bytes.count)
        )
    }

    private mutating func checkObject(_ value: LocatedValue, _ fields: [Field], path: String) {
        guard let members = value.members else {
            let name = path.isEmpty ? "a sample" : "'\(path.dropLast())'"
            report("\(name) must be an object", at: value.offset)
            return
        }
        var next = 0
        for member in members {
            guard let place = fields.firstIndex(where: { $0.name == member.name }) else {
                report("'\(path)\(member.name)' is not in the schema", at: member.offset)
                continue
            }
            if place < next {
                report("'\(path)\(member.name)' is not in the schema's order", at: member.offset)
            }
            next = max(next, place + 1)
            checkValue(member.value, fields[place].kind, path: path + member.name)
        }
        for field in fields where !field.isOptional && members[field.name] == nil {
            report("'\(path)\(field.name)' is missing", at: value.offset)
        }
    }

    private mutating func checkValue(_ value: LocatedValue, _ kind: Kind, path: String) {
        switch kind {
        case .structure(_, let fields): checkObject(value, fields, path: "\(path).")
        case .array(let elementKind):
            guard let elements = value.elements else {
                report("'\(path)' must be an array", at: value.offset)
                return
            }
            for element in elements { checkValue(element, elementKind, path: path) }
        case .json: break
        default:
            if !isValid(value, kind) {
                report("'\(path)' must be \(kind.expectation)", at: value.offset)
            }
        }
    }

    private func isValid(_ value: LocatedValue, _ kind: Kind) -> Bool {
        guard case .scalar(let scalar) = value.content else { return false }
        switch kind {
        case .integer: return scalar.integer != nil
        case .boolean: return scalar.bool != nil
        default: return scalar.string.map { isValid($0, kind) } ?? false
        }
    }

    private func isValid(_ text: String, _ kind: Kind) -> Bool {
        switch kind {
        case .uuid: UniqueID(text)?.description == text
        case .date: LocalDate(text) != nil
        case .dateTime: Instant(rfc3339: text)?.description == text
        case .enumeration(_, let values): values.contains(text)
        default: true
        }
    }

    private mutating func report(_ message: String, at offset: Int) {
        problems.append(file.problem(message, at: offset))
    }
}

extension Kind {
    /// What a value of this kind must be, as the end of a sentence.
    fileprivate var expectation: String {
        switch self {
        case .string: "a string"
        case .uuid: "a lower-case UUID"
        case .date: "a date, YYYY-MM-DD"
        case .dateTime: "a moment in the form 2026-11-21T04:25:01.123456Z"
        case .integer: "an integer"
        case .boolean: "true or false"
        case .json: "any JSON"
        case .enumeration(_, let values): "one of \(values.joined(separator: ", "))"
        case .structure: "an object"
        case .array: "an array"
        case .sealed: "a string, the JWE"
        }
    }
}
