internal import EventLine

/// Walks through a posting table from its first key to its last, reading on in large pieces.
struct PostingStream: Sendable {
    private let frames: FrameFile
    private let directory: [UInt8]
    private let bits: Int
    private var nextBucket = 0
    private var piece: [UInt8] = []
    private var pieceStart = 0
    private var bucket = PostingBucket([], leastKey: 0)

    private static let pieceBytes = 256 << 10

    init(_ frames: FrameFile) throws(FrameFile.Failure) {
        directory = try frames.rest(of: .directory)
        guard let bits = FrameFile.bits(directoryBytes: directory.count) else {
            throw .unsound("the directory of streams has a size that cannot be")
        }
        self.frames = frames
        self.bits = bits
    }

    /// How many keys there are, as the table says.
    var keyCount: Int { Int(directory.littleEndian(UInt32.self, at: 4) ?? 0) }

    /// Steps to the next key; nil at the end. The places of the one before must have been read.
    mutating func nextKey() throws(FrameFile.Failure) -> StreamKey? {
        while bucket.isAtEnd {
            guard nextBucket < 1 << bits else { return nil }
            let least = PostingTable.leastKey(ofBucket: nextBucket, bits: bits)
            bucket = PostingBucket(try readBucket(nextBucket), leastKey: least)
            nextBucket += 1
        }
        guard let key = bucket.nextKey() else { throw Self.malformed }
        return key
    }

    /// The places of the key that was read last.
    mutating func places() throws(FrameFile.Failure) -> [UInt64] {
        guard let places = bucket.places() else { throw Self.malformed }
        return places
    }

    /// Steps over the places of the key that was read last.
    mutating func skipPlaces() throws(FrameFile.Failure) {
        guard bucket.skipPlaces() else { throw Self.malformed }
    }

    private static let malformed = FrameFile.Failure.unsound("a bucket of streams is malformed")

    private mutating func readBucket(_ number: Int) throws(FrameFile.Failure) -> [UInt8] {
        guard let start = directory.littleEndian(UInt32.self, at: 8 + number * 8),
            let checksum = directory.littleEndian(UInt32.self, at: 12 + number * 8),
            let end = directory.littleEndian(UInt32.self, at: 16 + number * 8), start <= end
        else { throw .unsound("the directory of streams is damaged") }
        let range = Int(start)..<Int(end)
        if range.lowerBound < pieceStart || range.upperBound > pieceStart + piece.count {
            let all = frames.byteCount(of: .buckets) ?? 0
            let count = max(range.count, min(Self.pieceBytes, all - range.lowerBound))
            piece = try frames.bytes(of: .buckets, at: range.lowerBound, count: count)
            pieceStart = range.lowerBound
        }
        let place = range.lowerBound - pieceStart
        let bytes = Array(piece[place..<place + range.count])
        guard CRC32C.checksum(bytes) == checksum else {
            throw .unsound("bucket \(number) of the streams is damaged")
        }
        return bytes
    }
}
