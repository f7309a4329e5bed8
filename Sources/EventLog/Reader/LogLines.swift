/// The lines of a log from a place on, across segments, plain and sealed.
///
/// At the end it answers nil; asked again later, it goes on with what was written since. Where
/// the log is damaged it throws once and, asked again, goes on behind the damage.
public struct LogLines: Sendable {
    private let directory: LogDirectory
    /// The sequence of the line that comes next.
    private var expected: UInt64
    private var cursor: SegmentCursor?
    /// Until the first line is given out, what comes before it is stepped over.
    private var isSkipping = true
    private var isSearched = false
    /// Damage among what is stepped over counts only if it hides the line looked for.
    private var heldFinding: LogFinding?
    private var waiting: RawLine?
    /// Where the search ended; only damage can have misled it behind the line looked for.
    private var skippedFrom = 0

    init(directory: LogDirectory, after sequence: UInt64) {
        self.directory = directory
        expected = sequence + 1
    }

    /// The next line; nil if there is none yet.
    public mutating func next() throws(LogError) -> RawLine? {
        if let line = waiting {
            waiting = nil
            return given(line)
        }
        while try isPlaced() {
            guard let piece = try nextPiece() else {
                guard try enterNextSegment() else { return nil }
                continue
            }
            switch RawLine.checked(piece) {
            case .success(let line):
                if let line = try accept(line, from: piece) { return line }
            case .failure(let failure):
                try report(finding(failure.problem, at: piece.offset))
            }
        }
        return nil
    }

    /// Opens the segment that must hold the expected line, if there is one.
    private mutating func isPlaced() throws(LogError) -> Bool {
        guard cursor == nil else { return true }
        let names = try orLogError(try directory.segments())
        guard let name = names.last(where: { $0.first <= expected }) ?? names.first else {
            return false
        }
        let segment = try directory.open(name)
        let offset = isSearched ? 0 : try SegmentSearch.offset(before: expected, in: segment)
        isSearched = true
        cursor = SegmentCursor(segment: segment, offset: offset)
        skippedFrom = offset
        return true
    }

    /// The next piece that will not change any more; nil at the end of what can be read now.
    private mutating func nextPiece() throws(LogError) -> SegmentCursor.Piece? {
        do {
            guard let piece = try cursor?.next(), piece.isTerminated else { return nil }
            return piece
        } catch .damaged(let findings) {
            guard let finding = findings.first else { throw .damaged(findings) }
            try report(self.finding(finding.problem, at: finding.offset))
            return try nextPiece()
        }
    }

    /// Goes on to the next segment if there is one; answers false at the end of the log.
    private mutating func enterNextSegment() throws(LogError) -> Bool {
        guard let current = cursor?.segment.name.first else { return false }
        let names = try orLogError(try directory.segments())
        guard let next = names.first(where: { $0.first > current }) else {
            // Before the log's end the line looked for can only have been hidden by damage.
            if let held = heldFinding {
                heldFinding = nil
                isSkipping = false
                throw .damaged([held])
            }
            return false
        }
        // More may have been written between the last read and the rolling: only now that there
        // is a newer segment is this one known to be complete.
        let tail = cursor
        if let piece = try cursor?.next() {
            if piece.isTerminated {
                cursor = tail
                return true
            }
            cursor?.consume(piece)
            try report(finding(.unterminated, at: piece.offset))
            return true
        }
        cursor = SegmentCursor(segment: try directory.open(next))
        return true
    }

    private mutating func accept(
        _ line: RawLine,
        from piece: SegmentCursor.Piece
    ) throws(LogError) -> RawLine? {
        if line.sequence == expected { return given(line) }
        if line.sequence < expected {
            heldFinding = nil
            guard !isSkipping else { return nil }
            throw .damaged([finding(.gap(found: line.sequence), at: piece.offset)])
        }
        if isSkipping, skippedFrom > 0 {
            cursor = nil
            heldFinding = nil
            return nil
        }
        let gap = heldFinding ?? finding(.gap(found: line.sequence), at: piece.offset)
        heldFinding = nil
        isSkipping = false
        expected = line.sequence
        waiting = line
        throw .damaged([gap])
    }

    private mutating func given(_ line: RawLine) -> RawLine {
        isSkipping = false
        heldFinding = nil
        expected = line.sequence + 1
        return line
    }

    private mutating func report(_ finding: LogFinding) throws(LogError) {
        guard isSkipping else {
            throw .damaged([finding])
        }
        heldFinding = heldFinding ?? finding
    }

    private func finding(_ problem: LogProblem, at offset: Int) -> LogFinding {
        LogFinding(
            segment: cursor?.segment.name.fileName ?? "",
            offset: offset,
            sequence: expected,
            problem: problem
        )
    }
}
