/// Walks through a segment from line to line. Knows line feeds, and nothing of what is in a line.
struct SegmentCursor {
    /// What lies between two line feeds.
    struct Piece {
        let offset: Int
        let bytes: [UInt8]
        /// False for what stands behind the last line feed: perhaps it is still being written.
        let isTerminated: Bool

        /// The offset behind its line feed.
        var end: Int { offset + bytes.count + (isTerminated ? 1 : 0) }
    }

    let segment: OpenSegment
    /// Where the next piece begins.
    private(set) var offset: Int

    private var buffer: ArraySlice<UInt8> = []
    private var isResuming = false
    private static let chunkBytes = 256 << 10

    init(segment: OpenSegment, offset: Int = 0) {
        self.segment = segment
        self.offset = offset
    }

    /// The next piece; nil at the end. An unterminated piece comes again at the next call, with
    /// what was written since.
    ///
    /// After an error the next call goes on behind the place that cannot be read.
    mutating func next() throws(LogError) -> Piece? {
        var searched = 0
        while true {
            if let feed = buffer.dropFirst(searched).firstIndex(of: 10) {
                let piece = Piece(
                    offset: offset,
                    bytes: Array(buffer[..<feed]),
                    isTerminated: true
                )
                consume(piece)
                if !isResuming { return piece }
                isResuming = false
                searched = 0
                continue
            }
            searched = buffer.count
            guard try fill() else { break }
        }
        guard !buffer.isEmpty, !isResuming else { return nil }
        return Piece(offset: offset, bytes: Array(buffer), isTerminated: false)
    }

    /// Steps over an unterminated piece, so that it does not come again.
    mutating func consume(_ piece: Piece) {
        buffer = buffer.dropFirst(piece.end - piece.offset)
        offset = piece.end
    }

    private mutating func fill() throws(LogError) -> Bool {
        let place = offset + buffer.count
        do {
            let count = Self.chunkBytes - place % Self.chunkBytes
            let more = try segment.bytes(at: place, count: count)
            if buffer.isEmpty { buffer = more[...] } else { buffer.append(contentsOf: more) }
            if isResuming, buffer.count == more.count, LineCheck.isStart(buffer) {
                isResuming = false
            }
            return !more.isEmpty
        } catch {
            buffer = []
            offset = segment.nextBlock(after: place)
            isResuming = true
            throw error
        }
    }
}
