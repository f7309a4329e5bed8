internal import EventLine

/// Which lines of a segment name each stream, or which segments of a run: for each key its
/// places in ascending order.
///
/// Keys are sorted, and put into 2ⁿ buckets by their highest n bits. The directory has the offset
/// and the checksum of each bucket, so one key is found with two small reads.
enum PostingTable {
    /// A bucket has at most about so many keys.
    private static let keysPerBucket = 128
    private static let bitsMax = 24

    /// How many of a key's highest bits number its bucket.
    static func bits(keyCount: Int) -> Int {
        var bits = 0
        while bits < bitsMax, keyCount > keysPerBucket << bits { bits += 1 }
        return bits
    }

    static func bucket(of key: StreamKey, bits: Int) -> Int {
        bits == 0 ? 0 : Int(key.rawValue >> UInt32(32 - bits))
    }

    /// The least key that a bucket can have.
    static func leastKey(ofBucket bucket: Int, bits: Int) -> UInt32 {
        bits == 0 ? 0 : UInt32(bucket) << UInt32(32 - bits)
    }

    /// How many bytes the rest of a directory frame has.
    static func directoryBytes(bits: Int) -> Int { 12 + (8 << bits) }
}

/// Writes a posting table, key by key, ascending.
struct PostingWriter: Sendable {
    private let bits: Int
    /// Buckets that are complete and were not taken yet.
    private var output: [UInt8] = []
    private var bucket: [UInt8] = []
    private var bucketNumber = 0
    private var key: UInt32 = 0
    private var previousKey: UInt32 = 0
    private var places: [UInt64] = []
    private var directory: [UInt8] = []
    private var offset = 0
    private(set) var keyCount = 0

    init(bits: Int) {
        self.bits = bits
        directory.reserveCapacity(PostingTable.directoryBytes(bits: bits))
    }

    /// How many bytes could be taken.
    var outputCount: Int { output.count }

    /// Adds a place of a key. Both ascend.
    mutating func append(_ key: StreamKey, _ place: UInt64) {
        if !places.isEmpty, key.rawValue != self.key { endKey() }
        self.key = key.rawValue
        places.append(place)
    }

    /// Gives out the buckets that are complete, and forgets them.
    mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    /// Ends the last bucket. What is not taken yet, and the rest of the directory frame.
    mutating func finish() -> (buckets: [UInt8], directory: [UInt8]) {
        if !places.isEmpty { endKey() }
        while bucketNumber < 1 << bits { endBucket() }
        var header: [UInt8] = []
        header.appendLittleEndian(UInt32(bits))
        header.appendLittleEndian(UInt32(keyCount))
        directory.appendLittleEndian(UInt32(offset))
        return (takeOutput(), header + directory)
    }

    private mutating func endKey() {
        let number = PostingTable.bucket(of: StreamKey(rawValue: key), bits: bits)
        while bucketNumber < number { endBucket() }
        bucket.appendVarint(UInt64(key - previousKey))
        previousKey = key
        var previous: UInt64 = 0
        for (index, place) in places.enumerated() {
            let hasMore: UInt64 = index + 1 < places.count ? 1 : 0
            bucket.appendVarint((place - previous) << 1 | hasMore)
            previous = place
        }
        places.removeAll(keepingCapacity: true)
        keyCount += 1
    }

    private mutating func endBucket() {
        directory.appendLittleEndian(UInt32(offset))
        directory.appendLittleEndian(CRC32C.checksum(bucket))
        output += bucket
        offset += bucket.count
        bucket.removeAll(keepingCapacity: true)
        bucketNumber += 1
        if bucketNumber < 1 << bits {
            previousKey = PostingTable.leastKey(ofBucket: bucketNumber, bits: bits)
        }
    }
}

/// Walks through the records of one bucket.
struct PostingBucket: Sendable {
    private let bytes: [UInt8]
    private var place = 0
    private var key: UInt32

    init(_ bytes: [UInt8], leastKey: UInt32) {
        self.bytes = bytes
        key = leastKey
    }

    var isAtEnd: Bool { place == bytes.count }

    /// Reads the key of the next record; nil if it is malformed.
    mutating func nextKey() -> StreamKey? {
        guard let step = bytes.varint(at: &place), step <= UInt64(UInt32.max - key) else {
            return nil
        }
        key += UInt32(step)
        return StreamKey(rawValue: key)
    }

    /// Reads the places of the record whose key was read; nil if they are malformed.
    mutating func places() -> [UInt64]? {
        var places: [UInt64] = []
        var last: UInt64 = 0
        while let number = bytes.varint(at: &place) {
            last &+= number >> 1
            places.append(last)
            if number & 1 == 0 { return places }
        }
        return nil
    }

    /// The places of a key, none if it is not there; nil if the bucket is malformed.
    static func places(of wanted: StreamKey, in bytes: [UInt8], leastKey: UInt32) -> [UInt64]? {
        var bucket = PostingBucket(bytes, leastKey: leastKey)
        while !bucket.isAtEnd {
            guard let key = bucket.nextKey() else { return nil }
            if key > wanted { return [] }
            if key == wanted { return bucket.places() }
            guard bucket.skipPlaces() else { return nil }
        }
        return []
    }

    /// Steps over the places of the record whose key was read; false if they are malformed.
    mutating func skipPlaces() -> Bool {
        while let number = bytes.varint(at: &place) {
            if number & 1 == 0 { return true }
        }
        return false
    }
}
