extension Envelope {
    /// The members of a line that was read in place; nil if a text is not valid where the place of
    /// the parts does not show it.
    init?(_ line: LineView, in bytes: Span<UInt8>) {
        guard let source = bytes.text(line.source), let type = bytes.text(line.type),
            let streams = bytes.streamPositions(line.streams),
            let subject = bytes.subject(line.subject, first: streams[0].stream),
            let actor = bytes.text(line.actor)
        else { return nil }
        self.init(
            sequence: line.sequence,
            id: line.id,
            source: source,
            type: type,
            subject: subject,
            time: line.time,
            streams: streams,
            commitIndex: line.commitIndex,
            commitCount: line.commitCount,
            actor: actor
        )
        client = line.client.flatMap {
            $0.count == 36 ? UniqueID(at: $0.lowerBound, in: bytes) : nil
        }
        onBehalfOf = line.onBehalfOf.flatMap { bytes.text($0) }
        correlationID = line.correlationID.flatMap { bytes.text($0) }
        causationID = line.causationID.flatMap { bytes.text($0) }
        traceParent = line.traceParent.flatMap { bytes.text($0) }
        // What is there and cannot be read must not be left out.
        guard (client == nil) == (line.client == nil),
            (onBehalfOf == nil) == (line.onBehalfOf == nil),
            (correlationID == nil) == (line.correlationID == nil),
            (causationID == nil) == (line.causationID == nil),
            (traceParent == nil) == (line.traceParent == nil)
        else { return nil }
    }
}

extension Span<UInt8> {
    /// The text between two quotes; nil if it is not valid.
    fileprivate func text(_ range: Range<Int>) -> String? {
        let bytes = extracting(range)
        if bytes.isPlainText { return String(validating: bytes) }
        var cursor = JSONCursor(offset: range.lowerBound - 1)
        return try? cursor.string(in: self)
    }

    /// The subject is nearly always the first stream, whose name is there already.
    fileprivate func subject(_ range: Range<Int>, first: StreamName) -> StreamName? {
        let bytes = extracting(range)
        return bytes.isEqual(to: first.text) ? first : StreamName(bytes)
    }

    fileprivate func streamPositions(_ range: Range<Int>) -> [StreamPosition]? {
        var positions: [StreamPosition] = []
        var places = StreamPlaces(range)
        while let place = places.next(in: self) {
            guard let stream = StreamName(extracting(place.name)) else { return nil }
            positions.append(StreamPosition(stream: stream, version: place.version))
        }
        return places.isAtEnd && !positions.isEmpty ? positions : nil
    }
}

extension Envelope {
    /// Reads the members of a parsed line, in whatever order they stood.
    init(_ line: JSONValue) throws(LineError) {
        func required(_ name: String) throws(LineError) -> String {
            guard let text = line[name]?.string else {
                throw .malformed("\(name) is missing or no string")
            }
            return text
        }
        func required<T>(_ name: String, _ read: (String) -> T?) throws(LineError) -> T {
            guard let value = read(try required(name)) else {
                throw .malformed("\(name) is not in its form")
            }
            return value
        }
        guard try required("specversion") == "1.0" else {
            throw .malformed("specversion is not 1.0")
        }
        let commit = try required("commit", commitPlace)
        self.init(
            sequence: try required("sequence") { UInt64($0) },
            id: try required("id") { UniqueID($0) },
            source: try required("source"),
            type: try required("type"),
            subject: try required("subject") { StreamName($0) },
            time: try required("time") { Instant(rfc3339: $0) },
            streams: try required("streams", streamPositions),
            commitIndex: commit.index,
            commitCount: commit.count,
            actor: try required("actor"),
            client: line["client"]?.string.flatMap { UniqueID($0) },
            onBehalfOf: line["onbehalfof"]?.string,
            correlationID: line["correlationid"]?.string,
            causationID: line["causationid"]?.string,
            traceParent: line["traceparent"]?.string
        )
    }
}

private func streamPositions(_ text: String) -> [StreamPosition]? {
    var positions: [StreamPosition] = []
    for part in text.split(separator: " ", omittingEmptySubsequences: false) {
        guard let mark = part.lastIndex(of: "@"), let stream = StreamName(String(part[..<mark])),
            let version = Int(part[part.index(after: mark)...]), version > 0
        else { return nil }
        positions.append(StreamPosition(stream: stream, version: version))
    }
    return positions
}

private func commitPlace(_ text: String) -> (index: Int, count: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 1,
        index <= count
    else { return nil }
    return (index, count)
}
