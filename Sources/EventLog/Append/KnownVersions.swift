internal import EventLine

/// Versions of streams whose last events are in the index on the disk, so that not every append
/// has to look there. Forgets what has not been used for long.
///
/// Memory is asked first: what stands here may be older than it. When a segment leaves memory for
/// the index, everything here is forgotten.
struct KnownVersions: Sendable {
    private var recent: [StreamName: Int] = [:]
    private var older: [StreamName: Int] = [:]

    /// How many streams one generation has.
    private static let countMax = 50_000

    subscript(stream: StreamName) -> Int? { recent[stream] ?? older[stream] }

    mutating func learn(_ version: Int, of stream: StreamName) {
        if recent.count >= Self.countMax {
            older = recent
            recent = [:]
        }
        recent[stream] = version
    }
}

/// What the index on the disk says of streams and ids that an append names.
struct IndexFindings: Sendable {
    /// How often segments had left memory for the index when it was asked.
    let epoch: Int
    var versions: [StreamName: Int] = [:]
    /// The sequence of each id, or nil where the index does not have it.
    var sequences: [UniqueID: UInt64?] = [:]
}

/// What has to be looked up in the index on the disk before an append can be checked.
struct IndexQuestion: Sendable {
    let epoch: Int
    var streams: Set<StreamName> = []
    var ids: [UniqueID] = []

    var isEmpty: Bool { streams.isEmpty && ids.isEmpty }
}
