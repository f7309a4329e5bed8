internal import EventLine

/// Reads a segment from start to end, checks every line, and shows the good ones to somebody.
struct SegmentScan {
    /// The rules across segments.
    var chain = ChainCheck()
    /// What was wrong so far.
    private(set) var findings: [LogFinding] = []
    private(set) var lineCount: UInt64 = 0

    /// Scans one segment. With `isGrowing`, what is not complete at its end is not wrong, and
    /// its size in bytes is the answer.
    mutating func scan(
        _ segment: OpenSegment,
        isGrowing: Bool,
        _ visit: (_ line: EventLine, _ piece: SegmentCursor.Piece) -> Void
    ) throws(LogError) -> Int {
        var cursor = SegmentCursor(segment: segment)
        if segment.name.first != chain.expected {
            note(.gap(found: segment.name.first), 0, segment)
        }
        while let piece = try nextPiece(&cursor) {
            if !piece.isTerminated, isGrowing { return piece.bytes.count }
            switch parsed(piece) {
            case .success(let line):
                for problem in checked(line.envelope) { note(problem, piece.offset, segment, line) }
                lineCount += 1
                visit(line, piece)
            case .failure(let failure):
                note(failure.problem, piece.offset, segment)
                chain.skipLine()
            }
            if !piece.isTerminated { cursor.consume(piece) }
        }
        if !isGrowing, let problem = chain.endSegment() { note(problem, cursor.offset, segment) }
        return 0
    }

    /// Adds something found by other means.
    mutating func note(_ finding: LogFinding) { findings.append(finding) }

    private mutating func checked(_ envelope: Envelope) -> [LogProblem] { chain.accept(envelope) }

    private mutating func nextPiece(
        _ cursor: inout SegmentCursor
    ) throws(LogError) -> SegmentCursor.Piece? {
        while true {
            do {
                return try cursor.next()
            } catch .damaged(let found) {
                for finding in found { note(finding.problem, finding.offset, cursor.segment) }
                chain.skipLine()
            }
        }
    }

    private func parsed(_ piece: SegmentCursor.Piece) -> Result<EventLine, LineProblem> {
        RawLine.checked(piece).flatMap { raw in
            do {
                return .success(try raw.event())
            } catch {
                return .failure(LineProblem(.malformed("\(error)")))
            }
        }
    }

    private mutating func note(
        _ problem: LogProblem,
        _ offset: Int,
        _ segment: OpenSegment,
        _ line: EventLine? = nil
    ) {
        // `chain` has gone past a line that could be parsed.
        findings.append(
            LogFinding(
                segment: segment.name.fileName,
                offset: offset,
                sequence: line?.envelope.sequence ?? chain.expected,
                problem: problem
            )
        )
    }
}
