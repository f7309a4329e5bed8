/// Writes `PortalEvent`, the enum over the newest version of every event.
struct UnionEmission {
    let set: SchemaSet

    func source() -> String {
        var text = SwiftText.generated(publicKinds: [])
        text.line()
        text.doc("Any event of the portal, in its newest version.")
        text.block("public enum PortalEvent: Hashable, Sendable") { text in
            for history in set.histories {
                guard let newest = history.last else { continue }
                text.doc(newest.description)
                text.line("case \(newest.caseName)(\(newest.structName))")
            }
        }
        text.line()
        text.block("extension PortalEvent") { text in
            emitPayload(to: &text)
            text.line()
            emitPayloadTypes(to: &text)
            text.line()
            emitReading(to: &text)
        }
        return text.text
    }

    private func emitPayload(to text: inout SwiftText) {
        text.doc("The event's own struct.")
        text.block("var payload: any EventPayload") { text in
            text.choice(over: "self") { text in
                for history in set.histories {
                    guard let newest = history.last else { continue }
                    text.line("case .\(newest.caseName)(let event): event")
                }
            }
        }
    }

    private func emitPayloadTypes(to text: inout SwiftText) {
        text.doc("Every version of every event, in the order of their names.")
        text.nested(
            "static let payloadTypes: [any EventPayload.Type] = [",
            { text in
                for schema in set.schemas { text.line("\(schema.structName).self,") }
            },
            closing: "]"
        )
        text.line()
        text.doc("The place of each type in `payloadTypes`.")
        text.line("static let places: [String: Int] = placesByType(payloadTypes)")
    }

    private func emitReading(to text: inout SwiftText) {
        text.doc(
            "Reads an event's `data`, opens what is sealed in it, and brings it to its newest "
                + "version."
        )
        text.line("public init<Failure: Error>(")
        text.line("    type: String, data: [UInt8],")
        text.line("    open: (_ jwe: String) throws(Failure) -> OpenedPersonal")
        text.block(") throws(EventDecodingError)") { text in
            text.choice(over: "Self.places[type]") { text in
                for (place, schema) in set.schemas.enumerated() {
                    emitCase(place, schema, to: &text)
                }
                text.line("default: throw EventDecodingError.unknown(type, in: Self.payloadTypes)")
            }
        }
    }

    private func emitCase(_ place: Int, _ schema: Schema, to text: inout SwiftText) {
        text.line("case \(place):")
        let binding = schema.sealed == nil ? "let" : "var"
        let decoded = "try \(schema.structName).decoded(from: data)"
        text.line("    \(binding) event: \(schema.structName) = \(decoded)")
        if schema.sealed != nil { text.line("    try event.openPersonal(open)") }
        var name = "event"
        let newest = set.histories.first { $0.first?.name == schema.name }?.last ?? schema
        for version in schema.version..<newest.version {
            let next = "\(schema.name)V\(version + 1)"
            let upcaster = "\(schema.name)V\(version)ToV\(version + 1)"
            text.line(
                "    let event\(version + 1): \(next) = upcast(\(name), by: \(upcaster).self)"
            )
            name = "event\(version + 1)"
        }
        text.line("    self = .\(schema.caseName)(\(name))")
    }
}

extension Schema {
    /// The case of `PortalEvent`.
    fileprivate var caseName: String { Names.escaped(Names.lowerCamel(name)) }
}
