extension [UInt8] {
    mutating func append(_ line: EventLine) {
        let envelope = line.envelope
        let start = count
        appendStart(envelope.sequence)
        appendIdentity(envelope.id, envelope.source, envelope.type)
        appendMoment(subject: envelope.subject, envelope.time)
        for (number, position) in envelope.streams.enumerated() {
            append(position.stream, at: position.version, isFirst: number == 0)
        }
        appendCommit(envelope.commitIndex, envelope.commitCount)
        appendActor(envelope.actor)
        append(",\"client\":\"", envelope.client)
        append(",\"onbehalfof\":", envelope.onBehalfOf)
        append(",\"correlationid\":", envelope.correlationID)
        append(",\"causationid\":", envelope.causationID)
        append(",\"traceparent\":", envelope.traceParent)
        appendData(line.data)
        appendChecksum(from: start)
    }

    mutating func appendStart(_ sequence: UInt64) {
        append("{\"specversion\":\"1.0\",\"sequence\":\"")
        append(word: UInt64(decimal: sequence / 10_000_000_000_000_000) >> 32, count: 4)
        append(word: UInt64(decimal: sequence / 100_000_000))
        append(word: UInt64(decimal: sequence))
    }

    @usableFromInline
    mutating func appendIdentity(_ id: UniqueID, _ source: String, _ type: String) {
        append("\",\"id\":\"")
        append(id)
        append("\",\"source\":")
        appendString(source)
        append(",\"type\":")
        appendString(type)
    }

    @usableFromInline
    mutating func appendMoment(subject: StreamName, _ time: Instant) {
        append(",\"subject\":\"")
        append(subject.text.utf8.span)
        append("\",\"time\":\"")
        append(time)
        append("\",\"streams\":\"")
    }

    mutating func append(_ stream: StreamName, at version: Int, isFirst: Bool) {
        if !isFirst { append(UInt8(ascii: " ")) }
        append(stream.text.utf8.span)
        append(UInt8(ascii: "@"))
        append(decimal: version)
    }

    mutating func appendCommit(_ index: Int, _ commitCount: Int) {
        append("\",\"commit\":\"")
        append(decimal: index)
        append(UInt8(ascii: "/"))
        append(decimal: commitCount)
    }

    @usableFromInline
    mutating func appendActor(_ actor: String) {
        append("\",\"actor\":")
        appendString(actor)
    }

    @usableFromInline
    mutating func append(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        append(name)
        appendString(text)
    }

    @usableFromInline
    mutating func append(_ name: StaticString, _ id: UniqueID?) {
        guard let id else { return }
        append(name)
        append(id)
        append(UInt8(ascii: "\""))
    }

    @usableFromInline
    mutating func appendData(_ data: [UInt8]) {
        append(",\"data\":")
        append(contentsOf: data)
    }

    /// Ends the line that begins at `start`.
    mutating func appendChecksum(from start: Int) {
        let checksum = CRC32C.checksum(span.extracting(start..<count))
        append(",\"crc32c\":\"")
        append(word: UInt64(hexadecimal: checksum))
        append("\"}\n")
    }
}
