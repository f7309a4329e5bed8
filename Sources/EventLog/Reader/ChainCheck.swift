internal import EventLine

/// What one line must have in common with those before it: no I/O, only the rules.
///
/// After a problem it goes on from what it found, so that one damaged line is not reported again
/// with every line that follows.
struct ChainCheck: Sendable {
    /// The sequence that comes next.
    private(set) var expected: UInt64
    /// Whether streams may have had events before the first line.
    private let isPartial: Bool
    private var versions: [StreamName: Int] = [:]
    /// How much of the commit that is being read has been seen.
    private var commit: (index: Int, count: Int) = (0, 0)
    private var isAfterDamage = false

    /// Begins behind a sequence; 0 for the start of the log.
    init(after sequence: UInt64 = 0) {
        expected = sequence + 1
        isPartial = sequence > 0
    }

    /// Whether the last line was the last of its commit.
    var isBetweenCommits: Bool { commit.index == commit.count }

    /// Takes a line as the next one and says what is wrong with that.
    mutating func accept(_ envelope: Envelope) -> [LogProblem] {
        var problems: [LogProblem] = []
        if envelope.sequence != expected { problems.append(.gap(found: envelope.sequence)) }
        if envelope.subject != envelope.streams.first?.stream {
            problems.append(.malformed("its subject is not the first of its streams"))
        }
        if let problem = commitProblem(envelope) { problems.append(problem) }
        for position in envelope.streams {
            if let problem = versionProblem(position) { problems.append(problem) }
        }
        expected = envelope.sequence == .max ? .max : envelope.sequence + 1
        return problems
    }

    /// What is wrong with a segment that ends here.
    mutating func endSegment() -> LogProblem? {
        defer { commit = (0, 0) }
        return isBetweenCommits
            ? nil : .commit("the segment ends after \(commit.index)/\(commit.count)")
    }

    /// A line that cannot be read stands for one line, whatever it was.
    mutating func skipLine() {
        if expected < .max { expected += 1 }
        commit = (0, 0)
        isAfterDamage = true
    }

    private mutating func commitProblem(_ envelope: Envelope) -> LogProblem? {
        let before = commit
        commit = (envelope.commitIndex, envelope.commitCount)
        defer { isAfterDamage = false }
        if envelope.commitIndex == 1 {
            return before.index == before.count
                ? nil : .commit("\(before.index)/\(before.count) is followed by a new one")
        }
        // After damage any place in a commit may come next.
        if isAfterDamage { return nil }
        return before.index &+ 1 == envelope.commitIndex && before.count == envelope.commitCount
            ? nil
            : .commit(
                "\(before.index)/\(before.count) is followed by \(commit.index)/\(commit.count)"
            )
    }

    private mutating func versionProblem(_ position: StreamPosition) -> LogProblem? {
        let before = versions.updateValue(position.version, forKey: position.stream)
        if before == nil, isPartial { return nil }
        let expected = (before ?? 0) &+ 1
        return position.version == expected
            ? nil
            : .streamVersion(
                stream: position.stream.text,
                expected: expected,
                found: position.version
            )
    }
}
