internal import EventLine

/// The text of a complete segment together with its index: any line by its place.
final class IndexedText: Sendable {
    let summary: SegmentSummary
    let frames: FrameFile

    private let text: OpenSegment
    private let lineMap: LineMap

    /// Takes what belongs together; throws if it does not.
    init(text: OpenSegment, frames: FrameFile) throws(FrameFile.Failure) {
        summary = try frames.summary()
        guard let lineMap = LineMap(try frames.rest(of: .lineMap)) else {
            throw .unsound("the map of lines says what cannot be")
        }
        let byteCount: Int
        do { byteCount = try text.byteCount() } catch { throw .log(error) }
        guard summary.first == text.name.first, summary.plainBytes == byteCount else {
            throw .unsound("the index is that of another text")
        }
        self.text = text
        self.frames = frames
        self.lineMap = lineMap
    }

    /// Gives out lines by their ordinals until the visitor answers false. Neighbours are read
    /// together.
    func visit(
        _ ordinals: some Sequence<Int>,
        _ visitor: (IndexedLine) throws(FrameFile.Failure) -> Bool
    ) throws(FrameFile.Failure) {
        var chunk: (range: Range<Int>, bytes: [UInt8]) = (0..<0, [])
        for ordinal in ordinals {
            guard ordinal < summary.lineCount,
                let extent = lineMap.extent(of: ordinal, plainBytes: summary.plainBytes)
            else { throw .unsound("there is no line \(ordinal)") }
            if chunk.range != extent.range {
                do {
                    chunk = (extent.range, try text.bytes(in: extent.range))
                } catch {
                    throw .log(error)
                }
            }
            let line = try line(ordinal, in: chunk.bytes, from: extent)
            guard try visitor(line) else { return }
        }
    }

    /// The line with the last time that is not after a moment; nil if there is none.
    func lastLine(notAfter time: Instant) throws(FrameFile.Failure) -> IndexedLine? {
        guard let steps = TimeMap(try frames.rest(of: .times))?.steps else {
            throw .unsound("the map of times says what cannot be")
        }
        for (number, step) in steps.enumerated().reversed() {
            guard let step, step.lowerBound <= time.microseconds else { continue }
            let first = lineMap.firstOrdinal(from: number * TimeMap.stepBytes) ?? 0
            let end = lineMap.firstOrdinal(from: (number + 1) * TimeMap.stepBytes)
            var last: IndexedLine?
            try visit(first..<min(end ?? .max, summary.lineCount)) { line in
                if line.time <= time { last = line }
                return true
            }
            guard let last else { throw .unsound("the map of times names a wrong step") }
            return last
        }
        return nil
    }

    private func line(
        _ ordinal: Int,
        in bytes: [UInt8],
        from extent: (first: Int, range: Range<Int>)
    ) throws(FrameFile.Failure) -> IndexedLine {
        let span = bytes.span
        var start = 0
        for _ in extent.first..<ordinal {
            guard let end = span.firstIndex(of: 10, from: start) else {
                throw .unsound("the map of lines does not fit the text")
            }
            start = end + 1
        }
        let sequence = summary.first + UInt64(ordinal)
        let offset = extent.range.lowerBound + start
        guard let end = span.firstIndex(of: 10, from: start) else {
            throw .unsound("the map of lines does not fit the text")
        }
        do throws(LineProblem) {
            let line = try IndexedLine(Array(bytes[start..<end]))
            guard line.raw.sequence == sequence else {
                throw LineProblem(.gap(found: line.raw.sequence))
            }
            return line
        } catch {
            throw .log(damage(error.problem, at: offset, sequence))
        }
    }

    private func damage(_ problem: LogProblem, at offset: Int, _ sequence: UInt64) -> LogError {
        .damaged([
            LogFinding(
                segment: text.name.fileName,
                offset: offset,
                sequence: sequence,
                problem: problem
            )
        ])
    }
}

extension LineMap {
    /// The ordinal of the first line that begins at or behind a step; nil behind the last.
    func firstOrdinal(from offset: Int) -> Int? {
        let step = offset / Self.stepBytes
        return entries.indices.contains(step) ? entries[step].ordinal : nil
    }
}

extension IndexedText {
    /// The line with an ordinal.
    func line(_ ordinal: Int) throws(FrameFile.Failure) -> IndexedLine {
        var line: IndexedLine?
        try visit(CollectionOfOne(ordinal)) { found in
            line = found
            return false
        }
        guard let line else { throw .unsound("there is no line \(ordinal)") }
        return line
    }

    /// The sequence of the event with an id; nil if it is not here.
    func sequence(of id: UniqueID) throws(FrameFile.Failure) -> UInt64? {
        let ends = try frames.rest(of: .ids)
        guard ends.count == summary.lineCount * 4 else {
            throw .unsound("it has another number of ids than of lines")
        }
        let end = UInt32(truncatingIfNeeded: id.low)
        for ordinal in 0..<summary.lineCount
        where ends.littleEndian(UInt32.self, at: ordinal * 4) == end {
            let line = try line(ordinal)
            if line.id == id { return line.raw.sequence }
        }
        return nil
    }
}
