internal import EventLine
internal import Synchronization

/// The text of a segment that has no index yet, for those who only read: where its lines lie, when
/// they were written and which streams they name. It is read once, and then what was appended
/// since.
///
/// Every answer looks first whether there is more, so it is never older than the question. A text
/// that is not what it was, because its end was cut off by a recovery, is read anew. May be used
/// by several threads.
final class ReadText: Sendable {
    /// The sequence of its first line, after which the segment is named.
    let first: UInt64
    private let directory: LogDirectory
    private let known: Mutex<KnownLines>

    init(_ directory: LogDirectory, _ first: UInt64) {
        self.first = first
        self.directory = directory
        known = Mutex(KnownLines(first: first))
    }

    /// The sequence behind that of its last line; nil if there is something wrong with the text,
    /// which then has to be searched.
    func end() throws(LogError) -> UInt64? { try read { known, _ in known.end } }

    /// The events of a stream with their versions, up to a sequence, in order; nil as above.
    func lines(
        of stream: StreamName,
        through sequence: UInt64
    ) throws(LogError) -> [(IndexedLine, Int)]? {
        let found = try read { known, text in (known.places(of: StreamKey(stream)), text) }
        guard let (places, text) = found else { return nil }
        var lines: [(IndexedLine, Int)] = []
        for place in places where place.sequence <= sequence {
            guard let line = try line(at: place, in: text) else { return nil }
            // Another stream may have the same key.
            if let version = line.version(in: stream) { lines.append((line, version)) }
        }
        return lines
    }

    /// The line with a sequence; nil if it is not here, or as above.
    func line(at sequence: UInt64) throws(LogError) -> RawLine? {
        let found = try read { known, text in (known.place(of: sequence), text) }
        guard case (let place?, let text)? = found else { return nil }
        return try line(at: place, in: text)?.raw
    }

    /// The greatest sequence of an event whose time is not after a moment; its first sequence less
    /// one if there is none; nil as above.
    func lastSequence(notAfter time: Instant) throws(LogError) -> UInt64? {
        try read { known, _ in known.lastSequence(notAfter: time) }
    }

    /// Answers from the lines that there are by now, and the text that they stand in.
    private func read<Answer>(
        _ answer: (borrowing KnownLines, OpenSegment) -> Answer
    ) throws(LogError) -> Answer? {
        let text = try directory.open(SegmentName(first: first))
        return try known.withLock { known throws(LogError) in
            if try known.readOn(in: text) { return answer(known, text) }
            known = KnownLines(first: first)
            guard try known.readOn(in: text) else {
                known = KnownLines(first: first)
                return nil
            }
            return answer(known, text)
        }
    }

    /// Nil if another line stands there by now.
    private func line(
        at place: KnownLines.Place,
        in text: OpenSegment
    ) throws(LogError) -> IndexedLine? {
        guard let bytes = try text.bytesIfSound(in: place.range),
            let line = try? IndexedLine(bytes), line.raw.sequence == place.sequence
        else { return nil }
        return line
    }
}
