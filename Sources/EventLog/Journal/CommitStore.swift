/// Lines that become durable together: one or more whole commits.
package struct CommitGroup: Hashable, Sendable {
    /// The sequence of the first line.
    package let first: UInt64
    /// How many lines there are.
    package private(set) var count = 0
    /// Room for a header of the store's own, and then the lines, each with its line feed: so that
    /// a group is written from where its lines were made.
    package var bytes: [UInt8]

    /// The room for a header.
    package static let headerBytes = 32

    /// No lines yet. Takes over the memory of a buffer that is no longer needed.
    package init(first: UInt64, reusing buffer: consuming [UInt8] = []) {
        self.first = first
        bytes = consume buffer
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: repeatElement(0, count: Self.headerBytes))
    }

    /// Lines from a sequence on.
    package init(first: UInt64, count: Int, lines: some Collection<UInt8>) {
        self.init(first: first)
        self.count = count
        bytes += lines
    }

    /// The sequence of the last line.
    package var last: UInt64 { first + UInt64(count) - 1 }

    /// The lines, each with its line feed.
    package var lines: ArraySlice<UInt8> { bytes[Self.headerBytes...] }

    /// How many bytes the lines have.
    package var lineBytes: Int { bytes.count - Self.headerBytes }

    /// The lines from `start` of the bytes on belong to the group now.
    package mutating func count(_ lines: Int) { count += lines }

    /// Takes everything from `start` of the bytes on out of the group again.
    package mutating func cut(to start: Int) { bytes.removeLast(bytes.count - start) }
}

/// The step "make this commit durable", the only point that a commit can no longer be lost from.
///
/// On one machine this is the local journal; in a cluster, a replicated stream.
package protocol CommitStore: Sendable {
    /// How many bytes the lines of a group may have.
    var groupBytesMax: Int { get }

    /// What was made durable last, in order and without gaps, and may be missing from the text.
    func groups() throws(LogError) -> [CommitGroup]

    /// Returns when the group is durable. After an error it is not, unless the error is final:
    /// then nothing more may be written, and only a restart shows whether it is.
    ///
    /// - Parameters:
    ///   - group: the store may write its header before the lines.
    ///   - synchronizeText: makes the text of all earlier groups durable, so that their place can
    ///     be used again.
    mutating func makeDurable(
        _ group: inout CommitGroup,
        synchronizeText: () throws(DeviceError) -> Void
    ) throws(DeviceError)

    /// The text holds all groups durably: none of them is needed any more.
    mutating func forgetGroups()

    /// Gives back what it holds.
    func close()
}
