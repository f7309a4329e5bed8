internal import EventLine

/// Everything that the index of a segment says, collected line by line.
struct SegmentContents: Sendable {
    private(set) var lineMap = LineMap()
    private(set) var timeMap = TimeMap()
    /// The last four bytes of each line's event id.
    private(set) var idEnds: [UInt32] = []

    private let first: UInt64
    private var times: ClosedRange<Instant>?
    private var ids: ClosedRange<UniqueID>?
    /// The key of a stream above, the ordinal of a line that names it below.
    private var mentions: [UInt64] = []
    private var typeCounts: [UInt64: (type: String, count: Int)] = [:]
    private var plainBytes = 0

    init(first: UInt64) { self.first = first }

    /// Reads a segment that is complete from start to end.
    ///
    /// Throws ``LogError/damaged(_:)`` at the first line that is not as it was written.
    init(scanning segment: OpenSegment) throws(LogError) {
        self.init(first: segment.name.first)
        var buffer: [UInt8] = []
        while true {
            let place = plainBytes + buffer.count
            let more = try segment.bytes(at: place, count: LZ4.blockBytes)
            guard !more.isEmpty else { break }
            buffer += more
            let used = try take(buffer.span, segment.name)
            buffer.removeFirst(used)
        }
        guard buffer.isEmpty else { throw finding(.unterminated, segment.name) }
        guard !idEnds.isEmpty else { throw finding(.malformed("it is empty"), segment.name) }
        lineMap.end(lineCount: idEnds.count, plainBytes: plainBytes)
    }

    /// Takes the lines that are whole, and says how many bytes they have.
    private mutating func take(
        _ bytes: Span<UInt8>,
        _ name: SegmentName
    ) throws(LogError) -> Int {
        var start = 0
        while let end = bytes.firstIndex(of: 10, from: start) {
            if let problem = take(line: bytes.extracting(start..<end)) {
                throw finding(problem, name)
            }
            start = end + 1
        }
        return start
    }

    private mutating func take(line: Span<UInt8>) -> LogProblem? {
        let expected = first + UInt64(idEnds.count)
        guard let view = LineView(canonical: line),
            line.extracting(view.type).firstIndex(of: UInt8(ascii: "\\"), from: 0) == nil
        else { return takeUncommon(line, expected) }
        guard view.isIntact(in: line) else { return .checksum }
        guard view.sequence == expected else { return .gap(found: view.sequence) }
        note(view.id, view.time)
        count(type: line.extracting(view.type))
        mention(streams: line.extracting(view.streams))
        endLine(line.count)
        return nil
    }

    /// A line that somebody else wrote.
    private mutating func takeUncommon(
        _ line: Span<UInt8>,
        _ expected: UInt64
    ) -> LogProblem? {
        do {
            let envelope = try EventLine(parsing: line).envelope
            guard envelope.sequence == expected else { return .gap(found: envelope.sequence) }
            note(envelope.id, envelope.time)
            count(type: Array(envelope.type.utf8).span)
            for position in envelope.streams { mention(StreamKey(position.stream)) }
            endLine(line.count)
            return nil
        } catch .checksum {
            return .checksum
        } catch {
            return .malformed("\(error)")
        }
    }

    private mutating func note(_ id: UniqueID, _ time: Instant) {
        let ids = self.ids ?? id...id
        self.ids = min(ids.lowerBound, id)...max(ids.upperBound, id)
        let times = self.times ?? time...time
        self.times = min(times.lowerBound, time)...max(times.upperBound, time)
        lineMap.append(ordinal: idEnds.count, offset: plainBytes)
        timeMap.append(time.microseconds, offset: plainBytes)
        idEnds.append(UInt32(truncatingIfNeeded: id.low))
    }

    private mutating func count(type: Span<UInt8>) {
        var hash = StreamHash()
        for index in type.indices { hash.combine(type[index]) }
        if (typeCounts[hash.mixed]?.count += 1) == nil {
            let name = String(decoding: type.indices.map { type[$0] }, as: UTF8.self)
            typeCounts[hash.mixed] = (name, 1)
        }
    }

    /// `<stream>@<version>`, separated by spaces.
    private mutating func mention(streams: Span<UInt8>) {
        var hash = StreamHash()
        var isInName = true
        for index in streams.indices {
            let byte = streams[index]
            if byte == UInt8(ascii: "@") {
                mention(hash.key)
                isInName = false
            } else if byte == UInt8(ascii: " ") {
                hash = StreamHash()
                isInName = true
            } else if isInName {
                hash.combine(byte)
            }
        }
    }

    private mutating func mention(_ key: StreamKey) {
        // Called after the line was noted.
        mentions.append(UInt64(key.rawValue) << 32 | UInt64(idEnds.count - 1))
    }

    private mutating func endLine(_ byteCount: Int) { plainBytes += byteCount + 1 }

    private func finding(_ problem: LogProblem, _ name: SegmentName) -> LogError {
        .damaged([
            LogFinding(
                segment: name.fileName,
                offset: plainBytes,
                sequence: first + UInt64(idEnds.count),
                problem: problem
            )
        ])
    }
}

extension SegmentContents {
    var summary: SegmentSummary? {
        guard let times, let ids else { return nil }
        return SegmentSummary(
            first: first,
            last: first + UInt64(idEnds.count) - 1,
            plainBytes: plainBytes,
            times: times,
            ids: ids
        )
    }

    var typeCountsByName: TypeCounts {
        TypeCounts(
            counts: Dictionary(typeCounts.values.map { ($0.type, $0.count) }) { $0 + $1 }
        )
    }

    /// The keys of the streams, each with the lines that name it, ascending, each pair once.
    consuming func sortedMentions() -> [UInt64] {
        RadixSort.byHighHalf(&mentions)
        var sorted: [UInt64] = []
        sorted.reserveCapacity(mentions.count)
        for mention in mentions where mention != sorted.last { sorted.append(mention) }
        return sorted
    }
}

/// Sorts numbers by their upper 32 bits and leaves equal ones in order: four times as fast as a
/// comparing sort for the hundreds of thousands of a segment.
enum RadixSort {
    static func byHighHalf(_ numbers: inout [UInt64]) {
        var other = [UInt64](repeating: 0, count: numbers.count)
        for shift in [UInt64(32), 43, 54] {
            let mask: UInt64 = shift == 54 ? 0x3ff : 0x7ff
            var starts = [Int](repeating: 0, count: 2049)
            for number in numbers { starts[Int(number >> shift & mask) + 1] += 1 }
            for digit in 1..<2049 { starts[digit] += starts[digit - 1] }
            for number in numbers {
                let digit = Int(number >> shift & mask)
                other[starts[digit]] = number
                starts[digit] += 1
            }
            swap(&numbers, &other)
        }
    }
}
