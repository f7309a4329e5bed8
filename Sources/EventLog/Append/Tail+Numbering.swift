internal import EventLine

extension Tail {
    /// Numbers events and puts their lines at the end of what waits to be written.
    mutating func enqueue(_ submission: Submission) throws(AppendError) -> PendingAppend {
        beginSegmentIfFull()
        openBatch()
        let start = filling.group.bytes.count
        let first = lastSequence + 1
        var versions: [Int] = []
        for index in submission.events.indices {
            if let error = number(submission, index, &versions) {
                forget(submission.events[...index], from: start)
                throw error
            }
        }
        let byteCount = filling.group.bytes.count - start
        guard byteCount <= limits.appendBytes else {
            forget(submission.events[...], from: start)
            throw .appendTooLong(byteCount: byteCount, byteCountMax: limits.appendBytes)
        }
        let pending = PendingAppend(
            provisional: Receipt(submission.events, first: first, versions: versions)
        )
        add(pending, from: start)
        return pending
    }

    /// Takes the last events out again.
    mutating func takeBack(_ events: [(id: UniqueID, streams: [StreamName])]) {
        for event in events.reversed() {
            if newest.isEmpty, let before = older.popLast() { newest = before }
            newest.removeLast(event.id, event.streams)
            lastSequence -= 1
        }
    }

    /// Numbers one event and writes its line.
    private mutating func number(
        _ submission: Submission,
        _ index: Int,
        _ versions: inout [Int]
    ) -> AppendError? {
        let streams = submission.events[index].streams
        var own: [Int] = []
        own.reserveCapacity(streams.count)
        for place in streams.indices { own.append((version(of: streams[place]) ?? 0) + 1) }
        let start = filling.group.bytes.count
        lastSequence += 1
        let place = LinePlace(
            sequence: lastSequence,
            commitIndex: index + 1,
            commitCount: submission.events.count,
            versions: own
        )
        filling.group.bytes.append(submission.lines, index, at: place, in: streams)
        let byteCount = filling.group.bytes.count - start
        let id = submission.events[index].id
        newest.append(id, streams, versions: own, byteCount: byteCount)
        if versions.isEmpty { versions = own } else { versions += own }
        guard byteCount - 1 <= EventLine.byteCountMax else {
            return .lineTooLong(id: id, byteCount: byteCount - 1)
        }
        return nil
    }

    private mutating func forget(_ events: ArraySlice<NewEvent>, from start: Int) {
        takeBack(events.map { ($0.id, $0.streams) })
        filling.group.cut(to: start)
    }

    /// Takes in a commit whose lines stand at the end of the batch: there or, if the batch has
    /// become too large with it, in one of its own.
    private mutating func add(_ pending: PendingAppend, from start: Int) {
        if !filling.isEmpty, filling.group.bytes.count > limits.groupBytes {
            let lines = filling.group.bytes[start...]
            filling.group.cut(to: start)
            let segment = filling.segment
            closeBatch()
            filling.begin(segment: segment, first: pending.provisional.first, reusing: [])
            filling.group.bytes += lines
        }
        filling.add(pending)
    }

    private mutating func beginSegmentIfFull() {
        guard newest.byteCount >= limits.segmentBytes else { return }
        older.append(newest)
        newest = TailSegment(first: lastSequence + 1, like: older[older.count - 1])
    }

    /// Sees to it that the batch can grow.
    private mutating func openBatch() {
        if !filling.isEmpty {
            guard
                filling.segment != newest.first || filling.group.bytes.count >= limits.groupBytes
            else { return }
            closeBatch()
        }
        filling.begin(segment: newest.first, first: lastSequence + 1, reusing: takeBuffer())
    }

    private mutating func closeBatch() {
        full.append(filling)
        filling = CommitBatch()
    }
}
