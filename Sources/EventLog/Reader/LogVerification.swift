/// What a check of every byte of a log has shown.
public struct LogVerification: Hashable, Sendable {
    /// Everything that is wrong, in order.
    public let findings: [LogFinding]
    /// How many lines could be read.
    public let lineCount: UInt64
    /// How many segments there are.
    public let segmentCount: Int
    /// Bytes at the very end that are not a whole line: a writer may be at work on them.
    public let unfinishedByteCount: Int

    /// Whether nothing is wrong.
    public var isSound: Bool { findings.isEmpty }
}

/// How far a check has come.
public struct VerificationProgress: Hashable, Sendable {
    /// How many lines were read.
    public let lineCount: UInt64
    /// How many there are, as far as the names of the segments tell.
    public let lineCountExpected: UInt64
}

extension LogReader {
    /// Reads everything and checks the checksum of every line and of every sealed segment, that
    /// each index says what its text says, that sequences are dense, that every stream's versions
    /// follow each other, and that commits are complete. Changes nothing, and can run while the log
    /// is written.
    ///
    /// What is wrong with the log stands in the answer; an error is thrown only where the
    /// operating system refuses something. `report` is called after each segment. Takes about a
    /// second for a million events, and 16 bytes of memory for each stream.
    public func verify(
        report: (VerificationProgress) -> Void = { _ in }
    ) throws(LogError) -> LogVerification {
        var scan = SegmentScan()
        var unfinished = 0
        let names = try orLogError(try directory.segments())
        for name in names {
            do {
                let segment = try directory.open(name)
                if let why = try packingProblem(segment) {
                    scan.note(
                        LogFinding(
                            segment: segment.name.fileName,
                            offset: 0,
                            sequence: name.first,
                            problem: .seal(why)
                        )
                    )
                }
                unfinished = try scan.walk(segment, isGrowing: name == names.last) { _, _, _ in }
            } catch .damaged(let findings) {
                for finding in findings { scan.note(finding) }
            }
            report(
                VerificationProgress(
                    lineCount: scan.lineCount,
                    lineCountExpected: names.last.map { $0.first - 1 } ?? 0
                )
            )
        }
        return LogVerification(
            findings: scan.findings,
            lineCount: scan.lineCount,
            segmentCount: names.count,
            unfinishedByteCount: unfinished
        )
    }

    private func packingProblem(_ segment: OpenSegment) throws(LogError) -> String? {
        if let problem = try segment.sealProblem() { return problem }
        return try directory.indexProblem(of: segment)
    }
}
