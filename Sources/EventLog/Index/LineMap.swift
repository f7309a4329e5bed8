internal import EventLine

/// Which line begins first in each step of 64 KiB of a segment's text, and where.
struct LineMap: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        /// The number of the line in its segment, from 0.
        var ordinal: Int
        /// Where it begins.
        var offset: Int
    }

    static let stepBytes = 64 << 10

    /// One for each step. Where no line begins, what is true of the next step.
    private(set) var entries: [Entry]

    /// Collects the lines as they come; `end` closes the map.
    init() { entries = [] }

    mutating func append(ordinal: Int, offset: Int) {
        while entries.count * Self.stepBytes <= offset {
            entries.append(Entry(ordinal: ordinal, offset: offset))
        }
    }

    mutating func end(lineCount: Int, plainBytes: Int) {
        while entries.count * Self.stepBytes < plainBytes {
            entries.append(Entry(ordinal: lineCount, offset: plainBytes))
        }
    }

    /// The bytes in which a line lies, from the start of a line on, and the ordinal of that line.
    func extent(of ordinal: Int, plainBytes: Int) -> (first: Int, range: Range<Int>)? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].ordinal <= ordinal { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return nil }
        let entry = entries[low - 1]
        let end = low < entries.count ? entries[low].offset : plainBytes
        return entry.offset < end ? (entry.ordinal, entry.offset..<end) : nil
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(UInt32(Self.stepBytes))
        for entry in entries {
            bytes.appendLittleEndian(UInt32(entry.ordinal))
            bytes.appendLittleEndian(UInt32(entry.offset))
        }
        return bytes
    }

    /// Reads the form on the disk; nil if it says what cannot be.
    init?(_ bytes: [UInt8]) {
        guard bytes.littleEndian(UInt32.self, at: 0) == UInt32(Self.stepBytes),
            (bytes.count - 4) % 8 == 0
        else { return nil }
        entries = []
        for place in stride(from: 4, to: bytes.count, by: 8) {
            guard let ordinal = bytes.littleEndian(UInt32.self, at: place),
                let offset = bytes.littleEndian(UInt32.self, at: place + 4),
                entries.last.map({ $0.ordinal <= ordinal && $0.offset <= offset }) ?? true
            else { return nil }
            entries.append(Entry(ordinal: Int(ordinal), offset: Int(offset)))
        }
    }
}

/// The least and the greatest time of the lines that begin in each 256 KiB of a segment's text.
struct TimeMap: Hashable, Sendable {
    static let stepBytes = 256 << 10

    /// Nil where no line begins.
    private(set) var steps: [ClosedRange<Int64>?] = []

    init() {}

    mutating func append(_ time: Int64, offset: Int) {
        let step = offset / Self.stepBytes
        while steps.count <= step { steps.append(nil) }
        let known = steps[step] ?? time...time
        steps[step] = min(known.lowerBound, time)...max(known.upperBound, time)
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendLittleEndian(UInt32(Self.stepBytes))
        for step in steps {
            // A range that ends before it begins holds nothing.
            bytes.appendLittleEndian(step?.lowerBound ?? .max)
            bytes.appendLittleEndian(step?.upperBound ?? .min)
        }
        return bytes
    }

    /// Reads the form on the disk; nil if it cannot be one.
    init?(_ bytes: [UInt8]) {
        guard bytes.littleEndian(UInt32.self, at: 0) == UInt32(Self.stepBytes),
            (bytes.count - 4) % 16 == 0
        else { return nil }
        for place in stride(from: 4, to: bytes.count, by: 16) {
            guard let least = bytes.littleEndian(Int64.self, at: place),
                let greatest = bytes.littleEndian(Int64.self, at: place + 8)
            else { return nil }
            steps.append(least <= greatest ? least...greatest : nil)
        }
    }
}
