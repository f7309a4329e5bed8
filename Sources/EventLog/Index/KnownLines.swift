internal import EventLine

/// What memory knows of the lines of a segment's text, as far as it was read: some 60 bytes each.
struct KnownLines: Sendable {
    /// Where a line lies, without its line feed.
    struct Place {
        let sequence: UInt64
        let range: Range<Int>
    }

    /// One line that names a stream, and the one before it that does.
    private struct Link: Sendable {
        let ordinal: UInt32
        let previous: UInt32
    }

    private let first: UInt64
    /// How many bytes of the text the lines here take.
    private var byteCount = 0
    private var starts: [UInt32] = []
    private var times: [Int64] = []
    private var heads: [StreamKey: UInt32] = [:]
    private var links: [Link] = []
    /// To see whether the text is still the same one.
    private var lastLine: [UInt8] = []

    private static let noLink = UInt32.max

    init(first: UInt64) { self.first = first }

    /// The sequence behind that of the last line.
    var end: UInt64 { first + UInt64(starts.count) }

    /// Takes in the lines that were appended. Answers false if the text is another one than before,
    /// or has anything in it that is no line in its turn: what stands here is of no use then.
    ///
    /// Every line differs from all others by its id, so a text that was cut off and written on
    /// has another line, or none, where the last one stood.
    mutating func readOn(in text: OpenSegment) throws(LogError) -> Bool {
        let textBytes = try text.byteCount()
        guard textBytes >= byteCount, try hasLastLine(text) else { return false }
        guard textBytes > byteCount else { return true }
        // Places are kept as 32-bit numbers.
        guard textBytes <= Int(UInt32.max) else { return false }
        let before = starts.count
        var lines = SegmentLines(segment: text, offset: byteCount)
        while true {
            let last = SegmentName.sequenceMax
            _ = try lines.run(end...last) { line, bytes, offset in
                note(line, bytes, at: offset)
            }
            switch try lines.next() {
            case .line(let line):
                guard line.sequence == end else { return false }
                let isNoted: Void? = try line.shown(in: lines.text) { view, bytes in
                    note(view, bytes, at: line.place.offset)
                    byteCount = line.place.end
                }
                guard isNoted != nil else { return false }
            case .damage:
                return false
            case .unfinished, .end:
                if starts.count > before { lastLine = try text.bytes(in: range(starts.count - 1)) }
                return true
            }
        }
    }

    /// Where the lines lie that name a stream, in order.
    func places(of key: StreamKey) -> [Place] {
        var places: [Place] = []
        var link = heads[key] ?? Self.noLink
        while link != Self.noLink {
            let ordinal = Int(links[Int(link)].ordinal)
            let place = Place(sequence: first + UInt64(ordinal), range: range(ordinal))
            // A line may name a stream twice.
            if places.last?.sequence != place.sequence { places.append(place) }
            link = links[Int(link)].previous
        }
        return places.reversed()
    }

    /// Where a line lies; nil if it is not here.
    func place(of sequence: UInt64) -> Place? {
        guard sequence >= first, sequence < end else { return nil }
        return Place(sequence: sequence, range: range(Int(sequence - first)))
    }

    /// The greatest sequence of a line whose time is not after a moment; `first` less one if there
    /// is none.
    func lastSequence(notAfter time: Instant) -> UInt64 {
        let ordinal = times.lastIndex { $0 <= time.microseconds } ?? -1
        return first + UInt64(ordinal + 1) - 1
    }

    private func range(_ ordinal: Int) -> Range<Int> {
        let end = ordinal + 1 < starts.count ? Int(starts[ordinal + 1]) : byteCount
        return Int(starts[ordinal])..<end - 1
    }

    private func hasLastLine(_ text: OpenSegment) throws(LogError) -> Bool {
        guard !starts.isEmpty else { return true }
        return try text.bytesIfSound(in: range(starts.count - 1)) == lastLine
    }

    private mutating func note(_ line: LineView, _ bytes: Span<UInt8>, at offset: Int) {
        let ordinal = UInt32(starts.count)
        starts.append(UInt32(offset))
        times.append(line.time.microseconds)
        byteCount = offset + bytes.count + 1
        var streams = StreamPlaces(line)
        while let place = streams.next(in: bytes) {
            let link = UInt32(links.count)
            let key = StreamKey(bytes.extracting(place.name))
            let previous = heads.updateValue(link, forKey: key)
            links.append(Link(ordinal: ordinal, previous: previous ?? Self.noLink))
        }
    }
}
