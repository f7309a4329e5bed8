internal import EventLine

extension LogReader {
    /// The sequence of the last line that can be read now; 0 in an empty log. Reads the newest
    /// segment.
    public func lastSequence() throws(LogError) -> UInt64 {
        guard let newest = try segments().last else { return 0 }
        var scan = LogScan(directory: directory, after: newest.firstSequence - 1)
        var last = newest.firstSequence - 1
        // No copy of the lines: Swift 6.3 frees one that nobody looks at before it is filled.
        try scan.run { line, _ throws(LogError) in last = line.sequence }
        return last
    }
}
