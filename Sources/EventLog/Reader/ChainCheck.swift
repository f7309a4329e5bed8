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
    private var versions = StreamVersions()
    /// How much of the commit that is being read has been seen.
    private var commit: (index: Int, count: Int) = (0, 0)
    private var isAfterDamage = false
    /// Whether lines were lost, so that versions may jump from then on.
    private var hasLost = false

    /// Begins behind a sequence; 0 for the start of the log.
    init(after sequence: UInt64 = 0) {
        expected = sequence + 1
        isPartial = sequence > 0
    }

    /// Whether the last line was the last of its commit.
    var isBetweenCommits: Bool { commit.index == commit.count }

    /// Takes a line as the next one and says what is wrong with that.
    mutating func accept(_ line: LineView, in bytes: Span<UInt8>) -> [LogProblem] {
        var problems: [LogProblem] = []
        if line.sequence != expected { problems.append(sequenceProblem(line.sequence)) }
        if let problem = commitProblem(line) { problems.append(problem) }
        problems += streamProblems(line, in: bytes)
        expected = line.sequence == .max ? .max : line.sequence + 1
        isAfterDamage = false
        return problems
    }

    /// What is wrong with a segment that begins with this sequence.
    mutating func beginSegment(_ first: UInt64) -> LogProblem? {
        guard first != expected else { return nil }
        defer { expected = first }
        hasLost = true
        return sequenceProblem(first)
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
        hasLost = true
    }

    private func sequenceProblem(_ found: UInt64) -> LogProblem {
        isAfterDamage && found > expected ? .missing(through: found - 1) : .gap(found: found)
    }

    private mutating func commitProblem(_ line: LineView) -> LogProblem? {
        let before = commit
        commit = (line.commitIndex, line.commitCount)
        if line.commitIndex == 1 {
            return before.index == before.count
                ? nil : .commit("\(before.index)/\(before.count) is followed by a new one")
        }
        // After damage any place in a commit may come next.
        if isAfterDamage { return nil }
        return before.index &+ 1 == line.commitIndex && before.count == line.commitCount
            ? nil
            : .commit(
                "\(before.index)/\(before.count) is followed by \(commit.index)/\(commit.count)"
            )
    }

    private mutating func streamProblems(
        _ line: LineView,
        in bytes: Span<UInt8>
    ) -> [LogProblem] {
        var problems: [LogProblem] = []
        var places = StreamPlaces(line)
        var isFirst = true
        while let place = places.next(in: bytes) {
            let name = bytes.extracting(place.name)
            if isFirst, !name.isEqual(to: bytes.extracting(line.subject)) {
                problems.append(.malformed("its subject is not the first of its streams"))
            }
            isFirst = false
            if let problem = versionProblem(name, place.version) { problems.append(problem) }
        }
        if isFirst || !places.isAtEnd {
            problems.append(.malformed("its streams are not in their form"))
        }
        return problems
    }

    private mutating func versionProblem(_ name: Span<UInt8>, _ version: Int) -> LogProblem? {
        let before = versions.replace(name, with: version)
        // A lost line was perhaps the stream's.
        if hasLost, version > before ?? 0 { return nil }
        if before == nil, isPartial { return nil }
        let expected = (before ?? 0) &+ 1
        guard version != expected else { return nil }
        return .streamVersion(
            stream: StreamName(name)?.text ?? "",
            expected: expected,
            found: version
        )
    }
}

extension Span<UInt8> {
    fileprivate func isEqual(to other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for place in indices where self[place] != other[place] { return false }
        return true
    }
}
