internal import EventLine

/// Where a line lies: its segment, by its first sequence, and its bytes there without the line
/// feed.
struct TextPlace: Hashable, Sendable {
    let sequence: UInt64
    let segment: UInt64
    let range: Range<Int>
}

/// What memory knows of the lines of one segment: of the newest one, and of those that are
/// complete and not in the index on the disk yet.
struct TailSegment: Sendable {
    /// The last event of a stream here.
    private struct Head: Sendable {
        var version: Int
        var link: UInt32
    }

    /// One event of one stream, and the one before it in the same stream and segment.
    private struct Link: Sendable {
        let ordinal: UInt32
        let previous: UInt32
    }

    /// The sequence of the first line, after which the segment is named.
    let first: UInt64
    /// The size of its text.
    private(set) var byteCount = 0

    private var starts: [UInt32] = []
    private var heads: [StreamName: Head] = [:]
    private var links: [Link] = []
    private var ids: [UniqueID: UInt32] = [:]

    private static let noLink = UInt32.max

    /// An empty segment. It makes room at once for about as much as `previous` has, so that no
    /// append has to wait until a table has grown.
    init(first: UInt64, like previous: TailSegment? = nil) {
        self.first = first
        guard let previous else { return }
        starts.reserveCapacity(previous.starts.count)
        links.reserveCapacity(previous.links.count)
        heads.reserveCapacity(previous.heads.count)
        ids.reserveCapacity(previous.ids.count)
    }

    var isEmpty: Bool { starts.isEmpty }

    /// The sequence behind that of the last line.
    var end: UInt64 { first + UInt64(starts.count) }

    /// The version of the stream's last event here; nil if it has none here.
    func version(of stream: StreamName) -> Int? { heads[stream]?.version }

    /// The sequence of an event that is here.
    func sequence(of id: UniqueID) -> UInt64? { ids[id].map { first + UInt64($0) } }

    /// The greatest id here.
    var greatestID: UniqueID? { ids.keys.max() }

    /// Where a stream's lines lie, in order, and the version of the last of them.
    func lines(of stream: StreamName) -> (places: [TextPlace], version: Int)? {
        guard let head = heads[stream] else { return nil }
        var places: [TextPlace] = []
        var link = head.link
        while link != Self.noLink {
            places.append(place(ofLine: Int(links[Int(link)].ordinal)))
            link = links[Int(link)].previous
        }
        return (places.reversed(), head.version)
    }

    /// Where a line lies.
    func place(of sequence: UInt64) -> TextPlace? {
        sequence >= first && sequence < end ? place(ofLine: Int(sequence - first)) : nil
    }

    private func place(ofLine ordinal: Int) -> TextPlace {
        let end = ordinal + 1 < starts.count ? Int(starts[ordinal + 1]) : byteCount
        return TextPlace(
            sequence: first + UInt64(ordinal),
            segment: first,
            range: Int(starts[ordinal])..<end - 1
        )
    }

    /// Adds the line that follows. `versions` are those of its streams, in order.
    mutating func append(
        _ id: UniqueID,
        _ streams: [StreamName],
        versions: [Int],
        byteCount: Int
    ) {
        let ordinal = UInt32(starts.count)
        for (place, stream) in streams.enumerated() {
            let link = UInt32(links.count)
            let previous = heads.updateValue(
                Head(version: versions[place], link: link),
                forKey: stream
            )
            links.append(Link(ordinal: ordinal, previous: previous?.link ?? Self.noLink))
        }
        ids[id] = ordinal
        starts.append(UInt32(self.byteCount))
        self.byteCount += byteCount
    }

    /// Takes the last line away again.
    mutating func removeLast(_ id: UniqueID, _ streams: [StreamName]) {
        guard let start = starts.popLast() else { return }
        byteCount = Int(start)
        ids[id] = nil
        for stream in streams.reversed() {
            guard let link = links.popLast(), let head = heads[stream] else { continue }
            heads[stream] =
                link.previous == Self.noLink
                ? nil : Head(version: head.version - 1, link: link.previous)
        }
    }
}
