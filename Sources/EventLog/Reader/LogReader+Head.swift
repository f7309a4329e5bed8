extension LogReader {
    /// The sequence of the last line that can be read now; 0 in an empty log. Reads the newest
    /// segment.
    public func lastSequence() throws(LogError) -> UInt64 {
        guard let newest = try segments().last else { return 0 }
        var lines = lines(after: newest.firstSequence - 1)
        var last = newest.firstSequence - 1
        while let line = try lines.next() { last = line.sequence }
        return last
    }
}
