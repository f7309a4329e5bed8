extension SwiftText {
    /// A struct with these fields: properties, memberwise initialiser, and what `body` adds.
    mutating func structure(
        _ name: String,
        _ fields: [Field],
        body: (inout SwiftText) -> Void = { _ in }
    ) {
        block("public struct \(name): Hashable, Sendable") { text in
            body(&text)
            for field in fields {
                text.doc(field.summary)
                text.line("public var \(Names.escaped(field.name)): \(field.swiftType)")
            }
            if !fields.isEmpty { text.line() }
            text.doc("A value of these fields.")
            text.initialiser(fields)
            for field in fields {
                guard case .sealed(let sealed) = field.kind else { continue }
                text.line()
                text.doc("What is sealed in `\(field.name)`.")
                text.structure("Personal", sealed.fields)
            }
        }
    }

    private mutating func initialiser(_ fields: [Field]) {
        guard !fields.isEmpty else {
            line("public init() {}")
            return
        }
        let parameters = fields.map { field in
            "\(Names.escaped(field.name)): \(field.swiftType)\(field.isOptional ? " = nil" : "")"
        }
        call("public init", parameters, closing: ") {")
        for field in fields {
            line("    self.\(Names.escaped(field.name)) = \(Names.escaped(field.name))")
        }
        line("}")
    }

    /// The conformance by which a struct is read and written.
    mutating func codec(_ name: String, _ fields: [Field], protocol conformance: String) {
        block("extension \(name): \(conformance)") { text in
            text.codecMembers(fields)
        }
    }

    /// The member names, the reading initialiser and the writing function.
    mutating func codecMembers(_ fields: [Field]) {
        let names = fields.map { "MemberName(\(literal($0.name)))" }
        if !names.isEmpty {
            nested(
                "private static let names: [MemberName] = [",
                { text in for name in names { text.line("\(name),") } },
                closing: "]"
            )
            line()
        }
        reading(fields)
        line()
        writing(fields)
    }

    private mutating func reading(_ fields: [Field]) {
        let head = "init(from reader: inout MemberReader) throws(ReadingFailure)"
        block(head) { text in
            if !fields.isEmpty { text.line("let names = Self.names") }
            text.line("try reader.beginObject()")
            for (place, field) in fields.enumerated() {
                let function = field.isOptional ? "optional" : "required"
                let property = Names.escaped(field.name)
                text.line("self.\(property) = try reader.\(function)(names[\(place)])")
            }
            text.line("try reader.endObject()")
        }
    }

    private mutating func writing(_ fields: [Field]) {
        block("func write(to writer: inout MemberWriter)") { text in
            if !fields.isEmpty { text.line("let names = Self.names") }
            text.line("writer.beginObject()")
            for (place, field) in fields.enumerated() {
                let function = field.isOptional ? "optional" : "required"
                text.line("writer.\(function)(names[\(place)], self.\(Names.escaped(field.name)))")
            }
            text.line("writer.endObject()")
        }
    }
}

extension Field {
    /// The Swift type of the property.
    var swiftType: String { kind.swiftType + (isOptional ? "?" : "") }

    /// What the property is, as its documentation says.
    var summary: String {
        description ?? "`\(name)` of the schema\(isSecret ? ", never stored in clear" : "")."
    }
}

extension Kind {
    /// The Swift type of a value.
    var swiftType: String {
        switch self {
        case .string: "String"
        case .uuid: "UniqueID"
        case .date: "LocalDate"
        case .dateTime: "Instant"
        case .integer: "Int"
        case .boolean: "Bool"
        case .json: "JSONValue"
        case .enumeration(let name, _), .structure(let name, _): name
        case .array(let element): "[\(element.swiftType)]"
        case .sealed: "Sealed<Personal>"
        }
    }

    /// The case of `EventShape.Kind`.
    var shapeKind: String {
        switch self {
        case .string, .enumeration, .sealed: "string"
        case .uuid: "uuid"
        case .date: "date"
        case .dateTime: "dateTime"
        case .integer: "integer"
        case .boolean: "boolean"
        case .json: "json"
        case .structure: "object"
        case .array: "array"
        }
    }
}
