internal import EventLine

/// One part of an index: an LZ4 skippable frame that holds a tag, a checksum, and the rest.
///
/// `lz4` steps over such frames, so they can follow the packed text in the same file.
enum IndexFrame {
    enum Tag: String, CaseIterable, Sendable {
        case summary = "SUMM"
        case lineMap = "LMAP"
        case times = "TIME"
        case filter = "BLOM"
        case buckets = "SBKT"
        case directory = "SDIR"
        case ids = "EIDS"
        case blocks = "BLKS"
        case footer = "FOOT"
        /// The summaries of the segments of a run. Only in files that are private.
        case run = "RUNS"
    }

    static let magic: UInt32 = 0x184d_2a50
    /// How many bytes of a frame stand before its rest: magic, size, tag, checksum.
    static let headerBytes = 16

    static func encoded(_ tag: Tag, _ rest: [UInt8]) -> [UInt8] {
        header(tag, restBytes: rest.count, checksum: CRC32C.checksum(rest)) + rest
    }

    static func header(_ tag: Tag, restBytes: Int, checksum: UInt32) -> [UInt8] {
        var header: [UInt8] = []
        header.appendLittleEndian(magic)
        header.appendLittleEndian(UInt32(restBytes + 8))
        header += tag.rawValue.utf8
        header.appendLittleEndian(checksum)
        return header
    }

    /// What stands in a whole frame; nil if it is damaged or another one.
    static func rest(of frame: [UInt8], _ tag: Tag) -> [UInt8]? {
        guard frame.count >= headerBytes, frame.littleEndian(UInt32.self, at: 0) == magic,
            frame.littleEndian(UInt32.self, at: 4).map({ Int($0) }) == frame.count - 8,
            frame[8..<12].elementsEqual(tag.rawValue.utf8)
        else { return nil }
        let rest = frame.span.extracting(headerBytes..<frame.count)
        guard frame.littleEndian(UInt32.self, at: 12) == CRC32C.checksum(rest) else { return nil }
        return Array(frame[headerBytes...])
    }
}

/// The last frame: where the others are, so that a reader can begin at the end of the file.
struct FrameFooter: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        let tag: IndexFrame.Tag
        /// How far before the footer the frame begins.
        let distance: Int
        /// The size of the whole frame.
        let byteCount: Int
    }

    var entries: [Entry]

    static let version: UInt32 = 1
    /// No footer is longer, with whatever a later version adds.
    static let byteCountMax = 512

    subscript(tag: IndexFrame.Tag) -> Entry? { entries.first { $0.tag == tag } }

    /// The whole frame. It ends in its own size.
    var encoded: [UInt8] {
        var rest: [UInt8] = []
        rest.appendLittleEndian(Self.version)
        for entry in entries {
            rest += entry.tag.rawValue.utf8
            rest.appendLittleEndian(UInt32(entry.distance))
            rest.appendLittleEndian(UInt32(entry.byteCount))
        }
        rest.appendLittleEndian(UInt32(IndexFrame.headerBytes + rest.count + 4))
        return IndexFrame.encoded(.footer, rest)
    }

    init(entries: [Entry]) { self.entries = entries }

    /// Finds the footer in the last bytes of a file; nil if the file does not end in a sound one.
    init?(endOf bytes: [UInt8]) {
        guard let byteCount = bytes.littleEndian(UInt32.self, at: bytes.count - 4),
            byteCount <= bytes.count,
            let rest = IndexFrame.rest(of: Array(bytes.suffix(Int(byteCount))), .footer),
            rest.count >= 8, (rest.count - 8) % 12 == 0,
            rest.littleEndian(UInt32.self, at: 0) == Self.version
        else { return nil }
        entries = stride(from: 4, to: rest.count - 4, by: 12).compactMap { place in
            // What a later version adds is not for us.
            guard
                let tag = IndexFrame.Tag(
                    rawValue: String(decoding: rest[place..<place + 4], as: UTF8.self)
                ),
                let distance = rest.littleEndian(UInt32.self, at: place + 4),
                let byteCount = rest.littleEndian(UInt32.self, at: place + 8)
            else { return nil }
            return Entry(tag: tag, distance: Int(distance), byteCount: Int(byteCount))
        }
    }
}

/// A run of frames with its footer.
struct FrameSequence: Sendable {
    private(set) var bytes: [UInt8] = []
    /// How many bytes stand before.
    private var start = 0
    private var places: [(tag: IndexFrame.Tag, start: Int, byteCount: Int)] = []

    init() {}

    /// Frames that follow one whose rest has so many bytes.
    init(behind tag: IndexFrame.Tag, byteCount: Int) {
        start = IndexFrame.headerBytes + byteCount
        places = [(tag, 0, start)]
    }

    /// Those of a file, but for its footer, checked.
    init(of file: FrameFile) throws(FrameFile.Failure) {
        for tag in file.tags { append(tag, try file.rest(of: tag)) }
    }

    /// Adds a frame.
    mutating func append(_ tag: IndexFrame.Tag, _ rest: [UInt8]) {
        let frame = IndexFrame.encoded(tag, rest)
        places.append((tag, start + bytes.count, frame.count))
        bytes += frame
    }

    /// All frames, the footer last.
    consuming func finished() -> [UInt8] {
        let end = start + bytes.count
        let entries = places.map {
            FrameFooter.Entry(tag: $0.tag, distance: end - $0.start, byteCount: $0.byteCount)
        }
        return bytes + FrameFooter(entries: entries).encoded
    }
}
