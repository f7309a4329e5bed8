internal import Synchronization

/// The index that a reader opened last, for as long as the log has the same segments, each as it
/// was: what is complete never changes, and the newest one is searched anew each time.
final class KeptIndex: Sendable {
    private struct Opened {
        let names: [SegmentName]
        let index: LogIndex
    }

    private let kept = Mutex<Opened?>(nil)

    /// The index as the writer has left it. Costs a directory listing, and some small reads where
    /// there is another segment than before.
    func index(of directory: LogDirectory) throws(LogError) -> LogIndex {
        let names = try orLogError(try directory.segments())
        if let opened = kept.withLock({ $0 }), opened.names == names { return opened.index }
        let index = try LogIndex.open(directory, of: names, before: nil, mayWrite: false)
        // One that is still to be indexed need not be searched for long.
        if index.indexed.count + 1 >= names.count {
            kept.withLock { $0 = Opened(names: names, index: index) }
        }
        return index
    }
}
