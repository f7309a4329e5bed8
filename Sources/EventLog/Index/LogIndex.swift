internal import EventLine
internal import Synchronization

/// Where the events of every complete segment stand: by sequence, stream, id and time, without
/// reading the text in between.
///
/// The files underneath never change and are derived from the text. A segment whose index is
/// missing or damaged is searched instead, and a writer makes its index again. Every line that is
/// given out was checked. May be used by several threads.
final class LogIndex: Sendable {
    /// One segment that is complete.
    struct Segment: Sendable {
        let first: UInt64
        /// The sequence of its last line.
        let last: UInt64
        /// Nil if it has no index: then its text has to be searched.
        var summary: SegmentSummary?
        /// Kept while no run tells which streams the segment has.
        var filter: StreamFilter?
    }

    struct State: Sendable {
        /// In order, without gaps.
        var segments: [Segment] = []
        /// In order. Each covers some neighbouring segments.
        var runs: [IndexRun] = []

        /// Which of the segments is named after this sequence; nil if none is.
        func place(of first: UInt64) -> Int? {
            var (start, end) = (0, segments.count)
            while start < end {
                let middle = (start + end) / 2
                if segments[middle].first < first { start = middle + 1 } else { end = middle }
            }
            return start < segments.count && segments[start].first == first ? start : nil
        }
    }

    let directory: LogDirectory
    let mayWrite: Bool
    /// Segments without an index whose text is kept in mind instead, in order: for readers, the
    /// newest one, and the one before it until the writer has indexed it.
    let readTexts: [ReadText]
    let state: Mutex<State>
    /// Held while segments are merged.
    let merging = Mutex(())
    /// Held while an index is made again: several lookups may find it damaged at once.
    private let rebuilding = Mutex(())
    private let recent = Mutex(RecentTexts())
    /// Of segments that were asked for some types of events: which types they have.
    let types = Mutex<[UInt64: [UInt64]]>([:])

    private init(
        _ directory: LogDirectory,
        _ state: State,
        readTexts: [ReadText],
        mayWrite: Bool
    ) {
        self.directory = directory
        self.state = Mutex(state)
        self.readTexts = readTexts
        self.mayWrite = mayWrite
    }

    /// Opens the index of these segments, which must be in order and complete. `next` is the
    /// sequence behind them; nil if the last of them may still grow, which only readers may say.
    ///
    /// A writer makes what is missing, durably, and removes what is stale: 0.2 s for each segment
    /// without an index. Others leave such segments to be searched, but for the last two, which
    /// they keep in mind; those of `previous` stay. Throws ``LogError/damaged(_:)`` where a segment
    /// does not begin behind the end of the one before, or, for a writer, where a line that has to
    /// be read is damaged.
    static func open(
        _ directory: LogDirectory,
        of names: [SegmentName],
        before next: UInt64?,
        mayWrite: Bool,
        keeping previous: [ReadText] = []
    ) throws(LogError) -> LogIndex {
        if mayWrite {
            try orLogError(try directory.device.createDirectory(directory.index))
        }
        var files = try IndexFiles(directory, names)
        if mayWrite { try files.removeStale() }
        var state = State()
        state.runs = try files.openRuns()
        if mayWrite { try files.removeRuns(except: state.runs) }
        for (place, name) in names.enumerated() {
            let next = place + 1 < names.count ? names[place + 1].first : next
            state.segments.append(try files.segment(name, before: next, in: state.runs))
        }
        try checkDense(state.segments)
        let unindexed = names.suffix(mayWrite ? 0 : 2).filter { name in
            !name.isSealed
                && state.segments.contains { $0.first == name.first && $0.summary == nil }
        }
        let texts = unindexed.map { name in
            previous.first { $0.first == name.first } ?? ReadText(directory, name.first)
        }
        let index = LogIndex(directory, state, readTexts: texts, mayWrite: mayWrite)
        if mayWrite {
            for name in names where index.segment(of: name.first)?.summary == nil {
                try index.rebuild(name.first)
            }
        }
        return index
    }

    /// What is indexed, in order, without gaps.
    var indexed: [SegmentSummary] { state.withLock { $0.segments.compactMap(\.summary) } }

    /// The sequence of the last line of the last segment here; nil if there is none.
    var lastSequence: UInt64? { state.withLock { $0.segments.last?.last } }

    /// Takes in a segment that is complete now: reads it, writes its index durably.
    ///
    /// Throws ``LogError/damaged(_:)``, and leaves everything as it was, if it does not follow
    /// the last one or is not as it was written.
    func add(_ name: SegmentName) throws(LogError) {
        let contents = try SegmentContents(scanning: try directory.open(name))
        let made = try place(contents, of: name.first)
        var segments = state.withLock { $0.segments }
        segments.append(made)
        try Self.checkDense(segments.suffix(2))
        state.withLock { $0.segments.append(made) }
    }

    /// The text of a segment may stand in another file now, which old readers do not keep alive.
    func textMoved(_ first: UInt64) { recent.withLock { $0.forget(first) } }

    func segment(of sequence: UInt64) -> Segment? {
        state.withLock { $0.segments.last { $0.first <= sequence && sequence <= $0.last } }
    }

    /// The text of a segment with its index. What was used lately is kept open.
    func text(of first: UInt64) throws(FrameFile.Failure) -> IndexedText {
        if let known = recent.withLock({ $0.text(of: first) }) { return known }
        let segment: OpenSegment
        do {
            segment = try directory.open(SegmentName(first: first))
        } catch {
            throw .log(error)
        }
        let text = try IndexedText(text: segment, frames: try directory.openFrames(of: first))
        recent.withLock { $0.keep(text) }
        return text
    }

    /// Does something with the text and index of a segment; nil if there is no index.
    ///
    /// An index that proves damaged is made again by a writer, and given up by others.
    func withText<Result>(
        of segment: Segment,
        _ body: (IndexedText) throws(FrameFile.Failure) -> Result
    ) throws(LogError) -> Result? {
        guard segment.summary != nil else { return nil }
        for attempt in 0..<2 {
            do {
                return try body(try text(of: segment.first))
            } catch .log(let error) {
                throw error
            } catch {
                textMoved(segment.first)
                guard mayWrite, attempt == 0 else { break }
                try rebuild(segment.first)
            }
        }
        giveUp(segment.first)
        return nil
    }

    /// Forgets a run whose file proved damaged; its segments are then asked one by one.
    func giveUp(_ run: IndexRun) {
        state.withLock { state in state.runs.removeAll { $0.span == run.span } }
        if mayWrite { try? directory.device.remove(directory.path(of: run.span)) }
    }

    private func giveUp(_ first: UInt64) {
        state.withLock { state in
            guard let place = state.segments.firstIndex(where: { $0.first == first }) else {
                return
            }
            state.segments[place].summary = nil
            state.segments[place].filter = nil
        }
    }

    /// Makes the index of a segment anew from its text.
    private func rebuild(_ first: UInt64) throws(LogError) {
        let made = try rebuilding.withLock { _ throws(LogError) in
            let segment = try directory.open(SegmentName(first: first))
            return try place(try SegmentContents(scanning: segment), of: first)
        }
        textMoved(first)
        try state.withLock { state throws(LogError) in
            guard let place = state.segments.firstIndex(where: { $0.first == first }) else {
                return
            }
            if state.segments.indices.contains(place + 1) {
                try Self.checkDense([made, state.segments[place + 1]])
            }
            state.segments[place] = made
        }
    }

    private func place(
        _ contents: SegmentContents,
        of first: UInt64
    ) throws(LogError) -> Segment {
        let frames = SegmentFrames.encoded(contents)
        try directory.placeFrames(frames, of: first)
        do {
            let file = try FrameFile(frames)
            let summary = try file.summary()
            return Segment(
                first: first,
                last: summary.last,
                summary: summary,
                filter: StreamFilter(bytes: try file.rest(of: .filter))
            )
        } catch .log(let error) {
            throw error
        } catch {
            preconditionFailure("Frames that were just encoded can be read: \(error).")
        }
    }

    private static func checkDense(_ segments: some Sequence<Segment>) throws(LogError) {
        var before: Segment?
        for segment in segments {
            if let before, before.last &+ 1 != segment.first {
                throw gap(behind: before, found: segment.first)
            }
            before = segment
        }
    }

    private static func gap(behind segment: Segment, found: UInt64) -> LogError {
        .damaged([
            LogFinding(
                segment: SegmentName(first: segment.first).fileName,
                offset: segment.summary?.plainBytes ?? 0,
                sequence: segment.last &+ 1,
                problem: .gap(found: found)
            )
        ])
    }
}

/// Texts that were used lately, so that they need not be opened again.
struct RecentTexts: Sendable {
    private var texts: [IndexedText] = []
    private static let countMax = 48

    mutating func text(of first: UInt64) -> IndexedText? {
        guard let place = texts.lastIndex(where: { $0.summary.first == first }) else { return nil }
        let text = texts.remove(at: place)
        texts.append(text)
        return text
    }

    mutating func keep(_ text: IndexedText) {
        forget(text.summary.first)
        if texts.count >= Self.countMax { texts.removeFirst() }
        texts.append(text)
    }

    mutating func forget(_ first: UInt64) { texts.removeAll { $0.summary.first == first } }
}
