internal import EventLine

/// What has to be looked up in the index on the disk before an append can be checked.
struct IndexQuestion: Sendable {
    let epoch: Int
    var streams: Set<StreamName> = []
    var ids: [UniqueID] = []

    var isEmpty: Bool { streams.isEmpty && ids.isEmpty }
}

/// What the index on the disk says of streams and ids that an append names.
struct IndexFindings: Sendable {
    /// How often segments had left memory for the index when it was asked.
    let epoch: Int
    var versions: [StreamName: Int] = [:]
    /// The sequence of each id, or nil where the index does not have it.
    var sequences: [UniqueID: UInt64?] = [:]
}

extension LogIndex {
    /// Looks up what is asked for, and keeps what is known already.
    func findings(
        for question: IndexQuestion,
        known: IndexFindings?
    ) throws(LogError) -> IndexFindings {
        var findings =
            known.flatMap { $0.epoch == question.epoch ? $0 : nil }
            ?? IndexFindings(epoch: question.epoch)
        for stream in question.streams { findings.versions[stream] = try version(of: stream) }
        for id in question.ids {
            findings.sequences.updateValue(try sequence(of: id), forKey: id)
        }
        return findings
    }
}
