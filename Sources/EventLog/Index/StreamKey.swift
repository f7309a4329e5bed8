internal import EventLine

/// 32 bits that stand for the name of a stream in an index. Two names may have the same: whoever
/// finds a line by its key looks whether the line names the stream.
struct StreamKey: Hashable, Comparable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    init(_ stream: StreamName) {
        var hash = StreamHash()
        for byte in stream.text.utf8 { hash.combine(byte) }
        self = hash.key
    }

    init(_ name: Span<UInt8>) {
        var hash = StreamHash()
        for place in name.indices { hash.combine(name[place]) }
        self = hash.key
    }

    static func < (left: StreamKey, right: StreamKey) -> Bool { left.rawValue < right.rawValue }
}

/// FNV-1a over the bytes of a name, mixed at its end so that all bits depend on all bytes.
struct StreamHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    @inline(__always)
    mutating func combine(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    var key: StreamKey { StreamKey(rawValue: UInt32(Self.mixed(state) >> 32)) }
    var mixed: UInt64 { Self.mixed(state) }

    /// The last step of MurmurHash3 for 64 bits.
    static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ mixed >> 33) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ mixed >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return mixed ^ mixed >> 33
    }
}

/// A Bloom filter over the streams of a segment. All bits of one stream lie in the same 64 bytes.
struct StreamFilter: Hashable, Sendable {
    private static let lineBytes = 64
    private static let bitsPerStream = 10
    private static let probeCount = 6

    /// What stands on the disk.
    private(set) var bytes: [UInt8]

    /// A filter for this many streams, empty.
    init(streamCount: Int) {
        let lines = max(1, (streamCount * Self.bitsPerStream + 511) / 512)
        bytes = [UInt8](repeating: 0, count: lines * Self.lineBytes)
    }

    /// A filter from the disk; nil if it cannot be one.
    init?(bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count % Self.lineBytes == 0 else { return nil }
        self.bytes = bytes
    }

    mutating func insert(_ key: StreamKey) {
        for bit in bits(of: key) { bytes[bit >> 3] |= 1 << UInt8(bit & 7) }
    }

    /// False only if the stream is not there.
    func mayContain(_ key: StreamKey) -> Bool {
        bits(of: key).allSatisfy { bytes[$0 >> 3] & 1 << UInt8($0 & 7) != 0 }
    }

    private func bits(of key: StreamKey) -> some Sequence<Int> {
        let hash = StreamHash.mixed(UInt64(key.rawValue))
        let line = Int(((hash >> 32) * UInt64(bytes.count / Self.lineBytes)) >> 32)
        let first = Int(hash & 511)
        let step = Int(hash >> 9 & 511 | 1)
        return (0..<Self.probeCount).lazy.map { line * 512 + ((first + $0 * step) & 511) }
    }
}
