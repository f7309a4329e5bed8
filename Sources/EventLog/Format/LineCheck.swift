internal import EventLine

/// What can be told of a line without parsing it: its sequence and its checksum stand at known
/// places of the canonical form.
enum LineCheck {
    private static let start = Array("{\"specversion\":\"1.0\",\"sequence\":\"".utf8)
    private static let checksum = Array(",\"crc32c\":\"".utf8)
    private static let end = Array("\"}".utf8)

    /// How many bytes of a line must be known to know its sequence.
    static let startCount = start.count + 21

    /// The sequence that the line says it has; nil if it does not begin like a line.
    static func sequence(of line: Span<UInt8>) -> UInt64? {
        guard line.count >= startCount, isStart(line) else { return nil }
        var sequence: UInt64 = 0
        for place in start.count..<start.count + 20 {
            guard (48...57).contains(line[place]) else { return nil }
            let (product, tooLarge) = sequence.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(UInt64(line[place] - 48))
            guard !tooLarge, !overflow else { return nil }
            sequence = sum
        }
        return sequence <= SegmentName.sequenceMax ? sequence : nil
    }

    /// What is wrong with the line's bytes; nil if they are those that were written.
    static func problem(in line: Span<UInt8>) -> LogProblem? {
        guard line.count <= EventLine.byteCountMax else {
            return .malformed("it has \(line.count) bytes")
        }
        let bodyCount = line.count - checksum.count - 8 - end.count
        guard bodyCount > 0, line.holds(checksum, at: bodyCount),
            line.holds(end, at: line.count - end.count)
        else { return .malformed("it does not end in a crc32c") }
        let stated = hexadecimal(CRC32C.checksum(line.extracting(0..<bodyCount)))
        return line.holds(stated, at: bodyCount + checksum.count) ? nil : .checksum
    }

    /// Whether these bytes can only be the start of a line.
    static func isStart(_ bytes: Span<UInt8>) -> Bool { bytes.holds(start, at: 0) }

    /// Where the next line begins behind a place, line feed or not; nil if none does.
    static func nextStart(in bytes: Span<UInt8>, behind offset: Int) -> Int? {
        bytes.firstRange(of: start.span, from: offset + 1)
    }

    /// Whether these bytes can be what was left of a line: its first bytes, or zeros.
    static func isRest(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 == 0 }
            || bytes.prefix(start.count).elementsEqual(start.prefix(bytes.count))
    }

    private static func hexadecimal(_ number: UInt32) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<8).map { digits[Int(number >> UInt32(28 - $0 * 4) & 15)] }
    }
}

extension LineCheck {
    /// The sequence that the line says it has; nil if it does not begin like a line.
    static func sequence(of line: [UInt8]) -> UInt64? { sequence(of: line.span) }

    /// What is wrong with the line's bytes; nil if they are those that were written.
    static func problem(in line: [UInt8]) -> LogProblem? { problem(in: line.span) }
}

extension Span<UInt8> {
    fileprivate func holds(_ literal: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, offset + literal.count <= count else { return false }
        for place in literal.indices where self[offset + place] != literal[place] { return false }
        return true
    }
}
