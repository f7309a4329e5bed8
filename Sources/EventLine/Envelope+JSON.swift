extension JSONWriter {
    /// Writes the members of an envelope, from the opening brace on, without the closing one.
    mutating func envelope(_ envelope: Envelope) {
        raw(LineLiteral.sequence)
        raw(String(repeating: "0", count: 20 - String(envelope.sequence).count))
        raw("\(envelope.sequence)\",\"id\":\"\(envelope.id)\",\"source\":")
        string(envelope.source)
        raw(",\"type\":")
        string(envelope.type)
        raw(",\"subject\":\"\(envelope.subject)\",\"time\":\"\(envelope.time)\",\"streams\":\"")
        for (place, position) in envelope.streams.enumerated() {
            raw("\(place > 0 ? " " : "")\(position.stream)@\(position.version)")
        }
        raw("\",\"commit\":\"\(envelope.commitIndex)/\(envelope.commitCount)\",\"actor\":")
        string(envelope.actor)
        if let client = envelope.client { raw(",\"client\":\"\(client)\"") }
        optional(LineLiteral.onBehalfOf, envelope.onBehalfOf)
        optional(LineLiteral.correlationID, envelope.correlationID)
        optional(LineLiteral.causationID, envelope.causationID)
        optional(LineLiteral.traceParent, envelope.traceParent)
    }

    private mutating func optional(_ literal: [UInt8], _ text: String?) {
        guard let text else { return }
        raw(Array(literal.dropLast()))
        string(text)
    }
}

extension JSONCursor {
    /// Reads an envelope in canonical form up to where `,"data":` must come; nil, with the
    /// cursor anywhere, if the bytes are not in that form.
    mutating func canonicalEnvelope(in bytes: Span<UInt8>) -> Envelope? {
        guard let sequence = member(LineLiteral.sequence, in: bytes).flatMap({ UInt64($0) }),
            let id = member(LineLiteral.id, in: bytes).flatMap({ UniqueID($0) }),
            let source = member(LineLiteral.source, in: bytes),
            let type = member(LineLiteral.type, in: bytes),
            let subject = member(LineLiteral.subject, in: bytes).flatMap({ StreamName($0) }),
            let time = member(LineLiteral.time, in: bytes).flatMap({ Instant(rfc3339: $0) }),
            let streams = member(LineLiteral.streams, in: bytes).flatMap(streamPositions),
            let commit = member(LineLiteral.commit, in: bytes).flatMap(commitPlace),
            let actor = member(LineLiteral.actor, in: bytes)
        else { return nil }
        return Envelope(
            sequence: sequence,
            id: id,
            source: source,
            type: type,
            subject: subject,
            time: time,
            streams: streams,
            commitIndex: commit.index,
            commitCount: commit.count,
            actor: actor,
            client: member(LineLiteral.client, in: bytes).flatMap { UniqueID($0) },
            onBehalfOf: member(LineLiteral.onBehalfOf, in: bytes),
            correlationID: member(LineLiteral.correlationID, in: bytes),
            causationID: member(LineLiteral.causationID, in: bytes),
            traceParent: member(LineLiteral.traceParent, in: bytes)
        )
    }

    /// The string that follows a literal which ends in its opening quote; nil if the literal
    /// does not come next.
    private mutating func member(_ literal: [UInt8], in bytes: Span<UInt8>) -> String? {
        let start = offset
        guard skip(literal, in: bytes) else { return nil }
        offset -= 1
        guard let text = try? string(in: bytes) else {
            offset = start
            return nil
        }
        return text
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
