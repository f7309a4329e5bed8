public import EventLine
internal import Synchronization

extension EventLog {
    /// How many events a stream has, those included that were submitted and are not durable yet.
    public func version(of stream: StreamName) -> Int {
        core.tail.withLock { $0.version(of: stream) ?? 0 }
    }

    /// The durable events of a stream behind a version, in order, and up to a sequence where one
    /// is given. Costs one read for each event.
    public func events(
        in stream: StreamName,
        after version: Int = 0,
        through sequence: UInt64? = nil
    ) throws(LogError) -> [EventLine] {
        let last = min(sequence ?? .max, lastSequence)
        let sequences = core.tail.withLock { $0.sequences(of: stream) }
        return try events(at: sequences.dropFirst(max(0, version)).prefix { $0 <= last })
    }

    /// The durable event with this sequence.
    public func event(at sequence: UInt64) throws(LogError) -> EventLine {
        guard sequence <= lastSequence, let event = try events(at: [sequence]).first else {
            throw .noSuchLine(sequence: sequence)
        }
        return event
    }

    /// The original receipt of events that are in the log from a sequence on.
    func original(
        of events: [NewEvent],
        from first: UInt64
    ) throws(AppendError) -> PendingAppend {
        let receipt: Receipt
        do throws(LogError) {
            guard first + UInt64(events.count) - 1 <= lastSequence else {
                throw .noSuchLine(sequence: first)
            }
            let sequences = (0..<UInt64(events.count)).map { first + $0 }
            receipt = Receipt(lines: try self.events(at: sequences[...]), first: first)
        } catch {
            throw .unreadable(error)
        }
        guard receipt.isOf(events), receipt.isOneCommit else { throw .idIsTaken(id: events[0].id, sequence: first) }
        return PendingAppend(settled: receipt)
    }

    /// The events with these sequences, which must be ascending.
    private func events(at sequences: ArraySlice<UInt64>) throws(LogError) -> [EventLine] {
        let places = core.tail.withLock { tail in sequences.map { tail.place(of: $0) } }
        var events: [EventLine] = []
        events.reserveCapacity(sequences.count)
        var segment: OpenSegment?
        for (sequence, place) in zip(sequences, places) {
            guard let place else { throw .noSuchLine(sequence: sequence) }
            if segment?.name.first != place.segment {
                segment = try reader.directory.open(SegmentName(first: place.segment))
            }
            guard let segment else { throw .noSuchLine(sequence: sequence) }
            let bytes = try segment.bytes(in: place.range)
            do {
                events.append(try EventLine(parsing: bytes))
            } catch {
                throw .damaged([
                    LogFinding(
                        segment: segment.name.fileName,
                        offset: place.range.lowerBound,
                        sequence: sequence,
                        problem: .malformed("\(error)")
                    )
                ])
            }
        }
        return events
    }
}
