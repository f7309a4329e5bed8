/// Writes the enumerations and structs that schemas share.
struct NamedTypeEmission {
    let types: [NamedType]

    func source() -> String {
        let kinds = types.flatMap { type in
            guard case .structure(_, let fields) = type.kind else { return [Kind]() }
            return fields.map(\.kind)
        }
        var text = SwiftText.generated(publicKinds: kinds)
        for type in types {
            text.line()
            switch type.kind {
            case .enumeration(let name, let values): emit(name, values, to: &text)
            case .structure(let name, let fields):
                text.doc("`\(name)` of the schemas.")
                text.structure(name, fields)
                text.line()
                text.codec(name, fields, protocol: "MemberValue")
            default: break
            }
        }
        return text.text
    }

    private func emit(_ name: String, _ values: [String], to text: inout SwiftText) {
        text.doc("`\(name)` of the schemas.")
        text.block("public enum \(name): String, CaseIterable, Sendable") { text in
            for value in values {
                text.doc("`\(value)`.")
                let name = Names.escaped(Names.enumerationCase(value))
                text.line("case \(name) = \(literal(value))")
            }
        }
        text.line()
        text.line("extension \(name): EnumerationValue {}")
    }
}
