/// What stands behind the name of a command: a data directory, and `--name number` pairs.
struct Arguments: Sendable {
    /// The data directory.
    let directory: String
    private let values: [String: Double]

    /// Reads the words; only the options named here may be given.
    init(_ words: some Collection<String>, options: [String]) throws(UsageError) {
        guard let directory = words.first, !directory.hasPrefix("-") else {
            throw UsageError("the data directory is missing")
        }
        self.directory = directory
        var values: [String: Double] = [:]
        var rest = words.dropFirst()
        while let name = rest.popFirst() {
            guard name.hasPrefix("--"), options.contains(String(name.dropFirst(2))) else {
                throw UsageError("there is no option \(name)")
            }
            guard let value = rest.popFirst().flatMap({ Double($0) }), value >= 0 else {
                throw UsageError("\(name) needs a number")
            }
            values[String(name.dropFirst(2))] = value
        }
        self.values = values
    }

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
