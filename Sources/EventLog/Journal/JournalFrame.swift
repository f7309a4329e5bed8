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

    static let headerBytes = CommitGroup.headerBytes
    private static let magic = Array("DBJF".utf8)

    /// Writes the header of a group's frame before its lines; the group's bytes are the frame then.
    static func seal(_ group: inout CommitGroup, run: UInt64) {
        var header = magic
        header.appendLittleEndian(UInt32(0))
        header.appendLittleEndian(run)
        header.appendLittleEndian(group.first)
        header.appendLittleEndian(UInt32(group.count))
        header.appendLittleEndian(UInt32(group.lineBytes))
        group.bytes.replaceSubrange(0..<headerBytes, with: header)
        let checksum = CRC32C.checksum(group.bytes.span.extracting(8..<group.bytes.count))
        for place in 0..<4 {
            group.bytes[4 + place] = UInt8(truncatingIfNeeded: checksum >> UInt32(place * 8))
        }
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
        self.run = run
        group = CommitGroup(first: first, count: Int(count), lines: bytes[Self.headerBytes...])
    }
}
