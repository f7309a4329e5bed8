internal import Glibc

/// The text of the log: appends to the newest segment and starts new ones.
///
/// Nothing here makes a commit durable. The text is synchronised when a segment is rolled, before
/// the journal's space is used again, and at the end.
struct SegmentWriter: Sendable {
    private let directory: LogDirectory
    private let reservedAtOnce: Int
    private var current: Current?

    private static let startedAtOnce = 1 << 20

    /// The segment that is written to.
    private struct Current {
        let name: SegmentName
        let file: OpenFile
        var byteCount: Int
        var reserved: Int
        /// How far the text is on its way to the disk.
        var started: Int
    }

    private var device: any LogDevice { directory.device }

    init(directory: LogDirectory, segmentBytes: Int) {
        self.directory = directory
        reservedAtOnce = min(4 << 20, segmentBytes)
    }

    /// The segment that is written to, by its first sequence.
    var segment: UInt64? { current?.name.first }

    /// Goes on in a segment that is there.
    mutating func resume(_ name: SegmentName) throws(DeviceError) {
        let file = try device.open(directory.path(of: name), .updating)
        let byteCount = try device.byteCount(of: file)
        current = Current(
            name: name,
            file: file,
            byteCount: byteCount,
            reserved: byteCount,
            started: byteCount
        )
        try pointLink(at: name)
    }

    /// Makes sure that a batch can be written.
    ///
    /// A full disk shows here, before anything of the batch is on it.
    mutating func prepare(for batch: borrowing CommitBatch) throws(DeviceError) {
        if current?.name.first != batch.segment { try roll(to: batch.segment) }
        guard let segment = current else { return }
        let end = segment.byteCount + batch.group.lineBytes
        if end > segment.reserved {
            let target = max(end, segment.byteCount + reservedAtOnce)
            try device.reserve(segment.file, through: target)
            current?.reserved = target
        }
    }

    /// Writes lines that are durable. After an error the same lines must come again first.
    mutating func append(_ bytes: ArraySlice<UInt8>) throws(DeviceError) {
        guard let segment = current else { return }
        try device.writeAll(bytes.span, to: segment.file, at: segment.byteCount)
        current?.byteCount += bytes.count
        startWriting()
    }

    /// The journal's space is used again only after a synchronisation of the text: it must not
    /// have all of that left to do, while everybody waits.
    private mutating func startWriting() {
        guard let segment = current, segment.byteCount - segment.started >= Self.startedAtOnce
        else { return }
        let count = segment.byteCount - segment.started
        device.startWriting(segment.file, from: segment.started, count: count)
        current?.started = segment.byteCount
    }

    /// Returns when everything that was appended is on the disk.
    func synchronize() throws(DeviceError) {
        if let current { try device.synchronize(current.file) }
    }

    /// Gives back what it holds.
    mutating func close() {
        if let current { device.close(current.file) }
        current = nil
    }

    private mutating func roll(to first: UInt64) throws(DeviceError) {
        try synchronize()
        let name = SegmentName(first: first)
        let file = try device.open(directory.path(of: name), .creating)
        do throws(DeviceError) {
            // An attempt that failed after this point has left an empty file of that name.
            guard try device.byteCount(of: file) == 0 else {
                throw DeviceError(.open, file.path, code: EEXIST)
            }
            try pointLink(at: name)
        } catch {
            device.close(file)
            throw error
        }
        close()
        current = Current(name: name, file: file, byteCount: 0, reserved: 0, started: 0)
    }

    /// `current.jsonl` is for eyes and `tail -F`; it never points at nothing.
    private func pointLink(at name: SegmentName) throws(DeviceError) {
        let temporary = directory.currentLink + SegmentName.temporarySuffix
        try device.remove(temporary)
        try device.link(name.fileName, at: temporary)
        try device.rename(temporary, to: directory.currentLink)
        // The directory too: without it a crash can lose the name of a file whose bytes survived.
        try device.synchronizeDirectory(directory.log)
    }
}
