import EventLine

/// An event schema's file.
struct EventSchema: Sendable {
    /// `ClientInvited.v1`.
    let type: String
    let source: SourceText

    /// `ClientInvited`.
    var event: String { type.split(separator: ".").first.map(String.init) ?? type }

    /// The case of `PortalEvent`: `clientInvited` for `ClientInvited`, `smsSent` for `SMSSent`.
    var caseName: String {
        let letters = Array(event)
        var run = letters.prefix { $0.isUppercase }.count
        if run > 1, run < letters.count, letters[run].isLowercase { run -= 1 }
        return String(letters.prefix(run)).lowercased() + String(letters.dropFirst(run))
    }

    /// The label in the activity log, if it has one.
    func label() throws(JSONError) -> String? {
        try JSONValue(parsing: Array(source.text.utf8))["x-label"]?.string
    }

    /// The schemas among these files, without the samples.
    static func all(in files: [SourceText]) -> [EventSchema] {
        files.filter { !$0.name.hasSuffix(sampleEnding) && $0.name.hasSuffix(ending) }.map {
            EventSchema(type: String($0.name.dropLast(ending.count)), source: $0)
        }
    }

    static let ending = ".json"
    static let sampleEnding = ".sample.json"
}

/// Pairs each event schema with its golden sample.
enum SchemaSampleCheck {
    /// The schemas without a sample, and the samples without a schema.
    static func findings(in files: [SourceText]) -> [Finding] {
        let schemas = Set(EventSchema.all(in: files).map(\.type))
        let samples = Set(
            files.filter { $0.name.hasSuffix(EventSchema.sampleEnding) }
                .map { String($0.name.dropLast(EventSchema.sampleEnding.count)) }
        )
        let withoutSample = schemas.subtracting(samples).sorted().map {
            Finding("EventSchemas/\($0).json", "has no sample: write \($0).sample.json")
        }
        let withoutSchema = samples.subtracting(schemas).sorted().map {
            Finding("EventSchemas/\($0).sample.json", "has no schema \($0).json")
        }
        return withoutSample + withoutSchema
    }
}
