internal import EventLine

/// Reads a log: from any process, without a lock, also while it is written, rolled and sealed.
///
/// Every line that it gives out is durable, and was checked against its checksum. Needs nothing
/// but the right to read `log/`.
public struct LogReader: Sendable {
    let directory: LogDirectory

    /// A reader of the log in a data directory. Nothing is opened yet.
    public init(directory: String) {
        self.init(LogDirectory(path: directory, device: FileDevice()))
    }

    init(_ directory: LogDirectory) {
        self.directory = directory
    }

    /// The lines behind a sequence, in order, without gaps.
    public func lines(after sequence: UInt64 = 0) -> LogLines {
        LogLines(directory: directory, after: sequence)
    }

    /// The line with a sequence. Costs a directory listing and a binary search.
    public func line(at sequence: UInt64) throws(LogError) -> RawLine {
        guard sequence > 0 else { throw .noSuchLine(sequence: sequence) }
        var lines = lines(after: sequence - 1)
        guard let line = try lines.next() else { throw .noSuchLine(sequence: sequence) }
        return line
    }

    /// The lines behind a sequence, and then every line as it becomes visible, until the task is
    /// cancelled. Looks every `interval`.
    public func follow(
        after sequence: UInt64 = 0,
        every interval: Duration = .milliseconds(50)
    ) -> LogFollower {
        LogFollower(lines: lines(after: sequence), interval: interval)
    }

    /// The segments in order.
    public func segments() throws(LogError) -> [LogSegment] {
        var segments: [LogSegment] = []
        for name in try orLogError(try directory.segments()) {
            let segment = try directory.open(name)
            segments.append(
                LogSegment(
                    firstSequence: name.first,
                    byteCount: try segment.byteCount(),
                    isSealed: segment.name.isSealed,
                    path: directory.path(of: segment.name)
                )
            )
        }
        return segments
    }
}

/// One file of the log.
public struct LogSegment: Hashable, Sendable {
    /// The sequence of its first line, after which it is named.
    public let firstSequence: UInt64
    /// The size of its plain text.
    public let byteCount: Int
    /// Whether it is an LZ4 frame.
    public let isSealed: Bool
    /// Where it is.
    public let path: String
}
