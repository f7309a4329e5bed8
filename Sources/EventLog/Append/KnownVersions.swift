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
