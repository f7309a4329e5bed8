package import EventLine
package import EventLog

/// What is in a log, counted.
package struct LogStatistics: Sendable {
    package let events: Int
    package let types: [String: Int]
    package let segments: Int
    package let sealedSegments: Int
    package let bytes: Int

    /// Reads the whole log.
    package init(of reader: LogReader) throws(ServiceError) {
        let found = try serviceError { () throws(LogError) in try reader.segments() }
        segments = found.count
        sealedSegments = found.count(where: \.isSealed)
        bytes = found.map(\.byteCount).reduce(0, +)
        var scan = reader.scan()
        var events = 0
        var types: [String: Int] = [:]
        try serviceError { () throws(LogError) in
            while let line = try scan.nextEvent() {
                events += 1
                types[line.envelope.type, default: 0] += 1
            }
        }
        self.events = events
        self.types = types
    }

    /// The counts as other programs read them.
    package var json: JSONValue {
        .object([
            JSONMember("events", .integer(Int64(events))),
            JSONMember("segments", .integer(Int64(segments))),
            JSONMember("sealedSegments", .integer(Int64(sealedSegments))),
            JSONMember("bytes", .integer(Int64(bytes))),
            JSONMember(
                "types",
                .object(
                    types.sorted { $0.key < $1.key }
                        .map { JSONMember($0.key, .integer(Int64($0.value))) }
                )
            ),
        ])
    }
}
