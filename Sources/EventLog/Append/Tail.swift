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

    private(set) var phase = Phase.open
    /// The sequence of the last event that is durable or submitted.
    private(set) var lastSequence: UInt64
    /// What is not in the index on the disk, in order.
    private(set) var segments: [TailSegment]

    private let limits: Limits
    private var known = KnownVersions()
    /// The segment that left memory last; its streams are likely to come again.
    private var retired: TailSegment?
    /// How often segments left memory.
    private(set) var epoch = 0
    /// No id in the index is greater; nil where the index is empty.
    private var greatestIndexedID: UniqueID?
    private var waiting: [CommitBatch] = []
    private var writing: CommitBatch?
    private var spareBuffer: [UInt8] = []

    /// - Parameters:
    ///   - segments: what is not in the index, in order.
    ///   - lastSequence: that of the last event of all.
    ///   - greatestIndexedID: nil where the index is empty.
    init(
        segments: [TailSegment],
        lastSequence: UInt64,
        greatestIndexedID: UniqueID?,
        limits: Limits
    ) {
        self.segments = segments
        self.lastSequence = lastSequence
        self.greatestIndexedID = greatestIndexedID
        self.limits = limits
    }

    /// Checks events, numbers them and puts them in the queue.
    mutating func admit(
        _ events: [NewEvent],
        expecting: [StreamName: ExpectedVersion],
        findings: IndexFindings?
    ) throws(AppendError) -> Admission {
        switch phase {
        case .open: break
        case .stopped(let error): throw .stopped(error)
        case .closed: throw .closed
        }
        learn(findings)
        let question = question(events, expecting, findings)
        guard question.isEmpty else { return .lacking(question) }
        if let repetition = try repetition(of: events, findings) { return repetition }
        try check(expecting)
        return .queued(try enqueue(events))
    }

    /// Throws for the first of the conditions, in the order of their streams, that is not met.
    private func check(_ expecting: [StreamName: ExpectedVersion]) throws(AppendError) {
        let isMet = expecting.allSatisfy { $1.isMet(by: version(of: $0) ?? 0) }
        guard !isMet else { return }
        for (stream, expected) in expecting.sorted(by: { $0.key < $1.key }) {
            let found = version(of: stream) ?? 0
            guard expected.isMet(by: found) else {
                throw .conflict(stream: stream, expected: expected, found: found)
            }
        }
    }

    /// The version of a stream; nil if only the index can tell.
    func version(of stream: StreamName) -> Int? {
        for place in segments.indices.reversed() {
            if let version = segments[place].version(of: stream) { return version }
        }
        if greatestIndexedID == nil { return 0 }
        return retired?.version(of: stream) ?? known[stream]
    }

    /// The commits that are written next; nil if none wait.
    mutating func nextBatch() -> CommitBatch? {
        guard !waiting.isEmpty else { return nil }
        let batch = waiting.removeFirst()
        writing = batch
        // The writer's copy is the only one with the lines: it may write a header to them.
        writing?.group.bytes = []
        return batch
    }

    /// The batch is durable, and its buffer is free.
    mutating func settle(reusing buffer: [UInt8]) {
        writing = nil
        if spareBuffer.capacity < buffer.capacity { spareBuffer = buffer }
    }

    /// The batch was not written: takes it and everything submitted since out of the log again,
    /// and answers with all that is undone.
    mutating func undo(stopping error: DeviceError?) -> [PendingAppend] {
        let undone = (writing.map { [$0] } ?? []).flatMap(\.commits) + waiting.flatMap(\.commits)
        for commit in undone.reversed() { takeBack(commit.provisional.idsAndStreams) }
        writing = nil
        waiting = []
        if let error { phase = .stopped(error) }
        return undone
    }

    /// The index has everything through a sequence now: memory need not keep it. Answers with what
    /// is given up, so that its memory is freed outside of the lock.
    mutating func drop(through sequence: UInt64) -> [TailSegment] {
        var dropped: [TailSegment] = []
        while let oldest = segments.first, !oldest.isEmpty, oldest.end - 1 <= sequence {
            if let id = oldest.greatestID {
                greatestIndexedID = max(greatestIndexedID ?? id, id)
            }
            if let before = retired { dropped.append(before) }
            retired = oldest
            segments.removeFirst()
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
}

// MARK: - Looking up

extension Tail {
    private mutating func learn(_ findings: IndexFindings?) {
        guard let findings else { return }
        for (stream, version) in findings.versions {
            // A segment that has left memory since may have newer events than what was found.
            guard learn(version, of: stream, at: findings.epoch) else { return }
        }
    }

    /// What the index has to be asked for before these events can be checked.
    private func question(
        _ events: [NewEvent],
        _ expecting: [StreamName: ExpectedVersion],
        _ findings: IndexFindings?
    ) -> IndexQuestion {
        var question = IndexQuestion(epoch: epoch)
        guard let greatestIndexedID else { return question }
        let findings = findings.flatMap { $0.epoch == epoch ? $0 : nil }
        for event in events {
            for stream in event.streams where version(of: stream) == nil {
                question.streams.insert(stream)
            }
            if event.id <= greatestIndexedID, findings?.sequences[event.id] == nil,
                sequence(of: event.id) == nil
            {
                question.ids.append(event.id)
            }
        }
        for stream in expecting.keys where version(of: stream) == nil {
            question.streams.insert(stream)
        }
        return question
    }

    /// Takes in what the index says of a stream; false, and nothing is taken in, if a segment has
    /// left memory since the index was asked.
    mutating func learn(_ version: Int, of stream: StreamName, at epoch: Int) -> Bool {
        guard epoch == self.epoch else { return false }
        if self.version(of: stream) == nil { known.learn(version, of: stream) }
        return true
    }

    /// The lines of a stream that are in memory, in order; the version of the first of them, or of
    /// the next one if there are none; and where memory begins: all before it is in the index.
    func lines(
        of stream: StreamName
    ) -> (places: [TextPlace], firstVersion: Int, end: UInt64) {
        var places: [TextPlace] = []
        var last = Int.max
        for segment in segments {
            guard let found = segment.lines(of: stream) else { continue }
            places += found.places
            last = found.version
        }
        let end = segments.first?.first ?? lastSequence + 1
        return (places, places.isEmpty ? .max : last - places.count + 1, end)
    }

    /// Where a line that is in memory lies.
    func place(of sequence: UInt64) -> TextPlace? {
        for segment in segments.reversed() where segment.first <= sequence {
            return segment.place(of: sequence)
        }
        return nil
    }

    /// The sequence of an event that is in memory.
    private func sequence(of id: UniqueID) -> UInt64? {
        for place in segments.indices.reversed() {
            if let sequence = segments[place].sequence(of: id) { return sequence }
        }
        return nil
    }

    /// The sequence of an event that is in memory, or was found in the index.
    private func sequence(of id: UniqueID, _ findings: IndexFindings?) -> UInt64? {
        if let sequence = sequence(of: id) { return sequence }
        return findings?.sequences[id] ?? nil
    }

    private func repetition(
        of events: [NewEvent],
        _ findings: IndexFindings?
    ) throws(AppendError) -> Admission? {
        let isNew = events.allSatisfy { sequence(of: $0.id, findings) == nil }
        guard !isNew else {
            guard events.count == 1 || Set(events.map(\.id)).count == events.count else {
                throw .invalidEvent(id: events[0].id, why: "two events have the same id")
            }
            return nil
        }
        let places = events.map { sequence(of: $0.id, findings) }
        guard let place = places.firstIndex(where: { $0 != nil }), let found = places[place] else {
            return nil
        }
        let isWhole = places.enumerated().allSatisfy { $1 == found + UInt64($0) }
        guard place == 0, isWhole else { throw .idIsTaken(id: events[place].id, sequence: found) }
        let pending = ([writing].compactMap(\.self) + waiting).lazy
            .compactMap { $0.commit(with: found) }.first
        guard let pending else { return .recorded(first: found) }
        guard pending.provisional.isOf(events) else {
            throw .idIsTaken(id: events[0].id, sequence: found)
        }
        return .repeated(pending)
    }
}

// MARK: - Numbering

extension Tail {
    private mutating func enqueue(_ events: [NewEvent]) throws(AppendError) -> PendingAppend {
        beginSegmentIfFull()
        openBatch()
        let place = waiting.count - 1
        let start = waiting[place].group.bytes.count
        let first = lastSequence + 1
        var versions: [Int] = []
        var tooLong: AppendError?
        for index in events.indices {
            tooLong = number(events, index, into: place, &versions)
            if tooLong != nil {
                takeBack(events.prefix(index + 1).map { ($0.id, $0.streams) })
                break
            }
        }
        let byteCount = waiting[place].group.bytes.count - start
        if tooLong == nil, byteCount > limits.appendBytes {
            tooLong = .appendTooLong(byteCount: byteCount, byteCountMax: limits.appendBytes)
            takeBack(events.map { ($0.id, $0.streams) })
        }
        if let tooLong {
            waiting[place].group.cut(to: start)
            if waiting[place].commits.isEmpty { waiting.removeLast() }
            throw tooLong
        }
        let pending = PendingAppend(
            provisional: Receipt(events, first: first, versions: versions)
        )
        add(pending, from: start)
        return pending
    }

    /// Numbers one of the events and writes its line at the end of a batch.
    private mutating func number(
        _ events: [NewEvent],
        _ index: Int,
        into place: Int,
        _ versions: inout [Int]
    ) -> AppendError? {
        let event = events[index]
        let own = event.streams.map { (version(of: $0) ?? 0) + 1 }
        if versions.isEmpty { versions = own } else { versions += own }
        let start = waiting[place].group.bytes.count
        waiting[place].group.bytes.appendLine(
            event,
            at: LinePlace(
                sequence: lastSequence + 1,
                commitIndex: index + 1,
                commitCount: events.count
            ),
            versions: own
        )
        let byteCount = waiting[place].group.bytes.count - start
        segments[segments.count - 1].append(
            event.id,
            event.streams,
            versions: own,
            byteCount: byteCount
        )
        lastSequence += 1
        guard byteCount - 1 <= EventLine.byteCountMax else {
            return .lineTooLong(id: event.id, byteCount: byteCount - 1)
        }
        return nil
    }

    /// Puts a commit, whose lines stand at the end of the last batch, into that batch or, if the
    /// batch has become too large with it, into one of its own.
    private mutating func add(_ pending: PendingAppend, from start: Int) {
        let place = waiting.count - 1
        let isAlone = waiting[place].commits.isEmpty
        if !isAlone, waiting[place].group.bytes.count > limits.groupBytes {
            let lines = Array(waiting[place].group.bytes[start...])
            waiting[place].group.cut(to: start)
            var batch = CommitBatch(
                segment: waiting[place].segment,
                first: pending.provisional.first,
                reusing: []
            )
            batch.group.bytes += lines
            waiting.append(batch)
        }
        waiting[waiting.count - 1].group.count(pending.provisional.count)
        waiting[waiting.count - 1].add(pending)
    }

    private mutating func beginSegmentIfFull() {
        if let newest = segments.last, newest.byteCount < limits.segmentBytes { return }
        segments.append(TailSegment(first: lastSequence + 1, like: segments.last))
    }

    /// Sees to it that the last batch is one that can grow.
    private mutating func openBatch() {
        let segment = segments[segments.count - 1].first
        if let last = waiting.last, last.segment == segment,
            last.group.bytes.count < limits.groupBytes
        {
            return
        }
        var buffer: [UInt8] = []
        swap(&buffer, &spareBuffer)
        waiting.append(CommitBatch(segment: segment, first: lastSequence + 1, reusing: buffer))
    }

    /// Takes the last events out again.
    private mutating func takeBack(_ events: [(id: UniqueID, streams: [StreamName])]) {
        for event in events.reversed() {
            segments[segments.count - 1].removeLast(event.id, event.streams)
            lastSequence -= 1
            if segments[segments.count - 1].isEmpty { segments.removeLast() }
        }
    }
}
