internal import EventLine
internal import Synchronization

/// Segments without an index are answered for out of what was read of them, or are searched.
extension LogIndex {
    /// The text of a segment, if it is one of those that are kept in mind.
    func readText(of segment: Segment) -> ReadText? {
        readTexts.last { $0.first == segment.first }
    }

    /// The sequence behind that of the last line that can be read now; nil where that does not
    /// follow from what is kept.
    func end() throws(LogError) -> UInt64? {
        guard let newest = state.withLock({ $0.segments.last }) else { return 1 }
        if newest.summary != nil { return newest.last + 1 }
        return try readText(of: newest)?.end()
    }

    /// Gives out the events of a stream in a segment with their versions, the last first, until
    /// the visitor answers false, and then answers false.
    func visitUnindexed(
        _ segment: Segment,
        _ stream: StreamName,
        through sequence: UInt64,
        _ visitor: (IndexedLine, Int) throws(LogError) -> Bool
    ) throws(LogError) -> Bool {
        guard let lines = try readText(of: segment)?.lines(of: stream, through: sequence) else {
            return try TextSearch(directory, segment)
                .visitNewestFirst(stream, through: sequence, visitor)
        }
        for (line, version) in lines.reversed() {
            guard try visitor(line, version) else { return false }
        }
        return true
    }

    /// The greatest sequence of an event in a segment whose time is not after a moment; nil if
    /// there is none.
    func lastSequence(
        notAfter time: Instant,
        inUnindexed segment: Segment
    ) throws(LogError) -> UInt64? {
        guard let last = try readText(of: segment)?.lastSequence(notAfter: time) else {
            return try TextSearch(directory, segment).lastSequence(notAfter: time)
        }
        return last < segment.first ? nil : last
    }
}
