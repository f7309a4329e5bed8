/// The lines of a log from a place on, across segments, plain and sealed.
///
/// At the end it answers nil; asked again later, it goes on with what was written since. Where
/// the log is damaged it throws once and, asked again, goes on behind the damage.
public struct LogLines: Sendable {
    private let directory: LogDirectory
    /// The sequence of the line that comes next.
    private var expected: UInt64
    private var cursor: SegmentCursor?
    /// The last segment that was read to its end, or could not be opened.
    private var passed: UInt64?
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
        expected = sequence == .max ? .max : sequence + 1
    }

    /// The next line; nil if there is none yet.
    public mutating func next() throws(LogError) -> RawLine? {
        if let line = waiting {
            waiting = nil
            return given(line)
        }
        while try isPlaced() {
            guard let piece = try nextPiece() else {
                guard try enterNextSegment() else { break }
                continue
            }
            switch RawLine.checked(piece) {
            case .success(let line):
                if let line = try accept(line, from: piece) { return line }
            case .failure(let failure):
                try report(finding(failure.problem, at: piece.offset))
            }
        }
        // At the end of the log, only damage can have hidden the line looked for.
        guard let held = heldFinding else { return nil }
        heldFinding = nil
        isSkipping = false
        throw .damaged([held])
    }

    /// Opens the segment that must hold the expected line, or the one that follows those that
    /// were read; answers false if there is none.
    private mutating func isPlaced() throws(LogError) -> Bool {
        while cursor == nil {
            let names = try orLogError(try directory.segments())
            guard let name = next(of: names) else { return false }
            do {
                let segment = try directory.open(name)
                skippedFrom =
                    isSearched ? 0 : try SegmentSearch.offset(before: expected, in: segment)
                isSearched = true
                cursor = SegmentCursor(segment: segment, offset: skippedFrom)
            } catch .damaged(let findings) {
                passed = name.first
                for found in findings.prefix(1) {
                    try report(
                        LogFinding(
                            segment: found.segment,
                            offset: found.offset,
                            sequence: expected,
                            problem: found.problem
                        )
                    )
                }
            }
        }
        return true
    }

    private func next(of names: [SegmentName]) -> SegmentName? {
        if let passed { return names.first { $0.first > passed } }
        return names.last { $0.first <= expected } ?? names.first
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
        guard names.contains(where: { $0.first > current }) else { return false }
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
        passed = current
        cursor = nil
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
