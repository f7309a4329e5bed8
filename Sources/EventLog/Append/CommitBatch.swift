internal import EventLine

/// Commits that are written together, into one segment.
struct CommitBatch: Sendable {
    /// The segment, by its first sequence.
    let segment: UInt64
    var group: CommitGroup
    private(set) var commits: [PendingAppend] = []

    init(segment: UInt64, first: UInt64, reusing buffer: [UInt8]) {
        self.segment = segment
        group = CommitGroup(first: first, reusing: buffer)
    }

    /// Adds a commit whose lines were added to the group.
    mutating func add(_ commit: PendingAppend) { commits.append(commit) }

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
