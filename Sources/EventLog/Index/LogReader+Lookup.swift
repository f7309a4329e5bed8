public import EventLine

extension LogReader {
    /// The events of a stream behind a version and up to a sequence, in order; none if there is no
    /// such stream.
    ///
    /// Costs some small reads for each power of eight of segments, and the lines themselves. The
    /// first lookup of a reader lists the directory and reads the newest segment, which has no
    /// index, some 50 ms for 64 MiB; later ones read what was appended since. Throws
    /// ``LogError/damaged(_:)`` rather than leave out an event that cannot be read.
    public func events(
        in stream: StreamName,
        after version: Int = 0,
        through sequence: UInt64 = .max
    ) throws(LogError) -> [EventLine] {
        let lines = try index().lines(of: stream, after: version, through: sequence)
        return try lines.map { line throws(LogError) in try line.event(in: nil) }
    }

    /// The events of a stream that are of some types, behind a sequence and up to another, in
    /// order. Costs what the stream has of them, however much else is on it.
    public func events(
        in stream: StreamName,
        ofTypes types: Set<String>,
        after start: UInt64 = 0,
        through end: UInt64 = .max
    ) throws(LogError) -> [EventLine] {
        let lines = try index().lines(of: stream, ofTypes: types, after: start, through: end)
        return try lines.map { line throws(LogError) in try line.event(in: nil) }
    }

    /// The sequence of the event with an id; nil if there is none.
    public func sequence(of id: UniqueID) throws(LogError) -> UInt64? {
        try index().sequence(of: id)
    }

    /// The greatest sequence of an event whose time is not after a moment; 0 if there is none.
    ///
    /// Times may go back from line to line: an event before the one given can be of a later time.
    public func lastSequence(notAfter time: Instant) throws(LogError) -> UInt64 {
        try index().lastSequence(notAfter: time)
    }

    private func index() throws(LogError) -> LogIndex { try kept.index(of: directory) }
}
