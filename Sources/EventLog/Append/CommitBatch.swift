/// Commits that are written together, into one segment.
struct CommitBatch: Sendable {
    /// The segment, by its first sequence.
    private(set) var segment: UInt64 = 0
    var group = CommitGroup(first: 0)
    private(set) var commits: [PendingAppend] = []

    var isEmpty: Bool { commits.isEmpty }

    /// Begins with the lines from a sequence on. Takes over the memory of a buffer that is no
    /// longer needed.
    mutating func begin(segment: UInt64, first: UInt64, reusing buffer: consuming [UInt8]) {
        self.segment = segment
        group = CommitGroup(first: first, reusing: buffer)
    }

    /// Takes in a commit whose lines stand at the end of the group.
    mutating func add(_ commit: PendingAppend) {
        group.count(commit.provisional.count)
        commits.append(commit)
    }

    /// Gives the memory of the lines away.
    mutating func takeBuffer() -> [UInt8] {
        var buffer: [UInt8] = []
        swap(&buffer, &group.bytes)
        return buffer
    }

    /// The commit that holds a sequence.
    func commit(with sequence: UInt64) -> PendingAppend? {
        commits.first { $0.provisional.first <= sequence && sequence <= $0.provisional.last }
    }
}
