internal import Dispatch
internal import EventLine
internal import Synchronization

/// Looks for the events of one stream in some segments.
///
/// A stream's events may lie far apart, each in another segment, and then nearly all the time is
/// spent waiting for the disk: so several segments are read at once, and looked at in order.
struct StreamLookup: Sendable {
    let index: LogIndex
    let stream: StreamName
    let key: StreamKey
    /// Later events are not looked for.
    let last: UInt64

    /// So many segments are read at once.
    static let segmentsMax = 16
    /// What a segment has more of is read only as the visitor asks for it.
    private static let linesMax = 8
    private static let queues = (0..<segmentsMax).map {
        DispatchQueue(label: "daybook.log.lookup.\($0)")
    }

    init(index: LogIndex, stream: StreamName, last: UInt64) {
        self.index = index
        self.stream = stream
        self.last = last
        key = StreamKey(stream)
    }

    /// Gives out the events with their versions, segment by segment and the last first. Answers
    /// false as soon as the visitor does.
    func visit(
        _ segments: some Collection<LogIndex.Segment>,
        _ visitor: (IndexedLine, Int) throws(LogError) -> Bool
    ) throws(LogError) -> Bool {
        let found = segments.count > 1 ? linesAtOnce(in: Array(segments)) : [nil]
        for (segment, lines) in zip(segments, found) {
            guard let lines else {
                guard try visit(segment, visitor) else { return false }
                continue
            }
            for line in lines.reversed() {
                // Another stream may have the same key.
                guard let version = line.version(in: stream) else { continue }
                guard try visitor(line, version) else { return false }
            }
        }
        return true
    }

    private func visit(
        _ segment: LogIndex.Segment,
        _ visitor: (IndexedLine, Int) throws(LogError) -> Bool
    ) throws(LogError) -> Bool {
        let ordinals = try index.withText(of: segment) { text throws(FrameFile.Failure) in
            try places(in: text)
        }
        guard let ordinals else {
            return try index.visitUnindexed(segment, stream, through: last, visitor)
        }
        for ordinal in ordinals.reversed() {
            let line = try index.withText(of: segment) { text throws(FrameFile.Failure) in
                try text.line(ordinal)
            }
            guard let line else {
                // The index has proved useless: nothing may be left out for that.
                let last = min(last, segment.first + UInt64(ordinal))
                return try index.visitUnindexed(segment, stream, through: last, visitor)
            }
            guard let version = line.version(in: stream) else { continue }
            guard try visitor(line, version) else { return false }
        }
        return true
    }

    /// The lines of each segment; nil where one must be asked by itself.
    private func linesAtOnce(in segments: [LogIndex.Segment]) -> [[IndexedLine]?] {
        let found = Mutex([[IndexedLine]?](repeating: nil, count: segments.count))
        let group = DispatchGroup()
        for (place, segment) in segments.enumerated() {
            Self.queues[place % Self.queues.count].async(group: group) {
                let lines = fewLines(in: segment)
                found.withLock { $0[place] = lines }
            }
        }
        group.wait()
        return found.withLock { $0 }
    }

    /// Nil if there are many, or if anything fails: it will fail again for whoever asks in order.
    private func fewLines(in segment: LogIndex.Segment) -> [IndexedLine]? {
        let found = try? index.withText(of: segment) { text throws(FrameFile.Failure) in
            let ordinals = try places(in: text)
            guard ordinals.count <= Self.linesMax else { return [IndexedLine]?.none }
            var lines: [IndexedLine] = []
            try text.visit(ordinals) { line in
                lines.append(line)
                return true
            }
            return lines
        }
        return found ?? nil
    }

    private func places(in text: IndexedText) throws(FrameFile.Failure) -> [Int] {
        try text.frames.places(of: key).lazy.filter { text.summary.first + $0 <= last }
            .map { Int($0) }
    }
}
