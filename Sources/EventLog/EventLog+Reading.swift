public import EventLine
internal import Synchronization

extension EventLog {
    /// How many events a stream has, those included that were submitted and are not durable yet.
    ///
    /// Costs a look into memory, and a few reads where the stream's last event is in a complete
    /// segment.
    public func version(of stream: StreamName) throws(LogError) -> Int {
        while true {
            let (known, epoch) = core.tail.withLock { ($0.version(of: stream), $0.epoch) }
            if let known { return known }
            let version = try core.index.version(of: stream)
            if core.tail.withLock({ $0.learn(version, of: stream, at: epoch) }) { return version }
        }
    }

    /// The durable events of a stream behind a version, in order, and up to a sequence where one
    /// is given. Costs one read for each event, or fewer.
    public func events(
        in stream: StreamName,
        after version: Int = 0,
        through sequence: UInt64? = nil
    ) throws(LogError) -> [EventLine] {
        let last = min(sequence ?? .max, lastSequence)
        let recent = core.tail.withLock { $0.lines(of: stream) }
        var events: [EventLine] = []
        if recent.firstVersion > version + 1, recent.start > 1 {
            let older = try core.index.lines(
                of: stream,
                after: version,
                through: min(last, recent.start - 1)
            )
            for line in older { events.append(try line.event(in: nil)) }
        }
        let skipped = max(0, version + 1 - recent.firstVersion)
        return events + (try read(recent.places.dropFirst(skipped).prefix { $0.sequence <= last }))
    }

    /// The durable events of a stream that are of some types, behind a sequence and up to another,
    /// in order. Costs what the stream has of them, however much else is on it.
    public func events(
        in stream: StreamName,
        ofTypes types: Set<String>,
        after start: UInt64 = 0,
        through end: UInt64 = .max
    ) throws(LogError) -> [EventLine] {
        let last = min(end, lastSequence)
        let recent = core.tail.withLock { $0.lines(of: stream) }
        var events: [EventLine] = []
        if recent.start > start + 1 {
            let older = try core.index.lines(
                of: stream,
                ofTypes: types,
                after: start,
                through: min(last, recent.start - 1)
            )
            for line in older { events.append(try line.event(in: nil)) }
        }
        let places = recent.places.filter { $0.sequence > start && $0.sequence <= last }
        return events + (try read(places)).filter { types.contains($0.envelope.type) }
    }

    /// How many durable events a stream has up to a sequence that is durable.
    public func version(of stream: StreamName, through last: UInt64) throws(LogError) -> Int {
        let recent = core.tail.withLock { $0.lines(of: stream) }
        let count = recent.places.prefix { $0.sequence <= last }.count
        if count > 0 { return recent.firstVersion + count - 1 }
        return try core.index.version(of: stream, through: last)
    }

    /// The durable event with this sequence.
    public func event(at sequence: UInt64) throws(LogError) -> EventLine {
        guard sequence > 0, sequence <= lastSequence else {
            throw .noSuchLine(sequence: sequence)
        }
        if let place = core.tail.withLock({ $0.place(of: sequence) }) {
            return try read([place])[0]
        }
        return try core.index.line(at: sequence).event(in: nil)
    }

    /// The greatest sequence of a durable event whose time is not after a moment; 0 if there is
    /// none. The first question reads the newest segment, later ones what was written since.
    public func lastSequence(notAfter time: Instant) throws(LogError) -> UInt64 {
        let start = core.tail.withLock { $0.start }
        let last = lastSequence
        if start <= last {
            let found = try recentTimes.withLock { times throws(LogError) in
                try times.lastSequence(notAfter: time, in: start...last, of: reader)
            }
            if let found { return found }
        }
        return try core.index.lastSequence(notAfter: time)
    }

    /// The original receipt of events that are in the log from a sequence on.
    func original(
        of events: [NewEvent],
        from first: UInt64
    ) throws(AppendError) -> PendingAppend {
        let receipt: Receipt
        do throws(LogError) {
            var lines: [EventLine] = []
            for place in 0..<UInt64(events.count) { lines.append(try event(at: first + place)) }
            receipt = Receipt(lines: lines, first: first)
        } catch {
            throw .unreadable(error)
        }
        guard receipt.isOf(events), receipt.isOneCommit else {
            throw .idIsTaken(id: events[0].id, sequence: first)
        }
        return PendingAppend(settled: receipt)
    }

    /// The events at these places, which must be in order.
    private func read(_ places: some Sequence<TextPlace>) throws(LogError) -> [EventLine] {
        var events: [EventLine] = []
        var segment: OpenSegment?
        for place in places {
            if segment?.name.first != place.segment {
                segment = try core.directory.open(SegmentName(first: place.segment))
            }
            guard let segment else { continue }
            let line = RawLine(
                sequence: place.sequence,
                bytes: try segment.bytes(in: place.range)
            )
            events.append(try line.event(in: segment.name, at: place.range.lowerBound))
        }
        return events
    }
}
