internal import EventLine

extension Tail {
    /// Throws for the first of the conditions, in the order of their streams, that is not met.
    func check(_ expecting: [StreamName: ExpectedVersion]) throws(AppendError) {
        let isMet = expecting.allSatisfy { $1.isMet(by: version(of: $0) ?? 0) }
        guard !isMet else { return }
        for (stream, expected) in expecting.sorted(by: { $0.key < $1.key }) {
            let found = version(of: stream) ?? 0
            guard expected.isMet(by: found) else {
                throw .conflict(stream: stream, expected: expected, found: found)
            }
        }
    }

    /// What is to be answered to events that are in the log already, all of them; nil if none is.
    func repetition(of submission: Submission) throws(AppendError) -> Admission? {
        let events = submission.events
        let isNew = events.allSatisfy { sequence(of: $0.id, submission.findings) == nil }
        guard !isNew else {
            guard events.count == 1 || Set(events.map(\.id)).count == events.count else {
                throw .invalidEvent(id: events[0].id, why: "two events have the same id")
            }
            return nil
        }
        let places = events.map { sequence(of: $0.id, submission.findings) }
        guard let place = places.firstIndex(where: { $0 != nil }), let found = places[place] else {
            return nil
        }
        let isWhole = places.enumerated().allSatisfy { $1 == found + UInt64($0) }
        guard place == 0, isWhole else { throw .idIsTaken(id: events[place].id, sequence: found) }
        guard let pending = pending(found) else { return .recorded(first: found) }
        guard pending.provisional.isOf(events) else {
            throw .idIsTaken(id: events[0].id, sequence: found)
        }
        return .repeated(pending)
    }

    /// The sequence of an event that is in memory, or was found in the index.
    private func sequence(of id: UniqueID, _ findings: IndexFindings?) -> UInt64? {
        if let sequence = sequence(of: id) { return sequence }
        return findings?.sequences[id] ?? nil
    }
}

// MARK: - The index

extension Tail {
    /// What the index has to be asked for before a submission can be checked.
    func question(_ submission: Submission) -> IndexQuestion {
        var question = IndexQuestion(epoch: epoch)
        guard let greatestIndexedID else { return question }
        let findings = submission.findings.flatMap { $0.epoch == epoch ? $0 : nil }
        for event in submission.events {
            for stream in event.streams where version(of: stream) == nil {
                question.streams.insert(stream)
            }
            if event.id <= greatestIndexedID, findings?.sequences[event.id] == nil,
                sequence(of: event.id) == nil
            {
                question.ids.append(event.id)
            }
        }
        for stream in submission.expecting.keys where version(of: stream) == nil {
            question.streams.insert(stream)
        }
        return question
    }

    mutating func learn(_ findings: IndexFindings?) {
        guard let findings else { return }
        for (stream, version) in findings.versions {
            // A segment that has left memory since may have newer events than what was found.
            guard learn(version, of: stream, at: findings.epoch) else { return }
        }
    }

    /// Takes in what the index says of a stream; false, and nothing is taken in, if a segment has
    /// left memory since the index was asked.
    mutating func learn(_ version: Int, of stream: StreamName, at epoch: Int) -> Bool {
        guard epoch == self.epoch else { return false }
        if self.version(of: stream) == nil { known.learn(version, of: stream) }
        return true
    }
}

// MARK: - Places

extension Tail {
    /// The lines of a stream that are in memory, in order; the version of the first of them, or a
    /// greater one if there are none; and where memory begins: all before it is in the index.
    func lines(
        of stream: StreamName
    ) -> (places: [TextPlace], firstVersion: Int, start: UInt64) {
        var places: [TextPlace] = []
        var last = Int.max
        for segment in older + [newest] {
            guard let found = segment.lines(of: stream) else { continue }
            places += found.places
            last = found.version
        }
        return (places, places.isEmpty ? .max : last - places.count + 1, start)
    }

    /// The first sequence that is in memory: all before it is in the index.
    var start: UInt64 { older.first?.first ?? newest.first }

    /// Where a line that is in memory lies.
    func place(of sequence: UInt64) -> TextPlace? {
        if sequence >= newest.first { return newest.place(of: sequence) }
        return older.last { $0.first <= sequence }?.place(of: sequence)
    }
}
