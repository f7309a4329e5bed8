/// What stands behind the name of a command: a data directory, and `--name value` pairs.
struct Arguments: Sendable {
    /// The data directory.
    let directory: String
    private let values: [String: Double]
    private let texts: [String: String]

    /// Reads the words; only the options named here may be given, and those that are texts must be.
    init(
        _ words: some Collection<String>,
        options: [String],
        texts textOptions: [String] = []
    ) throws(UsageError) {
        guard let directory = words.first, !directory.hasPrefix("-") else {
            throw UsageError("the data directory is missing")
        }
        self.directory = directory
        var values: [String: Double] = [:]
        var texts: [String: String] = [:]
        var rest = words.dropFirst()
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), options.contains(String(name.dropFirst(2))) else {
                throw UsageError("there is no option \(name)")
            }
            let word = rest.popFirst()
            if textOptions.contains(String(name.dropFirst(2))) {
                texts[String(name.dropFirst(2))] = word
                continue
            }
            guard let value = word.flatMap({ Double($0) }), value >= 0 else {
                throw UsageError("\(name) needs a number")
            }
            values[String(name.dropFirst(2))] = value
        }
        for name in textOptions where texts[name] == nil {
            throw UsageError("--\(name) is missing")
        }
        self.values = values
        self.texts = texts
    }

    /// A text, which must have been given.
    subscript(text name: String) -> String { texts[name] ?? "" }

    /// A whole number, or what it is where it was not given.
    subscript(_ name: String, otherwise value: Int) -> Int {
        values[name].map { Int($0) } ?? value
    }

    /// A length of time in seconds, with decimals.
    func seconds(_ name: String, otherwise value: Double) -> Duration {
        .seconds(values[name] ?? value)
    }
}

/// The command line is not one that is understood.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
