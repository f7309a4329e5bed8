/// Writes the file of one event: all its versions, oldest first.
struct EventEmission {
    let history: [Schema]

    func source() -> String {
        var text = SwiftText.generated(publicKinds: history.flatMap(\.fields).map(\.kind))
        for schema in history { emit(schema, to: &text) }
        if let newest = history.last {
            text.line()
            text.doc("The newest version of \(newest.name).")
            text.line("public typealias \(newest.name) = \(newest.structName)")
        }
        return text.text
    }

    private func emit(_ schema: Schema, to text: inout SwiftText) {
        text.line()
        text.doc(schema.description)
        text.structure(schema.structName, schema.fields) { text in
            text.doc("The event's name and version, as in its line.")
            text.line("public static var type: String { \(literal(schema.type)) }")
            text.line()
        }
        text.line()
        text.block("extension \(schema.structName): EventPayload") { text in
            emitShape(schema, to: &text)
            text.codecMembers(schema.fields)
            emitStreams(schema, to: &text)
            if let client = schema.client {
                text.line()
                text.line("var envelopeClient: UniqueID? { self.\(Names.escaped(client)) }")
            }
            emitSealing(schema, to: &text)
            emitUnion(schema, to: &text)
        }
        if let sealed = schema.sealed {
            text.line()
            text.codec("\(schema.structName).Personal", sealed.fields, protocol: "MemberValue")
        }
    }

    private func emitShape(_ schema: Schema, to text: inout SwiftText) {
        text.nested(
            "static let shape: EventShape = EventShape(",
            { text in
                text.line("type: \(literal(schema.type)),")
                text.line("title: \(literal(schema.name)),")
                text.line("label: \(schema.label.map(literal) ?? "nil"),")
                text.line("summary: \(literal(schema.description)),")
                text.fields("fields", schema.fields, after: ",")
                text.fields("personalFields", schema.sealed?.fields ?? [], after: "")
            },
            closing: ")"
        )
        text.line()
    }

    private func emitStreams(_ schema: Schema, to text: inout SwiftText) {
        text.line()
        if schema.hasTextInStreams {
            text.line("static var hasTextInStreams: Bool { true }")
            text.line()
        }
        text.block("func streamTexts(organisation: UniqueID) -> [String]") { text in
            text.line("var texts: [String] = []")
            for template in schema.streams {
                let optional = schema.optionals(of: template)
                let append =
                    "texts.append(\(schema.swiftText(of: template, unwrapped: optional)))"
                guard !optional.isEmpty else {
                    text.line(append)
                    continue
                }
                let bindings = optional.enumerated().map { place, name in
                    "let value\(place) = self.\(Names.escaped(name))"
                }
                text.block("if \(bindings.joined(separator: ", "))") { $0.line(append) }
            }
            text.line("return texts")
        }
    }

    private func emitSealing(_ schema: Schema, to text: inout SwiftText) {
        guard let field = schema.field("personal"), case .sealed(let sealed) = field.kind else {
            return
        }
        let condition = field.isOptional ? "personal == nil ? nil : " : ""
        let mark = field.isOptional ? "?" : ""
        text.line()
        text.line("var sealingKey: String? { \(condition)\(schema.swiftText(of: sealed.key)) }")
        text.line()
        text.line("var personalBytes: Sealed<[UInt8]>? { personal\(mark).bytes }")
        text.line()
        let head = "mutating func setPersonal(_ bytes: Sealed<[UInt8]>) throws(EventDecodingError)"
        text.block(head) { $0.line("personal = try Sealed<Personal>(bytes, in: Self.type)") }
    }

    /// The newest version is a case of `PortalEvent`, an older one becomes the next first.
    private func emitUnion(_ schema: Schema, to text: inout SwiftText) {
        text.line()
        if schema.version == history.count {
            text.line("var portalEvent: PortalEvent { .\(schema.caseName)(self) }")
        } else {
            let step = "\(schema.structName)ToV\(schema.version + 1)"
            text.line("var portalEvent: PortalEvent { \(step).portalEvent(from: self) }")
        }
    }
}

extension SwiftText {
    /// A file's first lines. The import is public only where it must be: the compiler says
    /// otherwise that it was not used.
    static func generated(publicKinds kinds: [Kind]) -> SwiftText {
        var text = SwiftText()
        text.line("// Generated from EventSchemas/ by SchemaCompiler; changes here are lost.")
        text.line("// swift-format-ignore-file")
        text.line()
        text.line(
            kinds.contains(where: \.isFromEventLine)
                ? "public import EventLine" : "import EventLine"
        )
        return text
    }

    fileprivate mutating func fields(_ label: String, _ fields: [Field], after: String) {
        guard !fields.isEmpty else {
            line("\(label): []\(after)")
            return
        }
        nested(
            "\(label): [",
            { text in
                for field in fields {
                    text.line(
                        "EventShape.Field(name: \(literal(field.name)), "
                            + "kind: EventShape.Kind.\(field.kind.shapeKind), "
                            + "isOptional: \(field.isOptional), isSecret: \(field.isSecret)),"
                    )
                }
            },
            closing: "]\(after)"
        )
    }
}

extension Kind {
    /// Whether EventLine declares the type, or one inside it that the same file declares.
    fileprivate var isFromEventLine: Bool {
        switch self {
        case .uuid, .date, .dateTime, .json: true
        case .string, .integer, .boolean, .enumeration, .structure: false
        case .array(let element): element.isFromEventLine
        case .sealed(let sealed): sealed.fields.contains { $0.kind.isFromEventLine }
        }
    }
}

extension Schema {
    /// Whether what stands in a stream name may be any text, and so be wrong.
    fileprivate var hasTextInStreams: Bool {
        streams.contains { $0.fieldNames.contains { field($0)?.kind == .string } }
    }

    fileprivate func optionals(of template: Template) -> [String] {
        var names: [String] = []
        for name in template.fieldNames where field(name)?.isOptional == true {
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// A Swift expression for the template, filled with the fields; the ones in `unwrapped` are
    /// bound to `value0` and so on.
    fileprivate func swiftText(of template: Template, unwrapped: [String] = []) -> String {
        let parts = template.segments.map { segment in
            switch segment {
            case .text(let fixed): return literal(fixed)
            case .organisation: return "organisation.description"
            case .field(let name):
                let place = unwrapped.firstIndex(of: name)
                let value = place.map { "value\($0)" } ?? "self.\(Names.escaped(name))"
                return value + textSuffix(of: name)
            }
        }
        return "streamText([\(parts.joined(separator: ", "))])"
    }

    /// What makes a field's value a string.
    private func textSuffix(of name: String) -> String {
        switch field(name)?.kind {
        case .string: ""
        case .enumeration: ".rawValue"
        default: ".description"
        }
    }
}
