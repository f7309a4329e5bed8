internal import EventLine

/// The times of the lines that the index does not have yet, read as somebody asks for them.
struct RecentTimes: Sendable {
    private var scan: LogScan?
    /// The sequence of the first time here.
    private var first: UInt64 = 1
    private var microseconds: [Int64] = []

    /// The greatest sequence from `start` to `end` whose time is not after a moment; nil if there
    /// is none. What was read before is not read again.
    mutating func lastSequence(
        notAfter time: Instant,
        in range: ClosedRange<UInt64>,
        of reader: LogReader
    ) throws(LogError) -> UInt64? {
        let start = range.lowerBound
        if scan == nil || start < first || start > first + UInt64(microseconds.count) {
            scan = reader.scan(after: start - 1)
            microseconds = []
        } else {
            microseconds.removeFirst(Int(start - first))
        }
        first = start
        var times = microseconds
        microseconds = []
        try scan?.run(through: range.upperBound) { line, _ throws(LogError) in
            times.append(line.time.microseconds)
        }
        microseconds = times
        let asked = times.prefix(Int(range.upperBound - start) + 1)
        return asked.lastIndex { $0 <= time.microseconds }.map { start + UInt64($0) }
    }
}
