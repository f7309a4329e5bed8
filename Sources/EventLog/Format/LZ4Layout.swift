/// Where the blocks of an LZ4 frame lie, so that any part can be unpacked without the rest.
///
/// Every block but the last unpacks to exactly `blockBytes`: that is how they are sealed.
struct LZ4Layout: Sendable {
    struct Block: Sendable {
        let offset: Int
        let byteCount: Int
        let isStored: Bool
    }

    let blockBytes: Int
    let contentBytes: Int
    let blocks: [Block]
    /// Where the frame ends, and skippable ones may follow.
    let frameEnd: Int

    static let frameMagic: UInt32 = 0x184d_2204
    static let skippableMagic: ClosedRange<UInt32> = 0x184d_2a50...0x184d_2a5f

    /// Walks through the frame at the start of a file, from block header to block header.
    init(
        fileBytes: Int,
        read: (_ offset: Int, _ count: Int) throws(LogError) -> [UInt8]
    ) throws(LayoutError) {
        let header = try Self.bytes(0, 15, read)
        guard header.littleEndian(UInt32.self, at: 0) == Self.frameMagic, header.count == 15 else {
            throw .malformed("it does not begin with an LZ4 frame")
        }
        // Version 1, independent blocks, content size and checksum given; with block checksums or
        // without.
        guard header[4] & 0b1110_1111 == 0b0110_1100,
            let contentBytes = header.littleEndian(Int64.self, at: 6),
            contentBytes >= 0, contentBytes <= Int64(fileBytes) * 256
        else { throw .malformed("its frame has other settings than those of sealing") }
        self.contentBytes = Int(contentBytes)
        blockBytes = 1 << (8 + 2 * Int(header[5] >> 4 & 7))
        let checksumBytes = header[4] & 0b0001_0000 == 0 ? 0 : 4
        var blocks: [Block] = []
        var place = 15
        while true {
            guard let word = try Self.bytes(place, 4, read).littleEndian(UInt32.self, at: 0) else {
                throw .malformed("it ends after block \(blocks.count)")
            }
            place += 4
            guard word != 0 else { break }
            let byteCount = Int(word & 0x7fff_ffff)
            guard byteCount <= blockBytes, place + byteCount <= fileBytes else {
                throw .malformed("block \(blocks.count) is longer than it can be")
            }
            blocks.append(Block(offset: place, byteCount: byteCount, isStored: word >> 31 == 1))
            place += byteCount + checksumBytes
        }
        guard blocks.count == (self.contentBytes + blockBytes - 1) / blockBytes else {
            throw .malformed("it has \(blocks.count) blocks for \(contentBytes) bytes")
        }
        self.blocks = blocks
        frameEnd = place + 4
    }

    /// How many bytes a block unpacks to.
    func contentBytes(ofBlock number: Int) -> Int {
        min(blockBytes, contentBytes - number * blockBytes)
    }

    enum LayoutError: Error {
        case log(LogError)
        case malformed(String)
    }

    private static func bytes(
        _ offset: Int,
        _ count: Int,
        _ read: (Int, Int) throws(LogError) -> [UInt8]
    ) throws(LayoutError) -> [UInt8] {
        do { return try read(offset, count) } catch { throw .log(error) }
    }
}
