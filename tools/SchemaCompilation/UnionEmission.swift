/// Writes `PortalEvent`, the enum over the newest version of every event.
struct UnionEmission {
    let set: SchemaSet

    func source() -> String {
        var text = SwiftText.generated(publicKinds: [])
        text.line()
        text.doc("Any event of the portal, in its newest version.")
        text.block("public indirect enum PortalEvent: Hashable, Sendable") { text in
            for history in set.histories {
                guard let newest = history.last else { continue }
                text.doc(newest.description)
                text.line("case \(newest.caseName)(\(newest.structName))")
            }
        }
        text.line()
        text.block("extension PortalEvent: EventUnion") { text in
            emitPayload(to: &text)
            text.line()
            emitPayloadTypes(to: &text)
        }
        return text.text
    }

    private func emitPayload(to text: inout SwiftText) {
        text.doc("The event's own struct.")
        text.block("var payload: any EventPayload<PortalEvent>") { text in
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
            "static let payloadTypes: [any EventPayload<PortalEvent>.Type] = [",
            { text in
                for schema in set.schemas { text.line("\(schema.structName).self,") }
            },
            closing: "]"
        )
        text.line()
        text.doc("The place of each type in `payloadTypes`.")
        text.line("static let places: [String: Int] = placesByType()")
    }
}

extension Schema {
    /// The case of `PortalEvent`.
    var caseName: String { Names.escaped(Names.lowerCamel(name)) }
}
