internal import EventLine

/// Walks through a segment from line to line. Knows line feeds, and nothing of what is in a line.
///
/// One buffer holds the text around the place where it stands, and is used again and again: what
/// it shows are places in that buffer, good until the next call.
struct SegmentCursor: Sendable {
    /// Where a piece lies: what stands between two line feeds.
    struct Place: Sendable {
        /// Its first byte, counted in the segment.
        let offset: Int
        /// The same, and the end without line feed, in ``SegmentCursor/text``.
        let range: Range<Int>
        /// False for what stands behind the last line feed: perhaps it is still being written.
        let isTerminated: Bool

        /// The offset behind its line feed.
        var end: Int { offset + range.count + (isTerminated ? 1 : 0) }
    }

    let segment: OpenSegment
    /// What has been read and is still needed.
    private(set) var text: [UInt8] = []
    /// Where the next piece begins.
    private(set) var offset: Int

    /// Where the next piece begins in the text.
    private var start = 0
    /// How far the text has been searched for a line feed.
    private var searched = 0
    private var isResuming = false
    private var packed: [UInt8] = []
    private static let chunkBytes = 256 << 10

    init(segment: OpenSegment, offset: Int = 0) {
        self.segment = segment
        self.offset = offset
    }

    /// The next piece; nil at the end. An unterminated piece comes again at the next call, with
    /// what was written since.
    ///
    /// After an error the next call goes on behind the place that cannot be read.
    mutating func nextPlace() throws(LogError) -> Place? {
        while true {
            if let feed = text.span.firstIndex(of: 10, from: searched) {
                let place = Place(offset: offset, range: start..<feed, isTerminated: true)
                consume(place)
                if !isResuming { return place }
                isResuming = false
                continue
            }
            searched = text.count
            guard try fill() else { break }
        }
        guard start < text.count, !isResuming else { return nil }
        return Place(offset: offset, range: start..<text.count, isTerminated: false)
    }

    /// Shows the pieces that are in the text already, as long as `isWanted` says so of them; what
    /// is not wanted comes next. The loop that reading a log is made of.
    mutating func run<Failure: Error>(
        _ isWanted: (_ bytes: Span<UInt8>, _ offset: Int) throws(Failure) -> Bool
    ) throws(Failure) {
        guard !isResuming, searched == start else { return }
        let first = start
        let firstOffset = offset
        var place = first
        defer {
            start = place
            searched = place
            offset = firstOffset + place - first
        }
        let bytes = text.span
        while let feed = bytes.firstIndex(of: 10, from: place) {
            let piece = bytes.extracting(place..<feed)
            guard try isWanted(piece, firstOffset + place - first) else { return }
            place = feed + 1
        }
    }

    /// Steps over an unterminated piece, or the first part of one, so that it does not come again.
    mutating func consume(_ place: Place) {
        start += place.end - place.offset
        searched = start
        offset = place.end
    }

    /// Adds what follows to the text; answers false at the end.
    private mutating func fill() throws(LogError) -> Bool {
        text.removeSubrange(0..<start)
        searched -= start
        start = 0
        let before = text.count
        let place = offset + before
        let count = Self.chunkBytes - place % Self.chunkBytes
        do {
            try segment.read(at: place, count: count, onto: &text, packed: &packed)
        } catch {
            text.removeAll(keepingCapacity: true)
            searched = 0
            offset = segment.nextBlock(after: place)
            isResuming = true
            throw error
        }
        if isResuming, before == 0, LineCheck.isStart(text.span) { isResuming = false }
        return text.count > before
    }
}

extension SegmentCursor {
    /// A piece with its bytes.
    struct Piece {
        let place: Place
        let bytes: [UInt8]

        var offset: Int { place.offset }
        var end: Int { place.end }
        var isTerminated: Bool { place.isTerminated }
    }

    /// The next piece, as ``nextPlace()`` gives it, with a copy of its bytes.
    mutating func next() throws(LogError) -> Piece? {
        guard let place = try nextPlace() else { return nil }
        return Piece(place: place, bytes: Array(text[place.range]))
    }

    /// Steps over an unterminated piece, so that it does not come again.
    mutating func consume(_ piece: Piece) { consume(piece.place) }
}
