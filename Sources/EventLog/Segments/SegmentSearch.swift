/// Finds a line in a segment without reading all of it: the sequences stand in order.
enum SegmentSearch {
    /// Reading on from here is cheaper than another step.
    private static let rangeBytes = 128 << 10

    /// The start of a line that is not behind the line with this sequence.
    ///
    /// Where damage has changed a sequence the answer may be too far on; whoever finds that
    /// begins at 0.
    static func offset(before sequence: UInt64, in segment: OpenSegment) throws(LogError) -> Int {
        var low = 0
        var high = try segment.byteCount()
        while high - low > rangeBytes {
            let middle = low + (high - low) / 2
            if let (offset, found) = try line(after: middle, in: segment), offset < high,
                found <= sequence
            {
                low = offset
            } else {
                high = middle
            }
        }
        return low
    }

    /// The first line that begins behind a place.
    private static func line(
        after offset: Int,
        in segment: OpenSegment
    ) throws(LogError) -> (offset: Int, sequence: UInt64)? {
        var cursor = SegmentCursor(segment: segment, offset: offset)
        do {
            // The first piece is the rest of a line.
            _ = try cursor.nextPlace()
            guard let place = try cursor.nextPlace(),
                let sequence = LineCheck.sequence(of: cursor.text.span.extracting(place.range))
            else { return nil }
            return (place.offset, sequence)
        } catch .damaged {
            return nil
        }
    }
}
