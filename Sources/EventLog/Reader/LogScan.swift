public import EventLine

/// Walks through a log without copying its lines, across segments, plain and sealed: the fast way
/// to read all of it.
///
/// Every line is shown as a view of a buffer that is used again for the next ones; its checksum
/// was right. At the end the answer is nil; asked again later, the scan goes on with what was
/// written since. Where the log is damaged it throws once for each finding and, asked again, goes
/// on behind.
public struct LogScan: Sendable {
    private let directory: LogDirectory
    /// The sequence of the line that comes next.
    private var expected: UInt64
    private var lines: SegmentLines?
    /// The last segment that was read to its end, or could not be opened.
    private var passed: UInt64?
    /// Whether the segment that is being read has a successor, and so does not grow any more.
    private var isComplete = false
    /// Until the first line is given out, what comes before it is stepped over.
    private var isSkipping = true
    private var isSearched = false
    /// Damage among what is stepped over counts only if it hides the line looked for.
    private var heldFinding: LogFinding?
    private var waiting: GoodLine?
    /// Where the search ended; only damage can have misled it behind the line looked for.
    private var skippedFrom = 0
    /// How many lines what was just reported has cost at least; nil if nothing was reported.
    private var lostCount: UInt64?

    init(directory: LogDirectory, after sequence: UInt64) {
        self.directory = directory
        expected = sequence >= SegmentName.sequenceMax ? SegmentName.sequenceMax : sequence + 1
    }

    /// Shows the next line and answers with what `body` makes of it; nil if there is none yet.
    ///
    /// A line that is not in canonical form is shown in it.
    public mutating func next<Result>(
        _ body: (_ line: LineView, _ bytes: Span<UInt8>) throws(LogError) -> Result
    ) throws(LogError) -> Result? {
        guard let line = try advance(), let lines else { return nil }
        if let view = line.view {
            return try body(view, lines.cursor.text.span.extracting(line.place.range))
        }
        guard let result = try line.shown(in: lines.text, body) else {
            throw .damaged([finding(.malformed("it is no event"), at: line.place.offset)])
        }
        return result
    }

    /// The next event as a value; nil if there is none yet.
    public mutating func nextEvent() throws(LogError) -> EventLine? {
        let segment = lines?.segment.name.fileName ?? ""
        return try next { line, bytes throws(LogError) in
            if let event = EventLine(line, in: bytes) { return event }
            throw .damaged([
                LogFinding(
                    segment: segment,
                    offset: 0,
                    sequence: line.sequence,
                    problem: .malformed("its envelope is not in its form")
                )
            ])
        }
    }

    /// Shows the lines up to a sequence, or up to the end.
    public mutating func run(
        through last: UInt64 = .max,
        _ body: (_ line: LineView, _ bytes: Span<UInt8>) throws(LogError) -> Void
    ) throws(LogError) {
        while expected <= last, try next(body) != nil {
            guard waiting == nil, expected <= last else { continue }
            let end = min(last, SegmentName.sequenceMax - 1)
            expected =
                try lines?.run(expected...end) { line, bytes, _ throws(LogError) in
                    try body(line, bytes)
                } ?? expected
        }
    }

    /// The next line as it stands.
    mutating func nextRaw() throws(LogError) -> RawLine? {
        guard let line = try advance(), let lines else { return nil }
        return RawLine(sequence: line.sequence, bytes: Array(lines.text[line.place.range]))
    }

    private mutating func advance() throws(LogError) -> GoodLine? {
        if let line = waiting {
            waiting = nil
            return given(line)
        }
        while try isPlaced() {
            switch try lines?.next() ?? .end {
            case .line(let line):
                if let line = try accept(line) { return line }
            case .damage(let damage):
                try report(damage)
            case .unfinished(let offset, _):
                guard isComplete else {
                    if try isFollowed() { continue }
                    return try end()
                }
                try lines?.consumeUnfinished()
                try report(finding(.unterminated, at: offset), 1)
            case .end:
                guard isComplete else {
                    if try isFollowed() { continue }
                    return try end()
                }
                leave()
            }
        }
        return try end()
    }

    /// At the end of the log, only damage can have hidden the line looked for.
    private mutating func end() throws(LogError) -> GoodLine? {
        guard let held = heldFinding else { return nil }
        heldFinding = nil
        isSkipping = false
        throw .damaged([held])
    }

    /// Opens the segment that must hold the expected line, or the one that follows those that
    /// were read; answers false if there is none.
    private mutating func isPlaced() throws(LogError) -> Bool {
        while lines == nil {
            let names = try orLogError(try directory.segments())
            guard let name = next(of: names) else { return false }
            do {
                let segment = try directory.open(name)
                skippedFrom =
                    isSearched ? 0 : try SegmentSearch.offset(before: expected, in: segment)
                isSearched = true
                lines = SegmentLines(segment: segment, offset: skippedFrom)
                isComplete = false
            } catch .damaged(let findings) {
                passed = name.first
                for found in findings.prefix(1) {
                    try report(
                        LogFinding(
                            segment: found.segment,
                            offset: found.offset,
                            sequence: expected + (lostCount ?? 0),
                            problem: found.problem
                        ),
                        1
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

    /// Whether there is a newer segment. More may have been written between the last read and the
    /// rolling: only now is this one known to be complete, and is read on once more.
    private mutating func isFollowed() throws(LogError) -> Bool {
        guard let current = lines?.segment.name.first else { return false }
        isComplete = try orLogError(try directory.segments()).contains { $0.first > current }
        return isComplete
    }

    private mutating func leave() {
        passed = lines?.segment.name.first
        lines = nil
        isComplete = false
    }

    private mutating func accept(_ line: GoodLine) throws(LogError) -> GoodLine? {
        if line.sequence == expected { return given(line) }
        if line.sequence < expected {
            heldFinding = nil
            guard !isSkipping else { return nil }
            throw .damaged([finding(.gap(found: line.sequence), at: line.place.offset)])
        }
        if isSkipping, skippedFrom > 0 {
            lines = nil
            heldFinding = nil
            return nil
        }
        // What is missing behind damage was reported with it.
        if lostCount != nil { return given(line) }
        let gap = heldFinding ?? finding(.gap(found: line.sequence), at: line.place.offset)
        heldFinding = nil
        isSkipping = false
        expected = line.sequence
        waiting = line
        throw .damaged([gap])
    }

    private mutating func given(_ line: GoodLine) -> GoodLine {
        isSkipping = false
        heldFinding = nil
        lostCount = nil
        expected = line.sequence + 1
        return line
    }

    private mutating func report(_ damage: SegmentLines.Damage) throws(LogError) {
        let finding = finding(damage.problem, at: damage.offset)
        guard let spared = damage.spared else { return try report(finding, 1) }
        guard spared >= expected else { return }
        isSkipping = false
        try report(finding, 0)
    }

    private mutating func report(_ finding: LogFinding, _ lost: UInt64) throws(LogError) {
        guard isSkipping else {
            lostCount = (lostCount ?? 0) + lost
            throw .damaged([finding])
        }
        heldFinding = heldFinding ?? finding
    }

    private func finding(_ problem: LogProblem, at offset: Int) -> LogFinding {
        LogFinding(
            segment: lines?.segment.name.fileName ?? "",
            offset: offset,
            sequence: expected + (lostCount ?? 0),
            problem: problem
        )
    }
}
