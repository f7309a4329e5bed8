internal import EventLine

/// Searches the text of a segment that has no index: about 0.1 s for 64 MiB.
struct TextSearch {
    private let directory: LogDirectory
    private let segment: LogIndex.Segment

    init(_ directory: LogDirectory, _ segment: LogIndex.Segment) {
        self.directory = directory
        self.segment = segment
    }

    /// Gives out the events of a stream with their versions, the last first, until the visitor
    /// answers false, and then answers false.
    func visitNewestFirst(
        _ stream: StreamName,
        through sequence: UInt64,
        _ visitor: (IndexedLine, Int) throws(LogError) -> Bool
    ) throws(LogError) -> Bool {
        var found: [(IndexedLine, Int)] = []
        try visit(linesWith: "\(stream.text)@") { line in
            if line.raw.sequence <= sequence, let version = line.version(in: stream) {
                found.append((line, version))
            }
        }
        for (line, version) in found.reversed() {
            guard try visitor(line, version) else { return false }
        }
        return true
    }

    /// The sequence of the event with an id; nil if it is not here.
    func sequence(of id: UniqueID) throws(LogError) -> UInt64? {
        var sequence: UInt64?
        try visit(linesWith: "\(id)") { line in
            if line.id == id { sequence = line.raw.sequence }
        }
        return sequence
    }

    /// The greatest sequence of an event whose time is not after a moment; nil if there is none.
    func lastSequence(notAfter time: Instant) throws(LogError) -> UInt64? {
        var sequence: UInt64?
        try visit(linesWith: "\",\"time\":\"") { line in
            if line.time <= time { sequence = line.raw.sequence }
        }
        return sequence
    }

    /// Shows every complete line that has some bytes in it.
    private func visit(
        linesWith text: String,
        _ visitor: (IndexedLine) -> Void
    ) throws(LogError) {
        let needle = Array(text.utf8)
        let open = try directory.open(SegmentName(first: segment.first))
        var buffer: [UInt8] = []
        var offset = 0
        while case let more = try open.bytes(at: offset + buffer.count, count: 256 << 10),
            !more.isEmpty
        {
            buffer += more
            guard let feed = buffer.lastIndex(of: 10) else { continue }
            try visit(buffer.span.extracting(0..<feed + 1), at: offset, needle, visitor)
            buffer.removeFirst(feed + 1)
            offset += feed + 1
        }
    }

    private func visit(
        _ lines: Span<UInt8>,
        at offset: Int,
        _ needle: [UInt8],
        _ visitor: (IndexedLine) -> Void
    ) throws(LogError) {
        var place = 0
        while let hit = lines.firstRange(of: needle.span, from: place),
            let end = lines.firstIndex(of: 10, from: hit)
        {
            var start = hit
            while start > place, lines[start - 1] != 10 { start -= 1 }
            do {
                visitor(try IndexedLine((start..<end).map { lines[$0] }))
            } catch {
                throw damage(error.problem, at: offset + start)
            }
            place = end + 1
        }
    }

    private func damage(_ problem: LogProblem, at offset: Int) -> LogError {
        .damaged([
            LogFinding(
                segment: SegmentName(first: segment.first).fileName,
                offset: offset,
                sequence: segment.first,
                problem: problem
            )
        ])
    }
}
