/// The name of a segment: the sequence of its first line in 20 digits.
struct SegmentName: Hashable, Comparable, Sendable {
    let first: UInt64
    let isSealed: Bool

    /// Larger numbers are not written, so that counting on never overflows.
    static let sequenceMax = UInt64(Int64.max) - 1

    static let currentLink = "current.jsonl"
    static let temporarySuffix = ".new"

    init(first: UInt64, isSealed: Bool = false) {
        self.first = first
        self.isSealed = isSealed
    }

    /// Reads a file name; nil if it is not that of a segment.
    init?(_ fileName: String) {
        let digits = fileName.prefix(20)
        guard digits.utf8.count == 20, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let first = UInt64(digits), first > 0, first <= Self.sequenceMax
        else { return nil }
        switch fileName.dropFirst(20) {
        case ".jsonl": self.init(first: first)
        case ".jsonl.lz4": self.init(first: first, isSealed: true)
        default: return nil
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
