internal import EventLine

/// The state of the log that appends are checked against: everything durable and everything
/// submitted. Does no I/O; every function is one short step under the log's lock.
struct Tail: Sendable {
    /// How much is written at once, and where.
    struct Limits: Sendable {
        /// A segment that has reached this size is followed by a new one.
        let segmentBytes: Int
        /// What is waiting is written together up to this size.
        let groupBytes: Int
        /// No append may have more.
        let appendBytes: Int
    }

    /// Events that are to be appended, and what was done with them outside of the lock.
    struct Submission: Sendable {
        let events: [NewEvent]
        let lines: PreparedLines
        let expecting: [StreamName: ExpectedVersion]
        /// What the index said, where it had to be asked.
        var findings: IndexFindings?
    }

    /// What to do about a submission.
    enum Admission {
        /// It waits to be written.
        case queued(PendingAppend)
        /// It was submitted before, and is not yet durable.
        case repeated(PendingAppend)
        /// It is in the log already, from this sequence on, if the lines there agree.
        case recorded(first: UInt64)
        /// It can be checked when the index has answered.
        case lacking(IndexQuestion)
    }

    enum Phase: Sendable {
        case open
        case stopped(DeviceError)
        case closed
    }

    let limits: Limits
    private(set) var phase = Phase.open
    /// The sequence of the last event that is durable or submitted.
    var lastSequence: UInt64
    /// The segment that the next event goes to, unless it is full.
    var newest: TailSegment
    /// Complete segments that are not in the index on the disk yet, in order.
    var older: [TailSegment] = []
    /// The segment that left memory last; its streams are likely to come again.
    private(set) var retired: TailSegment?
    /// Versions that the index has told.
    var known = KnownVersions()
    /// How often segments left memory.
    private(set) var epoch = 0
    /// No id in the index is greater; nil where the index is empty.
    private(set) var greatestIndexedID: UniqueID?

    /// The commits that the next ones are written together with.
    var filling = CommitBatch()
    /// What waits before that.
    var full: [CommitBatch] = []
    private var writing = CommitBatch()
    private var spareBuffer: [UInt8] = []

    /// - Parameters:
    ///   - newest: what is not in the index; its end is the end of the log.
    ///   - greatestIndexedID: nil where the index is empty.
    init(newest: TailSegment, greatestIndexedID: UniqueID?, limits: Limits) {
        self.newest = newest
        lastSequence = newest.end - 1
        self.greatestIndexedID = greatestIndexedID
        self.limits = limits
    }

    /// Checks events, numbers them and puts them in the queue.
    mutating func admit(_ submission: Submission) throws(AppendError) -> Admission {
        switch phase {
        case .open: break
        case .stopped(let error): throw .stopped(error)
        case .closed: throw .closed
        }
        if greatestIndexedID != nil {
            learn(submission.findings)
            let question = question(submission)
            guard question.isEmpty else { return .lacking(question) }
        }
        if let repetition = try repetition(of: submission) { return repetition }
        try check(submission.expecting)
        return .queued(try enqueue(submission))
    }

    /// The version of a stream; nil if only the index can tell.
    func version(of stream: StreamName) -> Int? {
        if let version = newest.version(of: stream) { return version }
        for segment in older.reversed() {
            if let version = segment.version(of: stream) { return version }
        }
        if greatestIndexedID == nil { return 0 }
        return retired?.version(of: stream) ?? known[stream]
    }

    /// The sequence of an event that is in memory.
    func sequence(of id: UniqueID) -> UInt64? {
        if let sequence = newest.sequence(of: id) { return sequence }
        for segment in older.reversed() {
            if let sequence = segment.sequence(of: id) { return sequence }
        }
        return nil
    }

    /// The commits that are written next; nil if none wait.
    mutating func nextBatch() -> CommitBatch? {
        var batch = CommitBatch()
        if full.isEmpty { swap(&batch, &filling) } else { batch = full.removeFirst() }
        guard !batch.isEmpty else { return nil }
        writing = batch
        // The writer's copy is the only one with the lines: it may write a header to them.
        writing.group.bytes = []
        return batch
    }

    /// The batch is durable, and its buffer is free.
    mutating func settle(reusing buffer: consuming [UInt8]) {
        writing = CommitBatch()
        if spareBuffer.capacity < buffer.capacity { spareBuffer = buffer }
    }

    /// The batch was not written: takes it and everything submitted since out of the log again,
    /// and answers with all that is undone.
    mutating func undo(stopping error: DeviceError?) -> [PendingAppend] {
        let undone = ([writing] + full + [filling]).flatMap(\.commits)
        for commit in undone.reversed() { takeBack(commit.provisional.idsAndStreams) }
        writing = CommitBatch()
        full = []
        filling = CommitBatch()
        if let error { phase = .stopped(error) }
        return undone
    }

    /// The index has everything through a sequence now: memory need not keep it. Answers with what
    /// is given up, so that its memory is freed outside of the lock.
    mutating func drop(through sequence: UInt64) -> [TailSegment] {
        var dropped: [TailSegment] = []
        while let oldest = older.first, oldest.end - 1 <= sequence {
            if let id = oldest.greatestID {
                greatestIndexedID = max(greatestIndexedID ?? id, id)
            }
            if let before = retired { dropped.append(before) }
            retired = oldest
            older.removeFirst()
            epoch += 1
            // What stands there may be older than the segment that leaves.
            known = KnownVersions()
        }
        return dropped
    }

    /// Takes no more events; answers whether the log was closed before, or had stopped.
    mutating func close() -> (wasClosed: Bool, wasStopped: Bool) {
        defer { phase = .closed }
        switch phase {
        case .open: return (false, false)
        case .stopped: return (false, true)
        case .closed: return (true, false)
        }
    }

    /// A buffer for lines.
    mutating func takeBuffer() -> [UInt8] {
        var buffer: [UInt8] = []
        swap(&buffer, &spareBuffer)
        return buffer
    }

    /// The commit with a sequence, if it is not durable yet.
    func pending(_ sequence: UInt64) -> PendingAppend? {
        if let commit = writing.commit(with: sequence) { return commit }
        for batch in full {
            if let commit = batch.commit(with: sequence) { return commit }
        }
        return filling.commit(with: sequence)
    }
}
