package import EventLine

/// What is in a segment that is complete, in a few numbers.
package struct SegmentSummary: Hashable, Sendable {
    /// The sequence of its first line, after which it is named.
    package var first: UInt64
    /// The sequence of its last line.
    package var last: UInt64
    /// The size of its plain text.
    package var plainBytes: Int
    /// The least and the greatest time of its lines.
    package var times: ClosedRange<Instant>
    /// The least and the greatest event id.
    package var ids: ClosedRange<UniqueID>

    /// How many lines it has.
    package var lineCount: Int { Int(last - first) + 1 }
}

extension SegmentSummary {
    static let byteCount = 72

    /// The form on the disk: numbers least byte first, ids as they are written.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(first)
        bytes.appendLittleEndian(last)
        bytes.appendLittleEndian(UInt64(plainBytes))
        bytes.appendLittleEndian(times.lowerBound.microseconds)
        bytes.appendLittleEndian(times.upperBound.microseconds)
        for id in [ids.lowerBound, ids.upperBound] {
            bytes.appendLittleEndian(id.high.byteSwapped)
            bytes.appendLittleEndian(id.low.byteSwapped)
        }
        return bytes
    }

    /// Reads the form on the disk; nil if it says what cannot be.
    init?(_ bytes: [UInt8], at place: Int = 0) {
        func word(_ number: Int) -> UInt64? { bytes.littleEndian(at: place + number * 8) }
        guard let first = word(0), let last = word(1), let plainBytes = word(2),
            let least = word(3), let greatest = word(4), let lowHigh = word(5),
            let lowLow = word(6), let highHigh = word(7), let highLow = word(8), first > 0,
            first <= last, last <= SegmentName.sequenceMax, last - first < UInt64(UInt32.max),
            plainBytes <= UInt64(UInt32.max)
        else { return nil }
        let earliest = Instant(microseconds: Int64(bitPattern: least))
        let latest = Instant(microseconds: Int64(bitPattern: greatest))
        let leastID = UniqueID(high: lowHigh.byteSwapped, low: lowLow.byteSwapped)
        let greatestID = UniqueID(high: highHigh.byteSwapped, low: highLow.byteSwapped)
        guard earliest <= latest, leastID <= greatestID else { return nil }
        self.first = first
        self.last = last
        self.plainBytes = Int(plainBytes)
        times = earliest...latest
        ids = leastID...greatestID
    }
}

/// How many lines of each type a segment has.
struct TypeCounts: Hashable, Sendable {
    var counts: [String: Int] = [:]

    /// The keys of the types in the form on the disk; nil if it says what cannot be.
    static func keys(in bytes: [UInt8], at place: Int) -> [UInt64]? {
        guard let typeCount = bytes.littleEndian(UInt32.self, at: place) else { return nil }
        var keys: [UInt64] = []
        var place = place + 4
        for _ in 0..<typeCount {
            guard let byteCount = bytes.littleEndian(UInt16.self, at: place + 4),
                place + 6 + Int(byteCount) <= bytes.count
            else { return nil }
            let end = place + 6 + Int(byteCount)
            keys.append(key(of: bytes[place + 6..<end]))
            place = end
        }
        return keys
    }

    /// What stands for a type where it is only asked whether there may be one.
    static func key(of type: some Sequence<UInt8>) -> UInt64 {
        var hash = StreamHash()
        for byte in type { hash.combine(byte) }
        return hash.mixed
    }

    /// The form on the disk, ordered by name.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(UInt32(counts.count))
        for (type, count) in counts.sorted(by: { $0.key < $1.key }) {
            bytes.appendLittleEndian(UInt32(count))
            bytes.appendLittleEndian(UInt16(type.utf8.count))
            bytes += type.utf8
        }
        return bytes
    }
}
