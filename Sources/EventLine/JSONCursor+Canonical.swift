/// Reading identifiers, dates and moments in place, without a string in between: many times as
/// fast, which replaying a log is made of.
extension JSONCursor {
    /// Reads a string that is a lower-case UUID; nil, without moving, if anything else is next.
    public mutating func uniqueID(in bytes: Span<UInt8>) -> UniqueID? {
        guard let start = quoted(byteCount: 36, in: bytes) else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for place in 0..<36 {
            let byte = bytes[start + place]
            if place == 8 || place == 13 || place == 18 || place == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = hexadecimalDigit(byte),
                byte < UInt8(ascii: "A") || byte > UInt8(ascii: "F")
            else { return nil }
            if place < 18 {
                high = high << 4 | UInt64(digit)
            } else {
                low = low << 4 | UInt64(digit)
            }
        }
        offset += 38
        return UniqueID(high: high, low: low)
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
        guard let start = quoted(byteCount: 27, in: bytes), let date = date(at: start, in: bytes),
            bytes[start + 10] == UInt8(ascii: "T"), bytes[start + 13] == UInt8(ascii: ":"),
            bytes[start + 16] == UInt8(ascii: ":"), bytes[start + 19] == UInt8(ascii: "."),
            bytes[start + 26] == UInt8(ascii: "Z"),
            let hour = number(start + 11..<start + 13, in: bytes), hour < 24,
            let minute = number(start + 14..<start + 16, in: bytes), minute < 60,
            let second = number(start + 17..<start + 19, in: bytes), second < 60,
            let fraction = number(start + 20..<start + 26, in: bytes)
        else { return nil }
        offset += 29
        let seconds = Int64((hour * 60 + minute) * 60 + second)
        return Instant(utcMidnightOf: date).adding(
            microseconds: seconds * 1_000_000 + Int64(fraction)
        )
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
