internal import EventLine

/// One group in the journal. Private to this version of the program; all numbers least byte first.
///
///     0   4  "DBJF"
///     4   4  CRC-32C of everything behind
///     8   8  run: frames of one pass through the journal have the same
///     16  8  sequence of the first line
///     24  4  number of lines
///     28  4  number of bytes of the lines
///     32     the lines
struct JournalFrame: Sendable {
    let run: UInt64
    let group: CommitGroup

    static let headerBytes = 32
    private static let magic = Array("DBJF".utf8)

    /// The bytes as they are written.
    var encoded: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(Self.headerBytes + group.bytes.count)
        body.appendLittleEndian(run)
        body.appendLittleEndian(group.first)
        body.appendLittleEndian(UInt32(group.count))
        body.appendLittleEndian(UInt32(group.bytes.count))
        body.append(contentsOf: group.bytes)
        var frame = Self.magic
        frame.reserveCapacity(body.count + 8)
        frame.appendLittleEndian(CRC32C.checksum(body))
        frame.append(contentsOf: body)
        return frame
    }

    init(run: UInt64, group: CommitGroup) {
        self.run = run
        self.group = group
    }

    /// How many bytes the frame has that begins so; nil if none begins so.
    static func byteCount(header: [UInt8]) -> Int? {
        guard header.count == headerBytes, header.starts(with: magic) else { return nil }
        return header.littleEndian(UInt32.self, at: 28).map { headerBytes + Int($0) }
    }

    /// Reads a whole frame; nil if any bit of it is not as it was written.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.magic), bytes.count >= Self.headerBytes,
            let checksum = bytes.littleEndian(UInt32.self, at: 4),
            checksum == CRC32C.checksum(bytes.span.extracting(8..<bytes.count)),
            let run = bytes.littleEndian(UInt64.self, at: 8),
            let first = bytes.littleEndian(UInt64.self, at: 16),
            let count = bytes.littleEndian(UInt32.self, at: 24), count > 0, first > 0,
            first <= SegmentName.sequenceMax - UInt64(count)
        else { return nil }
        let lines = Array(bytes[Self.headerBytes...])
        self.run = run
        group = CommitGroup(first: first, count: Int(count), bytes: lines)
    }
}
