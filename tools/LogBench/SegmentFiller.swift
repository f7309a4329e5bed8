internal import EventLog
internal import Glibc

/// Writes complete lines as segments, a whole one at once: no journal, nobody waits for a receipt.
/// The engine indexes and seals them.
struct SegmentFiller {
    private let directory: String
    private let segmentBytes: Int
    /// So many segments stand as plain text before they are sealed. The more there are, the less
    /// time the engine takes to make each of them small.
    private let plainSegmentsMax: Int
    private var plainSegmentCount = 0
    private var text: [UInt8] = []
    private var first: UInt64
    private var next: UInt64

    /// Continues a log behind a sequence.
    ///
    /// - Parameter isFast: whether sealing may pack less tightly than the engine would.
    init(directory: String, segmentBytes: Int, isFast: Bool, after sequence: UInt64 = 0) {
        self.directory = directory
        self.segmentBytes = segmentBytes
        plainSegmentsMax = isFast ? 32 : 3
        first = sequence + 1
        next = first
    }

    /// The sequence of the last line.
    var last: UInt64 { next - 1 }

    /// Lines that stay in one segment, such as those of a commit.
    mutating func append(_ lines: some Collection<UInt8>, count: UInt64) throws {
        text += lines
        next += count
        guard text.count >= segmentBytes else { return }
        try writeSegment()
        if plainSegmentCount >= plainSegmentsMax { try seal() }
    }

    /// Writes what is left, and has everything sealed up to the newest segment.
    mutating func finish() throws {
        if next > first { try writeSegment() }
        try seal()
    }

    private mutating func writeSegment() throws {
        let digits = String(first)
        let name = String(repeating: "0", count: 20 - digits.count) + digits
        try write(to: "\(directory)/log/\(name).jsonl")
        text.removeAll(keepingCapacity: true)
        first = next
        plainSegmentCount += 1
    }

    private func write(to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw SystemFailure("open \(path)", errno) }
        defer { close(descriptor) }
        var written = 0
        while written < text.count {
            let count = text[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw SystemFailure("write \(path)", errno) }
            written += count
        }
    }

    /// Also makes the directories of an empty log.
    mutating func seal() throws {
        var options = LogOptions()
        options.sealingGrace = .zero
        options.keepsUp = false
        let log = try EventLog.open(directory: directory, options: options)
        try log.indexRolledSegments()
        _ = try log.sealRolledSegments(now: MachineClock.now)
        try log.close()
        plainSegmentCount = 0
    }
}
