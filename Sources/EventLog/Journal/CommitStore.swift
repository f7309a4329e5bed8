/// Lines that become durable together: one or more whole commits.
package struct CommitGroup: Hashable, Sendable {
    /// The sequence of the first line.
    package let first: UInt64
    /// How many lines there are.
    package let count: Int
    /// The lines, each with its line feed.
    package let bytes: [UInt8]

    /// Lines from a sequence on.
    package init(first: UInt64, count: Int, bytes: [UInt8]) {
        self.first = first
        self.count = count
        self.bytes = bytes
    }

    /// The sequence of the last line.
    package var last: UInt64 { first + UInt64(count) - 1 }
}

/// The step "make this commit durable", the only point that a commit can no longer be lost from.
///
/// On one machine this is the local journal; in a cluster, a replicated stream.
package protocol CommitStore: Sendable {
    /// How many bytes a group may have.
    var groupBytesMax: Int { get }

    /// What was made durable last, in order and without gaps, and may be missing from the text.
    func groups() throws(LogError) -> [CommitGroup]

    /// Returns when the group is durable. After an error it is not, unless the error is final:
    /// then nothing more may be written, and only a restart shows whether it is.
    ///
    /// - Parameter synchronizeText: makes the text of all earlier groups durable, so that their
    ///   place can be used again.
    mutating func makeDurable(
        _ group: CommitGroup,
        synchronizeText: () throws(DeviceError) -> Void
    ) throws(DeviceError)

    /// The text holds all groups durably: none of them is needed any more.
    mutating func forgetGroups()

    /// Gives back what it holds.
    func close()
}
