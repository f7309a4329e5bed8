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

    /// The blocks of a sealed file: by its block index where that is sound, so that damage
    /// between the blocks hides none of them, else by walking.
    init(
        fileBytes: Int,
        read: (_ offset: Int, _ count: Int) throws(LogError) -> [UInt8]
    ) throws(LayoutError) {
        if let indexed = try Self(indexedIn: fileBytes, read) {
            self = indexed
        } else {
            try self.init(walking: fileBytes, read)
        }
    }

    /// Walks through the frame at the start of a file, from block header to block header.
    init(
        walking fileBytes: Int,
        _ read: (_ offset: Int, _ count: Int) throws(LogError) -> [UInt8]
    ) throws(LayoutError) {
        let header = try Self.bytes(read, 0, 15)
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
            guard let word = try Self.bytes(read, place, 4).littleEndian(UInt32.self, at: 0) else {
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

    static func bytes(
        _ read: (Int, Int) throws(LogError) -> [UInt8],
        _ offset: Int,
        _ count: Int
    ) throws(LayoutError) -> [UInt8] {
        do { return try read(offset, count) } catch { throw .log(error) }
    }
}

extension LZ4Layout {
    /// The rest of the frame with the block index.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(UInt32(blockBytes))
        bytes.appendLittleEndian(UInt64(contentBytes))
        bytes.appendLittleEndian(UInt32(frameEnd))
        for block in blocks {
            bytes.appendLittleEndian(UInt32(block.offset))
            bytes.appendLittleEndian(UInt32(block.byteCount) | (block.isStored ? 1 << 31 : 0))
        }
        return bytes
    }

    /// Reads a block index; nil if it says what cannot be.
    init?(_ bytes: [UInt8], fileBytes: Int) {
        guard let blockBytes = bytes.littleEndian(UInt32.self, at: 0),
            (1...4 << 20).contains(blockBytes),
            let contentBytes = bytes.littleEndian(UInt64.self, at: 4),
            contentBytes <= UInt64(UInt32.max),
            let frameEnd = bytes.littleEndian(UInt32.self, at: 12), Int(frameEnd) <= fileBytes
        else { return nil }
        self.blockBytes = Int(blockBytes)
        self.contentBytes = Int(contentBytes)
        self.frameEnd = Int(frameEnd)
        var blocks: [Block] = []
        for place in stride(from: 16, to: bytes.count, by: 8) {
            guard let offset = bytes.littleEndian(UInt32.self, at: place),
                let word = bytes.littleEndian(UInt32.self, at: place + 4)
            else { return nil }
            let byteCount = Int(word & 0x7fff_ffff)
            guard byteCount <= self.blockBytes, Int(offset) + byteCount <= self.frameEnd else {
                return nil
            }
            blocks.append(
                Block(offset: Int(offset), byteCount: byteCount, isStored: word >> 31 == 1)
            )
        }
        guard blocks.count == (self.contentBytes + self.blockBytes - 1) / self.blockBytes else {
            return nil
        }
        self.blocks = blocks
    }

    private init?(
        indexedIn fileBytes: Int,
        _ read: (Int, Int) throws(LogError) -> [UInt8]
    ) throws(LayoutError) {
        let endBytes = min(fileBytes, FrameFooter.byteCountMax)
        let end = try Self.bytes(read, fileBytes - endBytes, endBytes)
        guard let footer = FrameFooter(endOf: end), let entry = footer[.blocks],
            let footerBytes = end.littleEndian(UInt32.self, at: end.count - 4)
        else { return nil }
        let start = fileBytes - Int(footerBytes) - entry.distance
        guard start >= 0, entry.byteCount <= entry.distance else { return nil }
        let frame = try Self.bytes(read, start, entry.byteCount)
        guard let rest = IndexFrame.rest(of: frame, .blocks) else { return nil }
        self.init(rest, fileBytes: fileBytes)
    }
}
