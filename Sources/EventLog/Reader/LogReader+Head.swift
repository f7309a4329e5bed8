internal import EventLine

extension LogReader {
    /// The sequence of the last line that can be read now; 0 in an empty log. Reads what was
    /// appended since this reader looked something up; else the end of the newest segment, and all
    /// of it where the end is damaged.
    public func lastSequence() throws(LogError) -> UInt64 {
        if let end = try? kept.openIndex(of: directory)?.end() { return end - 1 }
        guard let newest = try orLogError(try directory.segments()).last else { return 0 }
        if let last = try lastLine(of: newest) { return last }
        var scan = LogScan(directory: directory, after: newest.first - 1)
        var last = newest.first - 1
        // No copy of the lines: Swift 6.3 frees one that nobody looks at before it is filled.
        try scan.run { line, _ throws(LogError) in last = line.sequence }
        return last
    }

    /// The sequence of a segment's last line; nil where its end is not as it should be.
    private func lastLine(of name: SegmentName) throws(LogError) -> UInt64? {
        let segment = try directory.open(name)
        let end = try SegmentSearch.offset(before: .max, in: segment)
        var lines = SegmentLines(segment: segment, offset: end)
        var last: UInt64?
        while true {
            switch try lines.next() {
            case .line(let line): last = line.sequence
            case .damage: return nil
            case .unfinished, .end: return last
            }
        }
    }
}
