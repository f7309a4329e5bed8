internal import EventLine

/// The state of the log that appends are checked against: everything durable and everything
/// submitted. Does no I/O; every function is one short step under the log's lock.
struct Tail: Sendable {
    /// Events that were submitted together.
    struct Commit: Sendable {
        let bytes: [UInt8]
        /// The length of each line, with its line feed.
        let lengths: [Int]
        let pending: PendingAppend
    }

    /// What to do about a submission.
    enum Admission {
        /// It is in the queue. If nobody is writing, somebody must begin to.
        case queued(PendingAppend, mustStartWriting: Bool)
        /// It was submitted before, and is not yet durable.
        case repeated(PendingAppend)
        /// It is in the log already, from this sequence on, if the lines there agree.
        case recorded(first: UInt64)
    }

    /// Commits that are written together.
    struct Batch: Sendable {
        let commits: [Commit]
        let group: CommitGroup
    }

    enum Phase: Sendable {
        case open
        case stopped(DeviceError)
        case closed
    }

    private(set) var phase = Phase.open
    private(set) var index: StreamIndex
    private(set) var places: LinePlaces
    private var waiting: [Commit] = []
    private var writing: [Commit] = []
    private var isWriting = false
    private let appendBytesMax: Int

    init(index: StreamIndex, places: LinePlaces, appendBytesMax: Int) {
        self.index = index
        self.places = places
        self.appendBytesMax = appendBytesMax
    }

    /// Checks events, numbers them and puts them in the queue.
    mutating func admit(
        _ events: [NewEvent],
        expecting: [StreamName: ExpectedVersion]
    ) throws(AppendError) -> Admission {
        switch phase {
        case .open: break
        case .stopped(let error): throw .stopped(error)
        case .closed: throw .closed
        }
        if let repetition = try repetition(of: events) { return repetition }
        for (stream, expected) in expecting.sorted(by: { $0.key < $1.key }) {
            let found = index.version(of: stream)
            guard expected.isMet(by: found) else {
                throw .conflict(stream: stream, expected: expected, found: found)
            }
        }
        let commit = try Commit(numbered(events), byteCountMax: appendBytesMax)
        for line in commit.pending.provisional.events { index.append(line.envelope) }
        waiting.append(commit)
        let mustStartWriting = !isWriting
        isWriting = true
        return .queued(commit.pending, mustStartWriting: mustStartWriting)
    }

    /// The commits that are written next; nil, and writing is over, if none wait.
    mutating func nextBatch(byteCountMax: Int) -> Batch? {
        guard let head = waiting.first else {
            isWriting = false
            return nil
        }
        var count = 1
        var bytes = head.bytes
        let byteCountMax = min(byteCountMax, appendBytesMax)
        while count < waiting.count, bytes.count + waiting[count].bytes.count <= byteCountMax {
            bytes += waiting[count].bytes
            count += 1
        }
        writing = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        let lineCount = writing.reduce(0) { $0 + $1.lengths.count }
        let first = head.pending.provisional.first
        return Batch(
            commits: writing,
            group: CommitGroup(first: first, count: lineCount, bytes: bytes)
        )
    }

    /// The batch is durable and stands in a segment from an offset on.
    mutating func settle(_ batch: Batch, segment: UInt64, offset: Int) {
        var start = offset
        for length in batch.commits.lazy.flatMap(\.lengths) {
            places.append(segment: segment, start: start, end: start + length)
            start += length
        }
        writing = []
    }

    /// The batch was not written: takes it and everything submitted since out of the log again,
    /// and answers with all that is undone.
    mutating func undo(stopping error: DeviceError?) -> [Commit] {
        let undone = writing + waiting
        for commit in undone.reversed() {
            for line in commit.pending.provisional.events.reversed() {
                index.removeLast(line.envelope)
            }
        }
        writing = []
        waiting = []
        if let error { phase = .stopped(error) }
        return undone
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

    private func repetition(of events: [NewEvent]) throws(AppendError) -> Admission? {
        let known = events.compactMap { event in
            index.sequence(of: event.id).map { (event.id, $0) }
        }
        guard let (id, first) = known.first else {
            guard Set(events.map(\.id)).count == events.count else {
                throw .invalidEvent(id: events[0].id, why: "two events have the same id")
            }
            return nil
        }
        let isWhole =
            known.count == events.count
            && known.enumerated().allSatisfy { $1.1 == first + UInt64($0) }
        guard isWhole else { throw .idIsTaken(id: id, sequence: first) }
        let pending = (writing + waiting).first { commit in
            commit.pending.provisional.last >= first && commit.pending.provisional.first <= first
        }?.pending
        guard let pending else { return .recorded(first: first) }
        guard pending.provisional.isOf(events) else { throw .idIsTaken(id: id, sequence: first) }
        return .repeated(pending)
    }

    private func numbered(_ events: [NewEvent]) -> [EventLine] {
        var added: [StreamName: Int] = [:]
        return events.enumerated().map { place, event in
            let streams = event.streams.map { stream in
                added[stream, default: 0] += 1
                return StreamPosition(
                    stream: stream,
                    version: index.version(of: stream) + added[stream, default: 0]
                )
            }
            return event.line(
                sequence: index.lastSequence + 1 + UInt64(place),
                streams: streams,
                commitIndex: place + 1,
                commitCount: events.count
            )
        }
    }
}

extension Tail.Commit {
    init(_ lines: [EventLine], byteCountMax: Int) throws(AppendError) {
        var bytes: [UInt8] = []
        var lengths: [Int] = []
        for line in lines {
            let canonical = line.canonicalBytes
            guard canonical.count - 1 <= EventLine.byteCountMax else {
                throw .lineTooLong(id: line.envelope.id, byteCount: canonical.count - 1)
            }
            bytes += canonical
            lengths.append(canonical.count)
        }
        guard bytes.count <= byteCountMax else {
            throw .appendTooLong(byteCount: bytes.count, byteCountMax: byteCountMax)
        }
        self.bytes = bytes
        self.lengths = lengths
        let first = lines.first?.envelope.sequence ?? 0
        pending = PendingAppend(provisional: Receipt(events: lines, first: first))
    }
}

extension Receipt {
    /// Whether these events are what it is for, no less and no more.
    func isOf(_ events: [NewEvent]) -> Bool {
        self.events.count == events.count
            && zip(self.events, events).allSatisfy { $1.isSame(as: $0) }
    }
}
