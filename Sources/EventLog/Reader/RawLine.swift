public import EventLine

/// A line whose checksum was right, not yet parsed.
public struct RawLine: Hashable, Sendable {
    /// Its position in the log.
    public let sequence: UInt64
    /// Its bytes without the line feed: the entry of the transparency log.
    public let bytes: [UInt8]

    /// A line.
    public init(sequence: UInt64, bytes: [UInt8]) {
        self.sequence = sequence
        self.bytes = bytes
    }

    /// The event that it holds.
    public func event() throws(LineError) -> EventLine { try EventLine(parsing: bytes) }
}

extension RawLine {
    /// The event that it holds, or what is wrong with the log where it stands.
    func event(
        in segment: SegmentName?,
        at offset: Int = 0
    ) throws(LogError) -> EventLine {
        do {
            return try event()
        } catch {
            throw .damaged([
                LogFinding(
                    segment: segment?.fileName ?? "",
                    offset: offset,
                    sequence: sequence,
                    problem: .malformed("\(error)")
                )
            ])
        }
    }

    /// A line from the disk, or what is wrong with it.
    static func checked(_ piece: SegmentCursor.Piece) -> Result<RawLine, LineProblem> {
        guard piece.isTerminated else { return .failure(LineProblem(.unterminated)) }
        if let problem = LineCheck.problem(in: piece.bytes) {
            return .failure(LineProblem(problem))
        }
        guard let sequence = LineCheck.sequence(of: piece.bytes) else {
            return .failure(LineProblem(.malformed("it does not begin with a sequence")))
        }
        return .success(RawLine(sequence: sequence, bytes: piece.bytes))
    }
}

/// What is wrong with one line.
struct LineProblem: Error {
    let problem: LogProblem

    init(_ problem: LogProblem) { self.problem = problem }
}
