internal import EventLine
internal import Synchronization

extension LogIndex {
    /// How many events a stream has in the segments here, up to a sequence: the version of its
    /// last one, which is read. A stream that is not there costs a few small reads in all.
    func version(of stream: StreamName, through last: UInt64 = .max) throws(LogError) -> Int {
        var version = 0
        try visitNewestFirst(stream, through: last, atOnce: 1) { _, found in
            version = found
            return false
        }
        return version
    }

    /// The events of a stream behind a version and up to a sequence, in order. Reads those lines
    /// and hardly more.
    ///
    /// Throws ``LogError/damaged(_:)`` if their versions do not follow each other: an answer is
    /// complete or is none.
    func lines(
        of stream: StreamName,
        after version: Int = 0,
        through sequence: UInt64 = .max
    ) throws(LogError) -> [RawLine] {
        var lines: [RawLine] = []
        var expected: Int?
        let atOnce = StreamLookup.segmentsMax
        try visitNewestFirst(stream, through: sequence, atOnce: atOnce) {
            line,
            found throws(LogError) in
            guard found > version else { return false }
            guard found == expected ?? found else {
                throw Self.broken(stream, before: lines.last, expected ?? 0, found: found)
            }
            lines.append(line.raw)
            expected = found - 1
            return found > version + 1
        }
        if let expected, expected > version {
            throw Self.broken(stream, before: lines.last, expected, found: version)
        }
        return lines.reversed()
    }

    /// The sequence of the event with an id; nil if it is not in the segments here. Only segments
    /// that have lesser and greater ids are looked at: reads four bytes for each of their lines.
    func sequence(of id: UniqueID) throws(LogError) -> UInt64? {
        for segment in state.withLock({ $0.segments }).reversed() {
            if let summary = segment.summary, !summary.ids.contains(id) { continue }
            let found = try withText(of: segment) { text throws(FrameFile.Failure) in
                try text.sequence(of: id)
            }
            let sequence: UInt64?
            if let found {
                sequence = found
            } else {
                sequence = try TextSearch(directory, segment).sequence(of: id)
            }
            if let sequence { return sequence }
        }
        return nil
    }

    /// The line with a sequence.
    func line(at sequence: UInt64) throws(LogError) -> RawLine {
        guard let segment = segment(of: sequence) else { throw .noSuchLine(sequence: sequence) }
        let found = try withText(of: segment) { text throws(FrameFile.Failure) in
            var line: RawLine?
            try text.visit(CollectionOfOne(Int(sequence - segment.first))) { found in
                line = found.raw
                return false
            }
            return line
        }
        if let line = found ?? nil { return line }
        if let line = try readText(of: segment)?.line(at: sequence) { return line }
        return try LogReader(directory).line(at: sequence)
    }

    /// The greatest sequence of an event whose time is not after a moment; 0 if there is none.
    func lastSequence(notAfter time: Instant) throws(LogError) -> UInt64 {
        for segment in state.withLock({ $0.segments }).reversed() {
            if let times = segment.summary?.times {
                if times.upperBound <= time { return segment.last }
                if times.lowerBound > time { continue }
            }
            let found = try withText(of: segment) { text throws(FrameFile.Failure) in
                try text.lastLine(notAfter: time)?.raw.sequence
            }
            let sequence: UInt64?
            if let found {
                sequence = found
            } else {
                sequence = try lastSequence(notAfter: time, inUnindexed: segment)
            }
            if let sequence { return sequence }
        }
        return 0
    }

    /// Gives out the events of a stream with their versions, the last first, until the visitor
    /// answers false. After the first segment several are read at once; those that are not wanted
    /// are left out, and those that end at `start` or before it.
    func visitNewestFirst(
        _ stream: StreamName,
        after start: UInt64 = 0,
        through sequence: UInt64,
        atOnce segmentsMax: Int,
        where isWanted: (Segment) -> Bool = { _ in true },
        _ visitor: (IndexedLine, Int) throws(LogError) -> Bool
    ) throws(LogError) {
        let lookup = StreamLookup(index: self, stream: stream, last: sequence)
        let state = self.state.withLock { $0 }
        var end = state.segments.count
        var found: ArraySlice<Segment> = []
        var count = 1
        while end > 0 || !found.isEmpty {
            if end > 0, found.count < count {
                guard state.segments[end - 1].first <= sequence else {
                    end -= 1
                    continue
                }
                guard state.segments[end - 1].last > start else {
                    end = 0
                    continue
                }
                let group = try candidates(for: lookup.key, endingAt: end, in: state)
                found += group.places.reversed().map { state.segments[$0] }
                    .filter { $0.first <= sequence && $0.last > start && isWanted($0) }
                end = group.start
            } else {
                guard try lookup.visit(found.prefix(count), visitor) else { return }
                found = found.dropFirst(count)
                count = segmentsMax
            }
        }
    }

    /// The segments that may have a stream's events, of those that one run covers, or of one. The
    /// run may go on behind the last of them.
    private func candidates(
        for key: StreamKey,
        endingAt end: Int,
        in state: State
    ) throws(LogError) -> (start: Int, places: [Int]) {
        let last = end - 1
        let first = state.segments[last].first
        if let run = state.runs.last(where: { $0.span.covers(first) }),
            let start = state.place(of: run.span.first)
        {
            do {
                return (start, try run.segments(with: key).map { start + $0 }.filter { $0 < end })
            } catch .log(let error) {
                throw error
            } catch {
                giveUp(run)
            }
        }
        let mayBeThere = state.segments[last].filter?.mayContain(key) ?? true
        return (last, mayBeThere ? [last] : [])
    }

    private static func broken(
        _ stream: StreamName,
        before line: RawLine?,
        _ expected: Int,
        found: Int
    ) -> LogError {
        .damaged([
            LogFinding(
                segment: "",
                offset: 0,
                sequence: line?.sequence ?? 0,
                problem: .streamVersion(stream: stream.text, expected: expected, found: found)
            )
        ])
    }
}
