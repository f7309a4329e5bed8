/// Compiles event schemas into the Swift source of `PortalEvents`.
public enum SchemaCompilation {
    /// A file of generated source.
    public struct Output: Hashable, Sendable {
        /// Its name, such as `LetterShown.swift`.
        public let name: String
        /// Its text.
        public let source: String
    }

    /// The generated files: equal schemas give equal bytes, whatever order they come in.
    public static func outputs(of set: SchemaSet) -> [Output] {
        var outputs = set.histories.map { history in
            Output(
                name: "\(history[0].name)Event.swift",
                source: EventEmission(history: history).source()
            )
        }
        outputs.append(Output(name: "PortalEvent.swift", source: UnionEmission(set: set).source()))
        let types = NamedTypeEmission(types: set.namedTypes).source()
        outputs.append(Output(name: "SchemaTypes.swift", source: types))
        return outputs
    }
}
