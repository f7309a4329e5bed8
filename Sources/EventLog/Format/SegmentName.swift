/// The name of a segment: the sequence of its first line in 20 digits.
struct SegmentName: Hashable, Comparable, Sendable {
    let first: UInt64
    let isSealed: Bool

    /// Larger numbers are not written, so that counting on never overflows.
    static let sequenceMax = UInt64(Int64.max) - 1

    private static let digitCount = 20
    private static let plainEnding = Array(".jsonl".utf8)
    private static let sealedEnding = Array(".jsonl.lz4".utf8)

    static let currentLink = "current.jsonl"
    static let temporarySuffix = ".new"

    init(first: UInt64, isSealed: Bool = false) {
        self.first = first
        self.isSealed = isSealed
    }

    /// Reads a file name; nil if it is not that of a segment.
    init?(_ fileName: String) {
        // Byte by byte: a long log has thousands of segments, and its directory is read often.
        let bytes = fileName.utf8
        guard bytes.count >= Self.digitCount else { return nil }
        var first: UInt64 = 0
        for byte in bytes.prefix(Self.digitCount) {
            guard (48...57).contains(byte) else { return nil }
            let (product, tooLarge) = first.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(UInt64(byte - 48))
            guard !tooLarge, !overflow else { return nil }
            first = sum
        }
        guard first > 0, first <= Self.sequenceMax else { return nil }
        let ending = bytes.dropFirst(Self.digitCount)
        if ending.elementsEqual(Self.plainEnding) {
            self.init(first: first)
        } else if ending.elementsEqual(Self.sealedEnding) {
            self.init(first: first, isSealed: true)
        } else {
            return nil
        }
    }

    var fileName: String { "\(twentyDigits(first)).jsonl\(isSealed ? ".lz4" : "")" }

    static func < (left: SegmentName, right: SegmentName) -> Bool {
        (left.first, left.isSealed ? 1 : 0) < (right.first, right.isSealed ? 1 : 0)
    }
}

/// A sequence as it stands in lines and in file names.
func twentyDigits(_ number: UInt64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: 20 - digits.count) + digits
}
