internal import EventLine

/// What lies in the index directory when a log is opened.
struct IndexFiles {
    private let directory: LogDirectory
    private let segments: [SegmentName]
    private var names: [String]

    init(_ directory: LogDirectory, _ segments: [SegmentName]) throws(LogError) {
        self.directory = directory
        self.segments = segments
        do {
            names = try directory.device.names(in: directory.index)
        } catch {
            // A reader may come before the first writer that keeps an index.
            guard error.isNotFound else { throw .device(error) }
            names = []
        }
    }

    /// Removes half-written files, those of segments that are not there, and those whose frames
    /// stand behind the packed text by now.
    mutating func removeStale() throws(LogError) {
        let firsts = Set(segments.map(\.first))
        for name in names {
            let isOurs =
                RunSpan(name).map { firsts.contains($0.first) && firsts.contains($0.last) }
                ?? segment(named: name).map { !isSealedWithFrames($0) } ?? false
            if !isOurs { try remove(name) }
        }
    }

    /// Opens the runs that cover segments that are there, the largest first. A run within another
    /// was merged into it.
    mutating func openRuns() throws(LogError) -> [IndexRun] {
        var runs: [IndexRun] = []
        let spans = names.compactMap { RunSpan($0) }
            .sorted { ($0.first, $1.last) < ($1.first, $0.last) }
        for span in spans {
            if runs.last.map({ $0.span.last >= span.first }) ?? false { continue }
            do throws(FrameFile.Failure) {
                let frames = try FrameFile(at: directory.path(of: span), on: directory.device)
                let run = try IndexRun(span, frames)
                let firsts = segments.map(\.first).filter { span.covers($0) }
                if run.summaries.map(\.first) == firsts { runs.append(run) }
            } catch .log(.device(let error)) where error.isNotFound {
                // The writer has merged it since.
                continue
            } catch .log(let error) {
                throw error
            } catch {
                continue
            }
        }
        return runs
    }

    /// What is known of a segment without reading its text.
    func segment(
        _ name: SegmentName,
        before next: UInt64?,
        in runs: [IndexRun]
    ) throws(LogError) -> LogIndex.Segment {
        if let summary = runs.first(where: { $0.span.covers(name.first) })?
            .summaries.first(where: { $0.first == name.first })
        {
            return LogIndex.Segment(first: name.first, last: summary.last, summary: summary)
        }
        do throws(FrameFile.Failure) {
            let frames = try directory.openFrames(of: name.first)
            let summary = try frames.summary()
            guard summary.first == name.first, next.map({ $0 == summary.last + 1 }) ?? true,
                name.isSealed ? true : try byteCount(of: name) == summary.plainBytes
            else { throw FrameFile.Failure.unsound("it is that of another text") }
            return LogIndex.Segment(
                first: name.first,
                last: summary.last,
                summary: summary,
                filter: StreamFilter(bytes: try frames.rest(of: .filter))
            )
        } catch .log(let error) {
            throw error
        } catch {
            return LogIndex.Segment(first: name.first, last: next.map { $0 - 1 } ?? .max)
        }
    }

    /// Removes the runs that are not among these: they were merged, or cannot be read.
    func removeRuns(except runs: [IndexRun]) throws(LogError) {
        let kept = Set(runs.map(\.span))
        for name in names {
            guard let span = RunSpan(name), !kept.contains(span) else { continue }
            try orLogError(try directory.device.remove(directory.path(of: span)))
        }
    }

    private func byteCount(of name: SegmentName) throws(FrameFile.Failure) -> Int {
        do {
            return try directory.byteCount(ofFileAt: directory.path(of: name))
        } catch {
            // It was sealed a moment ago, and then its frames are behind its text.
            throw error.isNotFound ? .unsound("it was sealed") : .log(.device(error))
        }
    }

    private func segment(named name: String) -> SegmentName? {
        guard name.hasSuffix(LogDirectory.indexSuffix),
            let named = SegmentName("\(name.dropLast(LogDirectory.indexSuffix.count)).jsonl")
        else { return nil }
        return segments.first { $0.first == named.first }
    }

    private func isSealedWithFrames(_ name: SegmentName) -> Bool {
        guard name.isSealed,
            let frames = try? FrameFile(at: directory.path(of: name), on: directory.device),
            (try? frames.summary()) != nil
        else { return false }
        return true
    }

    private mutating func remove(_ name: String) throws(LogError) {
        try orLogError(try directory.device.remove("\(directory.index)/\(name)"))
        names.removeAll { $0 == name }
    }
}
