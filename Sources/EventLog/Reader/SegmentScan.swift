internal import EventLine

/// Reads a segment from start to end, checks every line, and shows the good ones to somebody.
struct SegmentScan {
    /// The rules across segments.
    var chain = ChainCheck()
    /// What was wrong so far.
    private(set) var findings: [LogFinding] = []
    private(set) var lineCount: UInt64 = 0

    /// Where a line lies in its segment; the end is behind its line feed.
    struct Extent {
        let offset: Int
        let end: Int
    }

    init(chain: ChainCheck = ChainCheck()) { self.chain = chain }

    /// Scans one segment. With `isGrowing`, what is not complete at its end is not wrong, and
    /// its size in bytes is the answer.
    mutating func scan(
        _ segment: OpenSegment,
        isGrowing: Bool,
        _ visit: (_ line: EventLine, _ extent: Extent) -> Void
    ) throws(LogError) -> Int {
        try walk(segment, isGrowing: isGrowing) { view, bytes, extent in
            if let line = EventLine(view, in: bytes) { visit(line, extent) }
        }
    }

    /// Scans one segment without making anything of its lines.
    mutating func walk(
        _ segment: OpenSegment,
        isGrowing: Bool,
        _ visit: (_ line: LineView, _ bytes: Span<UInt8>, _ extent: Extent) -> Void
    ) throws(LogError) -> Int {
        var lines = SegmentLines(segment: segment)
        let expected = chain.expected
        if let problem = chain.beginSegment(segment.name.first) {
            note(problem, 0, segment, expected)
        }
        while true {
            switch try lines.next() {
            case .line(let line):
                let extent = Extent(offset: line.place.offset, end: line.place.end)
                let isEvent: Void? = try line.shown(in: lines.text) { view, bytes in
                    for problem in chain.accept(view, in: bytes) {
                        note(problem, extent.offset, segment, view.sequence)
                    }
                    lineCount += 1
                    visit(view, bytes, extent)
                }
                if isEvent == nil {
                    note(.malformed("it is no event"), extent.offset, segment)
                    chain.skipLine()
                }
            case .damage(let damage):
                note(damage.problem, damage.offset, segment)
                if damage.spared == nil { chain.skipLine() }
            case .unfinished(let offset, let byteCount):
                if isGrowing { return byteCount }
                note(.unterminated, offset, segment)
                chain.skipLine()
                try lines.consumeUnfinished()
            case .end:
                if !isGrowing, let problem = chain.endSegment() {
                    note(problem, lines.offset, segment)
                }
                return 0
            }
        }
    }

    /// Adds something found by other means.
    mutating func note(_ finding: LogFinding) { findings.append(finding) }

    private mutating func note(
        _ problem: LogProblem,
        _ offset: Int,
        _ segment: OpenSegment,
        _ sequence: UInt64? = nil
    ) {
        // `chain` has gone past a line that could be parsed.
        findings.append(
            LogFinding(
                segment: segment.name.fileName,
                offset: offset,
                sequence: sequence ?? chain.expected,
                problem: problem
            )
        )
    }
}
