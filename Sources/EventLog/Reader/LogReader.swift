internal import EventLine

/// Reads a log: from any process, without a lock, also while it is written, rolled and sealed.
///
/// Every line that it gives out is durable, and was checked against its checksum. Needs nothing
/// but the right to read `log/`.
public struct LogReader: Sendable {
    let directory: LogDirectory
    /// Shared by its copies.
    let kept = KeptIndex()

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

    /// Walks through the log behind a sequence without copying its lines.
    public func scan(after sequence: UInt64 = 0) -> LogScan {
        LogScan(directory: directory, after: sequence)
    }

    /// The line with a sequence. Costs a directory listing and a binary search, or one read where
    /// this reader has looked something up before.
    public func line(at sequence: UInt64) throws(LogError) -> RawLine {
        guard sequence > 0 else { throw .noSuchLine(sequence: sequence) }
        if let line = try? kept.openIndex(of: directory)?.line(at: sequence) { return line }
        var lines = lines(after: sequence - 1)
        guard let line = try lines.next() else { throw .noSuchLine(sequence: sequence) }
        return line
    }

    /// The lines behind a sequence, and then every line as it becomes visible, until the task is
    /// cancelled. Woken when something is written; looks every `interval` only where the operating
    /// system does not tell.
    public func follow(
        after sequence: UInt64 = 0,
        every interval: Duration = .milliseconds(50)
    ) -> LogFollower {
        LogFollower(
            lines: lines(after: sequence),
            directory: directory.log,
            interval: interval
        )
    }

    /// The segments in order. While one is sealed, it may be gone under the name given here.
    public func segments() throws(LogError) -> [LogSegment] {
        try orLogError(try directory.segments()).map { name throws(LogError) in
            let path = directory.path(of: name)
            return LogSegment(
                firstSequence: name.first,
                byteCount: try orLogError(try directory.byteCount(ofFileAt: path)),
                isSealed: name.isSealed,
                path: path
            )
        }
    }
}

/// One file of the log.
public struct LogSegment: Hashable, Sendable {
    /// The sequence of its first line, after which it is named.
    public let firstSequence: UInt64
    /// The size of the file.
    public let byteCount: Int
    /// Whether it is an LZ4 frame.
    public let isSealed: Bool
    /// Where it is.
    public let path: String
}
