internal import EventLine

/// Which events each stream has, and which ids there are: all of it in memory, made anew at every
/// start.
struct StreamIndex: Sendable {
    private(set) var lastSequence: UInt64 = 0
    private var sequences: [StreamName: [UInt64]] = [:]
    private var events: [UniqueID: UInt64] = [:]

    /// How many events a stream has.
    func version(of stream: StreamName) -> Int { sequences[stream]?.count ?? 0 }

    /// The sequence of an event.
    func sequence(of id: UniqueID) -> UInt64? { events[id] }

    /// The sequences of a stream's events behind a version and up to a sequence.
    func sequences(
        of stream: StreamName,
        after version: Int,
        through last: UInt64
    ) -> [UInt64] {
        (sequences[stream] ?? []).dropFirst(max(0, version)).prefix { $0 <= last }
    }

    /// Adds the event that follows.
    mutating func append(_ envelope: Envelope) {
        for position in envelope.streams {
            sequences[position.stream, default: []].append(envelope.sequence)
        }
        events[envelope.id] = envelope.sequence
        lastSequence = envelope.sequence
    }

    /// Takes the last event away again.
    mutating func removeLast(_ envelope: Envelope) {
        for position in envelope.streams {
            sequences[position.stream]?.removeLast()
            if sequences[position.stream]?.isEmpty == true { sequences[position.stream] = nil }
        }
        events[envelope.id] = nil
        lastSequence = envelope.sequence - 1
    }
}

/// Where each line begins.
struct LinePlaces: Sendable {
    private struct Segment {
        let first: UInt64
        var starts: [UInt32] = []
        var end: UInt32 = 0
    }

    private var segments: [Segment] = []

    /// The segment of a line, and its bytes there without the line feed.
    func place(of sequence: UInt64) -> (segment: UInt64, range: Range<Int>)? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].first <= sequence { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let segment = segments[low - 1]
        let index = Int(sequence - segment.first)
        guard index < segment.starts.count else { return nil }
        let next = index + 1 < segment.starts.count ? segment.starts[index + 1] : segment.end
        let start = Int(segment.starts[index])
        return (segment.first, start..<max(start, Int(next) - 1))
    }

    /// Adds the line that follows, with its line feed at `end - 1`.
    mutating func append(segment first: UInt64, start: Int, end: Int) {
        if segments.last?.first != first { segments.append(Segment(first: first)) }
        segments[segments.count - 1].starts.append(UInt32(clamping: start))
        segments[segments.count - 1].end = UInt32(clamping: end)
    }
}
