/// Takes groups from numbered lines to visible ones: journal first, then text.
struct CommitWriter: Sendable {
    /// What became of a group.
    enum Outcome {
        /// It is durable, and its lines stand in this segment from this offset on.
        case visible(segment: UInt64, offset: Int)
        /// Nothing of it was written. Later groups may succeed.
        case refused(DeviceError)
        /// Nothing is known about it, and nothing more may be written.
        case stopped(DeviceError)
    }

    private var store: any CommitStore
    private var text: SegmentWriter
    /// Durable lines that could not be written to the text yet.
    private var backlog: [UInt8] = []

    init(store: any CommitStore, text: SegmentWriter) {
        self.store = store
        self.text = text
    }

    /// Writes a group.
    mutating func commit(_ group: CommitGroup) -> Outcome {
        do throws(DeviceError) {
            try writeBacklog()
            let place = try text.prepare(for: group)
            let text = self.text
            try store.makeDurable(group) { () throws(DeviceError) in try text.synchronize() }
            backlog = group.bytes
            // Durable, so a failure from here on is not the commit's: its lines become visible
            // before the next group is taken, or at the next start.
            try? writeBacklog()
            return .visible(segment: place.segment, offset: place.offset)
        } catch {
            return error.isFinal ? .stopped(error) : .refused(error)
        }
    }

    /// Whether every durable line is in the text.
    var isCaughtUp: Bool { backlog.isEmpty }

    /// Writes what is durable and not yet in the text.
    mutating func writeBacklog() throws(DeviceError) {
        guard !backlog.isEmpty else { return }
        try text.append(backlog)
        backlog = []
    }

    /// Makes the text durable and gives back all files, also after an error.
    mutating func close(isStopped: Bool) throws(DeviceError) {
        defer {
            text.close()
            store.close()
        }
        // After a failed synchronisation another one would claim what is not true.
        guard !isStopped else { return }
        try writeBacklog()
        try text.synchronize()
    }
}
