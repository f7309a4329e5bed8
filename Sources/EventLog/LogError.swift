/// Why a log cannot be opened or read.
public enum LogError: Error, Hashable, Sendable {
    /// The operating system refused something.
    case device(DeviceError)
    /// Another process writes to this log.
    case locked(path: String, process: Int?)
    /// A file is not what this version of the log writes.
    case foreignFormat(path: String, why: String)
    /// Lines that were durable are damaged or missing. Nothing was changed on the disk.
    case damaged([LogFinding])
    /// There is no line with this sequence.
    case noSuchLine(sequence: UInt64)
    /// A segment could not be packed; its text is as it was.
    case notSealed(segment: String, why: String)
    /// The log was closed.
    case closed
}

extension LogError: CustomStringConvertible {
    /// The sentence, with advice.
    public var description: String {
        switch self {
        case .device(let error): "\(error)"
        case .locked(let path, let process):
            """
            another process \(process.map { "(\($0)) " } ?? "")is writing to this log and holds \
            \(path). Stop it first; reading needs no lock
            """
        case .foreignFormat(let path, let why):
            "\(path) is not of a format that this program writes: \(why)"
        case .damaged(let findings):
            """
            the log is damaged in \(findings.count) place\(findings.count == 1 ? "" : "s"): \
            \(findings.prefix(3).map(\.description).joined(separator: "; ")). Nothing was changed. \
            Restore the segment from a backup; everything else can still be read
            """
        case .noSuchLine(let sequence): "there is no event with the sequence \(sequence)"
        case .notSealed(let segment, let why):
            "\(segment) could not be sealed: \(why). Its text is as it was"
        case .closed: "the log was closed"
        }
    }
}

/// What only the device can refuse, in a function that can fail in more ways.
func orLogError<Result>(
    _ body: @autoclosure () throws(DeviceError) -> Result
) throws(LogError) -> Result {
    do { return try body() } catch { throw .device(error) }
}

/// One thing that is wrong with a log, and where.
public struct LogFinding: Hashable, Sendable, CustomStringConvertible {
    /// The file name of the segment.
    public let segment: String
    /// The first byte concerned, counted in the plain text of the segment.
    public let offset: Int
    /// The sequence that should stand there.
    public let sequence: UInt64
    /// What is wrong.
    public let problem: LogProblem

    /// Something wrong at a place.
    public init(segment: String, offset: Int, sequence: UInt64, problem: LogProblem) {
        self.segment = segment
        self.offset = offset
        self.sequence = sequence
        self.problem = problem
    }

    /// The sentence.
    public var description: String {
        "\(segment) at byte \(offset), sequence \(sequence): \(problem)"
    }
}

/// What can be wrong with a line or a segment.
public enum LogProblem: Hashable, Sendable, CustomStringConvertible {
    /// The line's bytes are not those that were written.
    case checksum
    /// The bytes are not a line of a log.
    case malformed(String)
    /// The line is not ended by a line feed; what it says may be as it was written.
    case unterminated
    /// Another sequence than the next one.
    case gap(found: UInt64)
    /// The version in a stream is not the one after the last.
    case streamVersion(stream: String, expected: Int, found: Int)
    /// The lines of a commit are not all there, or not in order.
    case commit(String)
    /// A sealed segment, or a block of it, cannot be unpacked.
    case seal(String)
    /// Lines are gone that what follows, or the journal, shows to have been there.
    case missing(through: UInt64)

    /// The sentence.
    public var description: String {
        switch self {
        case .checksum: "the bytes of the line were changed (crc32c)"
        case .malformed(let why): "not a line of a log: \(why)"
        case .unterminated: "the line does not end in a line feed"
        case .gap(let found): "the next line has the sequence \(found)"
        case .streamVersion(let stream, let expected, let found):
            "the version in \(stream) is \(found) in place of \(expected)"
        case .commit(let why): "the commit is not complete: \(why)"
        case .seal(let why): "the sealed segment cannot be unpacked: \(why)"
        case .missing(let through): "the lines up to \(through) are missing"
        }
    }
}
