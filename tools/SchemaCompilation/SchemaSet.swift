/// All schemas of a directory, checked each by itself and against each other.
public struct SchemaSet {
    /// Sorted by event name and version.
    let schemas: [Schema]
    /// The enumerations and structs, each once, sorted by name.
    let namedTypes: [NamedType]

    private static let sampleSuffix = ".sample.json"

    /// Reads the schemas and their samples among these files; those that do not end in `.json`
    /// are no business of ours.
    ///
    /// Throws everything that is wrong with them, sorted by file and place.
    public init(_ files: [SourceFile]) throws(SchemaProblems) {
        let files = files.filter { $0.name.hasSuffix(".json") }
        let samples = files.filter { $0.name.hasSuffix(Self.sampleSuffix) }
        var reading = SchemaSetReading()
        for file in files where !file.name.hasSuffix(Self.sampleSuffix) { reading.read(file) }
        reading.checkSamples(samples)
        reading.checkVersions()
        reading.checkNames()
        guard reading.problems.isEmpty else { throw SchemaProblems(reading.problems.sorted()) }
        schemas = reading.schemas.sorted { ($0.name, $0.version) < ($1.name, $1.version) }
        namedTypes = reading.namedTypes.sorted { $0.name < $1.name }
    }

    /// The types of all events, such as `LetterShown.v1`.
    public var types: [String] { schemas.map(\.type) }

    /// The versions of each event, by its name, in order.
    var histories: [[Schema]] {
        var histories: [[Schema]] = []
        for schema in schemas {
            if histories.last?.last?.name == schema.name {
                histories[histories.count - 1].append(schema)
            } else {
                histories.append([schema])
            }
        }
        return histories
    }
}

/// Everything that is wrong with a directory of schemas.
public struct SchemaProblems: Error {
    /// Sorted by file and place; never empty.
    public let problems: [Problem]

    init(_ problems: [Problem]) {
        self.problems = problems
    }
}

private struct SchemaSetReading {
    var schemas: [Schema] = []
    var namedTypes: [NamedType] = []
    var problems: [Problem] = []
    /// Schema files with and without problems: a sample of either is not an orphan.
    private var schemaNames: Set<String> = []

    mutating func read(_ file: SourceFile) {
        schemaNames.insert(file.name)
        var reader = SchemaReader(file)
        if let schema = reader.schema() { schemas.append(schema) }
        problems += reader.problems
        for type in reader.namedTypes { add(type) }
    }

    mutating func checkSamples(_ samples: [SourceFile]) {
        for schema in schemas {
            let name = "\(schema.type).sample.json"
            guard let sample = samples.first(where: { $0.name == name }) else {
                problems.append(schema.file.problem("its golden sample \(name) is missing"))
                continue
            }
            var reader = SampleReader(sample, of: schema)
            reader.check()
            problems += reader.problems
        }
        for sample in samples {
            let schema = sample.name.dropLast(".sample.json".count) + ".json"
            if !schemaNames.contains(String(schema)) {
                problems.append(sample.problem("there is no schema \(schema)"))
            }
        }
    }

    /// Versions start at 1 and have no gaps, so that every old event has a way to the newest.
    mutating func checkVersions() {
        for schema in schemas where schema.version > 1 {
            let previous = "\(schema.name).v\(schema.version - 1).json"
            if !schemaNames.contains(previous) {
                problems.append(schema.file.problem("there is no \(previous) before it"))
            }
        }
    }

    /// What is generated must not clash with itself or with what PortalEvents has.
    mutating func checkNames() {
        for schema in schemas where Names.reservedTypes.contains(schema.name) {
            problems.append(schema.file.problem("\(schema.name) is a reserved name"))
        }
        let structs = Set(schemas.flatMap { [$0.name, $0.structName] })
        for type in namedTypes {
            if structs.contains(type.name) {
                problems.append(type.file.problem("\(type.name) is an event", at: type.offset))
            } else if Names.reservedTypes.contains(type.name) {
                problems.append(
                    type.file.problem("\(type.name) is a reserved name", at: type.offset)
                )
            }
        }
    }

    private mutating func add(_ type: NamedType) {
        guard let known = namedTypes.first(where: { $0.name == type.name }) else {
            namedTypes.append(type)
            return
        }
        guard known.kind != type.kind else { return }
        let other = known.file.problem("", at: known.offset)
        problems.append(
            type.file.problem(
                "\(type.name) is defined otherwise in \(known.file.name):\(other.line)",
                at: type.offset
            )
        )
    }
}
