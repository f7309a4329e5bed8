internal import EventLine
internal import Synchronization

extension LogIndex {
    /// The events of a stream that are of some types, behind a sequence and up to another, in
    /// order.
    ///
    /// Segments that have no event of these types are not read, so a stream costs what it has of
    /// them, however much else is on it. What lies between is not looked at: that the stream's
    /// versions follow each other is left to who reads all of it.
    func lines(
        of stream: StreamName,
        ofTypes types: Set<String>,
        after start: UInt64,
        through end: UInt64
    ) throws(LogError) -> [RawLine] {
        let keys = Set(types.map { TypeCounts.key(of: $0.utf8) })
        var lines: [RawLine] = []
        try visitNewestFirst(
            stream,
            after: start,
            through: end,
            atOnce: StreamLookup.segmentsMax,
            where: { typeKeys(of: $0)?.contains(where: keys.contains) ?? true }
        ) { line, _ in
            guard line.raw.sequence > start else { return false }
            if types.contains(line.type) { lines.append(line.raw) }
            return true
        }
        return lines.reversed()
    }

    /// The keys of the types that a segment has events of; nil if that is not known. Read once.
    private func typeKeys(of segment: Segment) -> [UInt64]? {
        if let known = types.withLock({ $0[segment.first] }) { return known }
        guard segment.summary != nil, let frames = try? directory.openFrames(of: segment.first),
            let rest = try? frames.rest(of: .summary),
            let keys = TypeCounts.keys(in: rest, at: SegmentSummary.byteCount)
        else { return nil }
        types.withLock { $0[segment.first] = keys }
        return keys
    }
}
