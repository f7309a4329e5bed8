internal import EventLine

/// Frames that are open for reading: those of a sealed segment or of an index file, or some in
/// memory.
///
/// What it gives out was checked against its checksum. May be used by several threads.
final class FrameFile: Sendable {
    /// Why frames are of no use.
    enum Failure: Error {
        case log(LogError)
        /// They are not there, or not as they were written.
        case unsound(String)
    }

    private enum Source: Sendable {
        case file(OpenFile, any LogDevice)
        case memory([UInt8])
    }

    private let source: Source
    private let footerStart: Int
    private let footer: FrameFooter

    /// Frames in memory.
    convenience init(_ bytes: [UInt8]) throws(Failure) { try self.init(.memory(bytes)) }

    /// Opens a file that ends in frames.
    convenience init(at path: String, on device: any LogDevice) throws(Failure) {
        let file: OpenFile
        do { file = try device.open(path, .reading) } catch { throw .log(.device(error)) }
        try self.init(.file(file, device))
    }

    private init(_ source: Source) throws(Failure) {
        self.source = source
        let end: (start: Int, footer: FrameFooter)
        do {
            end = try Self.footer(of: source)
        } catch {
            if case .file(let file, let device) = source { device.close(file) }
            throw error
        }
        (footerStart, footer) = end
    }

    deinit {
        if case .file(let file, let device) = source { device.close(file) }
    }

    /// The tags of the frames that are here.
    var tags: [IndexFrame.Tag] { footer.entries.map(\.tag) }

    /// How many bytes the rest of a frame has; nil if it is not here.
    func byteCount(of tag: IndexFrame.Tag) -> Int? {
        footer[tag].map { $0.byteCount - IndexFrame.headerBytes }
    }

    /// What stands in a frame.
    func rest(of tag: IndexFrame.Tag) throws(Failure) -> [UInt8] {
        let frame = try frame(tag)
        guard let rest = IndexFrame.rest(of: frame, tag) else {
            throw .unsound("the frame \(tag.rawValue) is damaged")
        }
        return rest
    }

    /// A whole frame, unchecked.
    func frame(_ tag: IndexFrame.Tag) throws(Failure) -> [UInt8] {
        guard let entry = footer[tag] else { throw .unsound("there is no frame \(tag.rawValue)") }
        return try read(at: footerStart - entry.distance, count: entry.byteCount)
    }

    /// Some bytes of the rest of a frame, unchecked.
    func bytes(of tag: IndexFrame.Tag, at offset: Int, count: Int) throws(Failure) -> [UInt8] {
        guard let entry = footer[tag], offset >= 0, count >= 0,
            offset + count <= entry.byteCount - IndexFrame.headerBytes
        else { throw .unsound("the frame \(tag.rawValue) is too short") }
        let start = footerStart - entry.distance + IndexFrame.headerBytes
        return try read(at: start + offset, count: count)
    }

    private func read(at offset: Int, count: Int) throws(Failure) -> [UInt8] {
        let bytes = try Self.read(source, at: offset, count: count)
        guard bytes.count == count else { throw .unsound("it ends too early") }
        return bytes
    }

    private static func footer(
        of source: Source
    ) throws(Failure) -> (start: Int, footer: FrameFooter) {
        let byteCount = try byteCount(of: source)
        let endBytes = min(byteCount, FrameFooter.byteCountMax)
        let end = try read(source, at: byteCount - endBytes, count: endBytes)
        guard let footer = FrameFooter(endOf: end),
            let footerBytes = end.littleEndian(UInt32.self, at: end.count - 4)
        else { throw .unsound("it does not end in a sound footer") }
        let start = byteCount - Int(footerBytes)
        for entry in footer.entries
        where entry.byteCount < IndexFrame.headerBytes || entry.byteCount > entry.distance
            || entry.distance > start
        {
            throw .unsound("its footer names the frame \(entry.tag.rawValue) where it cannot be")
        }
        return (start, footer)
    }

    private static func byteCount(of source: Source) throws(Failure) -> Int {
        switch source {
        case .memory(let bytes): return bytes.count
        case .file(let file, let device):
            do { return try device.byteCount(of: file) } catch { throw .log(.device(error)) }
        }
    }

    private static func read(
        _ source: Source,
        at offset: Int,
        count: Int
    ) throws(Failure) -> [UInt8] {
        switch source {
        case .memory(let bytes):
            return Array(bytes.dropFirst(offset).prefix(count))
        case .file(let file, let device):
            do {
                return try device.read(file, at: offset, count: count)
            } catch {
                throw .log(.device(error))
            }
        }
    }
}

extension FrameFile {
    /// The places of a stream, ascending: lines that may name it.
    ///
    /// Two small reads. The checksum of the bucket covers what the directory says, too: a wrong
    /// offset gives other bytes.
    func places(of key: StreamKey) throws(Failure) -> [UInt64] {
        guard let directoryBytes = byteCount(of: .directory),
            let bits = Self.bits(directoryBytes: directoryBytes)
        else { throw .unsound("the directory of streams has a size that cannot be") }
        let number = PostingTable.bucket(of: key, bits: bits)
        let entry = try bytes(of: .directory, at: 8 + number * 8, count: 12)
        guard let start = entry.littleEndian(UInt32.self, at: 0),
            let checksum = entry.littleEndian(UInt32.self, at: 4),
            let end = entry.littleEndian(UInt32.self, at: 8), start <= end
        else { throw .unsound("the directory of streams is damaged") }
        let bucket = try bytes(of: .buckets, at: Int(start), count: Int(end - start))
        let leastKey = PostingTable.leastKey(ofBucket: number, bits: bits)
        guard CRC32C.checksum(bucket) == checksum,
            let places = PostingBucket.places(of: key, in: bucket, leastKey: leastKey)
        else { throw .unsound("bucket \(number) of the streams is damaged") }
        return places
    }

    static func bits(directoryBytes: Int) -> Int? {
        (0...24).first { PostingTable.directoryBytes(bits: $0) == directoryBytes }
    }

    /// What the segment is.
    func summary() throws(Failure) -> SegmentSummary {
        guard let summary = SegmentSummary(try rest(of: .summary)) else {
            throw .unsound("the summary says what cannot be")
        }
        return summary
    }
}
