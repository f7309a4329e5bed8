/// Reading identifiers, dates and moments in place, without a string in between: many times as
/// fast, which replaying a log is made of.
extension JSONCursor {
    /// Reads a string that is a lower-case UUID; nil, without moving, if anything else is next.
    public mutating func uniqueID(in bytes: Span<UInt8>) -> UniqueID? {
        guard let start = quoted(byteCount: 36, in: bytes),
            let id = UniqueID(at: start, in: bytes)
        else { return nil }
        offset += 38
        return id
    }

    /// Reads a string that is a date; nil, without moving, if anything else is next.
    public mutating func localDate(in bytes: Span<UInt8>) -> LocalDate? {
        guard let start = quoted(byteCount: 10, in: bytes), let date = date(at: start, in: bytes)
        else { return nil }
        offset += 12
        return date
    }

    /// Reads a string that is a moment in its 27 characters; nil, without moving, if anything
    /// else is next.
    public mutating func instant(in bytes: Span<UInt8>) -> Instant? {
        guard let start = quoted(byteCount: 27, in: bytes),
            let instant = Instant(at: start, in: bytes)
        else { return nil }
        offset += 29
        return instant
    }

    /// Where the text starts, if a string of exactly this length is next.
    private func quoted(byteCount: Int, in bytes: Span<UInt8>) -> Int? {
        guard offset + byteCount + 2 <= bytes.count, bytes[offset] == UInt8(ascii: "\""),
            bytes[offset + byteCount + 1] == UInt8(ascii: "\"")
        else { return nil }
        return offset + 1
    }

    private func date(at start: Int, in bytes: Span<UInt8>) -> LocalDate? {
        guard bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
            let year = number(start..<start + 4, in: bytes),
            let month = number(start + 5..<start + 7, in: bytes),
            let day = number(start + 8..<start + 10, in: bytes)
        else { return nil }
        return LocalDate(year: year, month: month, day: day)
    }

    private func number(_ range: Range<Int>, in bytes: Span<UInt8>) -> Int? {
        var value = 0
        for place in range {
            let digit = bytes[place] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }
}
