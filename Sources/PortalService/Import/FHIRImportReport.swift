package import EventLine

/// What an import has done, by resource. For each resource
/// `read = imported + alreadyPresent + skipped`.
package struct FHIRImportReport: Hashable, Sendable {
    /// What became of the lines of one resource type.
    package struct Counts: Hashable, Sendable {
        /// Lines with such a resource.
        package var read = 0
        /// Those that were imported now.
        package var imported = 0
        /// Those that an earlier import has brought.
        package var alreadyPresent = 0
        /// Those that were not imported; each was named with its reason.
        package var skipped = 0
    }

    /// A line that was not imported.
    package struct Skipped: Hashable, Sendable {
        /// The file.
        package let file: String
        /// The line, from 1.
        package let line: Int
        /// Why.
        package let reason: String
    }

    /// The name under which lines are counted that hold no resource this program imports.
    package static let unread = "other"

    /// Counts by resource type.
    package internal(set) var resources: [String: Counts] = [:]
    /// How many events were appended.
    package internal(set) var events = 0
    /// The log's last sequence afterwards.
    package internal(set) var sequence: UInt64 = 0

    mutating func count(_ resource: String, _ field: WritableKeyPath<Counts, Int>) {
        resources[resource, default: Counts()][keyPath: field] += 1
    }

    /// The report as other programs read it.
    package var json: JSONValue {
        let byResource = resources.sorted { $0.key < $1.key }.map { name, counts in
            JSONMember(
                name,
                .object([
                    JSONMember("read", .integer(Int64(counts.read))),
                    JSONMember("imported", .integer(Int64(counts.imported))),
                    JSONMember("alreadyPresent", .integer(Int64(counts.alreadyPresent))),
                    JSONMember("skipped", .integer(Int64(counts.skipped))),
                ])
            )
        }
        return .object([
            JSONMember("resources", .object(byResource)),
            JSONMember("events", .integer(Int64(events))),
            JSONMember("sequence", .integer(Int64(sequence))),
        ])
    }
}
