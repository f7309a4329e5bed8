internal import EventLine

/// The good lines of a segment, and what is wrong between them: the one place where damage in the
/// text is told apart.
///
/// A changed byte costs at most the line that it is in. A line feed that became another byte joins
/// two lines: both are found. A byte that became a line feed splits one: its second part is no
/// further damage.
struct SegmentLines: Sendable {
    /// What comes next in the segment.
    enum Step: Sendable {
        /// A line whose checksum is right; the view is nil if it is not in canonical form.
        case line(GoodLine)
        /// Bytes that are no line.
        case damage(Damage)
        /// Bytes behind the last line feed: perhaps a line that is being written. They come again.
        case unfinished(offset: Int, byteCount: Int)
        /// Nothing more, at present.
        case end
    }

    /// Something wrong.
    struct Damage: Sendable {
        let problem: LogProblem
        /// The first byte concerned, counted in the segment.
        let offset: Int
        /// The line that comes next, if the damage is to its line feed alone; nil if a line was
        /// lost by it, or more than one.
        var spared: UInt64?
    }

    private(set) var cursor: SegmentCursor
    /// What a piece was taken apart into; the next one last.
    private var parts: [Step] = []
    /// Whether what came last was damage, so that bytes that do not begin like a line belong to it.
    private var isInDamage = false

    init(segment: OpenSegment, offset: Int = 0) {
        cursor = SegmentCursor(segment: segment, offset: offset)
    }

    var segment: OpenSegment { cursor.segment }
    /// What places of lines refer to.
    var text: [UInt8] { cursor.text }
    /// Where the next piece begins.
    var offset: Int { cursor.offset }

    /// Shows the lines from a sequence on that follow each other, as far as they are in the text
    /// already and in canonical form, and says which comes next: the same as ``next()``, many
    /// times as fast.
    mutating func run(
        _ sequences: ClosedRange<UInt64>,
        _ body: (LineView, Span<UInt8>, _ offset: Int) throws(LogError) -> Void
    ) throws(LogError) -> UInt64 {
        var expected = sequences.lowerBound
        guard parts.isEmpty, !isInDamage else { return expected }
        try cursor.run { bytes, offset throws(LogError) in
            guard expected <= sequences.upperBound, let line = LineView(canonical: bytes),
                line.sequence == expected, line.isIntact(in: bytes)
            else { return false }
            expected += 1
            try body(line, bytes, offset)
            return true
        }
        return expected
    }

    /// The next step. Never throws ``LogError/damaged(_:)``: damage is a step.
    mutating func next() throws(LogError) -> Step {
        if let part = parts.popLast() { return part }
        while let place = try nextPlace() {
            guard place.isTerminated else { return unfinished(place) }
            if let view = LineView(canonical: cursor.text.span.extracting(place.range)),
                view.isIntact(in: cursor.text.span.extracting(place.range)),
                view.sequence <= SegmentName.sequenceMax
            {
                isInDamage = false
                return .line(GoodLine(place, view))
            }
            takeApart(place)
            if let part = parts.popLast() { return part }
        }
        return parts.popLast() ?? .end
    }

    /// Steps over the bytes behind the last line feed: they are not being written.
    mutating func consumeUnfinished() throws(LogError) {
        if let place = try nextPlace(), !place.isTerminated { cursor.consume(place) }
    }

    /// The next piece; nil at the end, and where bytes cannot be read: then that is the one part.
    private mutating func nextPlace() throws(LogError) -> SegmentCursor.Place? {
        do {
            return try cursor.nextPlace()
        } catch .damaged(let findings) {
            isInDamage = true
            parts = findings.prefix(1).map {
                .damage(Damage(problem: $0.problem, offset: $0.offset))
            }
            return nil
        }
    }

    private mutating func unfinished(_ place: SegmentCursor.Place) -> Step {
        // The start of a line is being written; a whole line with another byte behind it is not.
        let whole = SegmentCursor.Place(
            offset: place.offset,
            range: place.range.lowerBound..<max(place.range.lowerBound, place.range.upperBound - 1),
            isTerminated: true
        )
        guard let line = goodLine(whole) else {
            return .unfinished(offset: place.offset, byteCount: place.range.count)
        }
        cursor.consume(place)
        parts = [.line(line)]
        return .damage(
            Damage(problem: .unterminated, offset: place.end - 1, spared: line.sequence)
        )
    }

    /// Looks for lines within a piece that is not a good one.
    private mutating func takeApart(_ place: SegmentCursor.Place) {
        if let line = goodLine(place) {
            isInDamage = false
            parts = [.line(line)]
            return
        }
        var found: [Step] = []
        var start = place.range.lowerBound
        repeat {
            let next = nextStart(in: start..<place.range.upperBound)
            // Between two lines one byte stands that was a line feed.
            let end = next.map { $0 - 1 } ?? place.range.upperBound
            found += steps(
                SegmentCursor.Place(
                    offset: place.offset + start - place.range.lowerBound,
                    range: start..<end,
                    isTerminated: true
                ),
                isJoined: next != nil
            )
            start = next ?? place.range.upperBound
        } while start < place.range.upperBound
        parts = found.reversed()
    }

    private mutating func steps(_ place: SegmentCursor.Place, isJoined: Bool) -> [Step] {
        if let line = goodLine(place) {
            isInDamage = false
            guard isJoined else { return [.line(line)] }
            return [
                .damage(
                    Damage(problem: .unterminated, offset: place.end - 1, spared: line.sequence)
                ),
                .line(line),
            ]
        }
        guard !isInDamage || isStart(place) else { return [] }
        isInDamage = true
        return [.damage(Damage(problem: problem(of: place), offset: place.offset))]
    }

    private func nextStart(in range: Range<Int>) -> Int? {
        LineCheck.nextStart(in: cursor.text.span.extracting(range), behind: 0)
            .map { range.lowerBound + $0 }
    }

    private func isStart(_ place: SegmentCursor.Place) -> Bool {
        LineCheck.isStart(cursor.text.span.extracting(place.range))
    }

    private func problem(of place: SegmentCursor.Place) -> LogProblem {
        let bytes = cursor.text.span.extracting(place.range)
        return LineCheck.problem(in: bytes) ?? Self.formProblem(in: bytes)
    }

    private static func formProblem(in bytes: Span<UInt8>) -> LogProblem {
        do throws(LineError) {
            _ = try EventLine(parsing: bytes)
            return .malformed("it does not begin with a sequence")
        } catch {
            return .malformed("\(error)")
        }
    }

    /// A line that is as it was written, also in another form than the canonical one.
    private func goodLine(_ place: SegmentCursor.Place) -> GoodLine? {
        let bytes = cursor.text.span.extracting(place.range)
        guard LineCheck.problem(in: bytes) == nil,
            let sequence = LineCheck.sequence(of: bytes)
        else { return nil }
        return GoodLine(place, LineView(canonical: bytes), sequence: sequence)
    }
}

/// A line whose checksum is right, and where it stands.
struct GoodLine: Sendable {
    let place: SegmentCursor.Place
    /// Nil if the line is not in canonical form.
    let view: LineView?
    let sequence: UInt64

    init(_ place: SegmentCursor.Place, _ view: LineView) {
        self.place = place
        self.view = view
        sequence = view.sequence
    }

    init(_ place: SegmentCursor.Place, _ view: LineView?, sequence: UInt64) {
        self.place = place
        self.view = view
        self.sequence = sequence
    }

    /// The line with the numbers and the places of its parts, and its bytes; those of the
    /// canonical form where it is in another.
    ///
    /// Throws if it is no event at all.
    func shown<Result>(
        in text: [UInt8],
        _ body: (LineView, Span<UInt8>) throws(LogError) -> Result
    ) throws(LogError) -> Result? {
        if let view { return try body(view, text.span.extracting(place.range)) }
        guard let event = try? EventLine(parsing: text.span.extracting(place.range)) else {
            return nil
        }
        let bytes = event.canonicalBytes
        let line = bytes.span.extracting(0..<bytes.count - 1)
        guard let view = LineView(canonical: line) else { return nil }
        return try body(view, line)
    }
}
