/// Takes batches from numbered lines to visible ones: journal first, then text.
struct CommitWriter: Sendable {
    /// What became of a batch.
    enum Outcome {
        /// It is durable. `isCaughtUp` says whether its lines can be read already.
        case durable(isCaughtUp: Bool)
        /// Nothing of it was written. Later batches may succeed.
        case refused(DeviceError)
        /// Nothing is known about it, and nothing more may be written.
        case stopped(DeviceError)
    }

    private var store: any CommitStore
    private var text: SegmentWriter
    /// Durable lines that could not be written to the text yet.
    private var backlog: ArraySlice<UInt8> = []

    init(store: any CommitStore, text: SegmentWriter) {
        self.store = store
        self.text = text
    }

    /// Writes a batch.
    mutating func commit(_ batch: inout CommitBatch) -> Outcome {
        do throws(DeviceError) {
            try writeBacklog()
            try text.prepare(for: batch)
            let text = self.text
            try store.makeDurable(&batch.group) { () throws(DeviceError) in
                try text.synchronize()
            }
        } catch {
            return error.isFinal ? .stopped(error) : .refused(error)
        }
        do throws(DeviceError) {
            try text.append(batch.group.lines)
        } catch {
            // Durable, so the failure is not the commit's: its lines become visible before the
            // next batch is taken, or at the next start.
            backlog = batch.group.lines
        }
        return .durable(isCaughtUp: backlog.isEmpty)
    }

    /// The segment that is written to, by its first sequence; all before it are complete.
    var segment: UInt64? { text.segment }

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

    private mutating func writeBacklog() throws(DeviceError) {
        guard !backlog.isEmpty else { return }
        try text.append(backlog)
        backlog = []
    }
}
