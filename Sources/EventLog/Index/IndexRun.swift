internal import EventLine

/// Which neighbouring segments a run covers: those from one first sequence to another.
struct RunSpan: Hashable, Sendable {
    /// The first sequence of its first segment.
    let first: UInt64
    /// The first sequence of its last segment.
    let last: UInt64

    init(first: UInt64, last: UInt64) {
        self.first = first
        self.last = last
    }

    /// Reads a file name; nil if it is not that of a run.
    init?(_ fileName: String) {
        let text = Array(fileName.utf8)
        guard text.count == 45, text[20] == UInt8(ascii: "-"),
            fileName.hasSuffix(LogDirectory.runSuffix),
            let first = SegmentName("\(fileName.prefix(20)).jsonl"),
            let last = SegmentName("\(fileName.dropFirst(21).prefix(20)).jsonl"),
            first < last
        else { return nil }
        self.init(first: first.first, last: last.first)
    }

    var fileName: String { "\(twentyDigits(first))-\(twentyDigits(last))\(LogDirectory.runSuffix)" }

    func covers(_ sequence: UInt64) -> Bool { first <= sequence && sequence <= last }
}

extension LogDirectory {
    func path(of run: RunSpan) -> String { "\(index)/\(run.fileName)" }
}

/// Which segments of a run each stream has events in. Disposable: made from the indexes of the
/// segments, or from smaller runs.
final class IndexRun: Sendable {
    let span: RunSpan
    /// Of its segments, in order.
    let summaries: [SegmentSummary]
    let frames: FrameFile

    init(_ span: RunSpan, _ frames: FrameFile) throws(FrameFile.Failure) {
        let rest = try frames.rest(of: .run)
        guard rest.count % SegmentSummary.byteCount == 0 else {
            throw .unsound("its segments say what cannot be")
        }
        var summaries: [SegmentSummary] = []
        for place in stride(from: 0, to: rest.count, by: SegmentSummary.byteCount) {
            guard let summary = SegmentSummary(rest, at: place),
                summaries.last.map({ $0.last + 1 == summary.first }) ?? true
            else { throw .unsound("its segments say what cannot be") }
            summaries.append(summary)
        }
        guard summaries.first?.first == span.first, summaries.last?.first == span.last else {
            throw .unsound("its segments are not those of its name")
        }
        self.span = span
        self.summaries = summaries
        self.frames = frames
    }

    /// How often eight runs were merged into one to give this one.
    var level: Int {
        var level = 0
        while summaries.count >= 8 << (3 * level) { level += 1 }
        return level
    }

    /// The segments that may have events of a stream, by their place in the run, ascending.
    func segments(with key: StreamKey) throws(FrameFile.Failure) -> [Int] {
        let places = try frames.places(of: key)
        guard (places.last ?? 0) < UInt64(summaries.count) else {
            throw .unsound("it names a segment that it does not cover")
        }
        return places.map { Int($0) }
    }
}
