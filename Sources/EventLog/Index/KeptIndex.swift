internal import Synchronization

/// The index that a reader opened last, for as long as the log has the same segments.
///
/// That it has is found out without listing them. What is complete never changes, and the writer
/// begins a new segment only behind the last line of the newest one, after whose sequence it names
/// it: as long as no file stands under the one name that follows from the newest segment as it is
/// now, there is none that is newer. So every answer is as new as the question, and a question
/// costs some microseconds more, however long the log is.
final class KeptIndex: Sendable {
    private struct Opened {
        let names: [SegmentName]
        let index: LogIndex
    }

    private let kept = Mutex<Opened?>(nil)

    /// The index as the writer has left it. Costs a directory listing and some small reads where
    /// there is another segment than before.
    func index(of directory: LogDirectory) throws(LogError) -> LogIndex {
        try kept.withLock { kept throws(LogError) in
            if let opened = kept, try Self.isCurrent(opened, directory) { return opened.index }
            let names = try orLogError(try directory.segments())
            let index = try LogIndex.open(
                directory,
                of: names,
                before: nil,
                mayWrite: false,
                keeping: kept?.index.readTexts ?? []
            )
            // One that is still to be indexed need not be searched for long.
            let isKept = index.indexed.count + index.readTexts.count >= names.count
            kept = isKept ? Opened(names: names, index: index) : nil
            return index
        }
    }

    /// The index, if one is open; nil also where it cannot be brought up to date.
    func openIndex(of directory: LogDirectory) -> LogIndex? {
        guard kept.withLock({ $0 != nil }) else { return nil }
        return try? index(of: directory)
    }

    /// Whether the log has the same segments, and none of those that are kept in mind has an index
    /// by now.
    private static func isCurrent(
        _ opened: Opened,
        _ directory: LogDirectory
    ) throws(LogError) -> Bool {
        guard let newest = opened.names.last else {
            return try orLogError(try directory.segments()).isEmpty
        }
        guard let end = try? opened.index.end() else {
            // Where the newest segment is damaged nothing follows from its end.
            return try orLogError(try directory.segments()) == opened.names
        }
        // One without lines has no successor.
        if end > newest.first, try orLogError(try directory.hasSegment(end)) { return false }
        return opened.index.readTexts.allSatisfy { text in
            text.first == newest.first || (try? directory.openFrames(of: text.first)) == nil
        }
    }
}
