/// Text written straight into bytes, without a string in between.
extension [UInt8] {
    /// Appends a string with its quotes; only `"`, `\` and control characters are escaped.
    mutating func appendString(_ text: String) {
        append(UInt8(ascii: "\""))
        let utf8 = text.utf8.span
        if utf8.isPlainText {
            append(utf8)
        } else {
            for place in utf8.indices { appendEscaped(utf8[place]) }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends a lower-case UUID.
    mutating func append(_ id: UniqueID) {
        let second = UInt64(hexadecimal: UInt32(truncatingIfNeeded: id.high))
        let third = UInt64(hexadecimal: UInt32(truncatingIfNeeded: id.low >> 32))
        append(word: UInt64(hexadecimal: UInt32(truncatingIfNeeded: id.high >> 32)))
        append(word: Self.hyphen | (second << 8), count: 5)
        append(word: Self.hyphen | ((second >> 32) << 8) | Self.hyphen << 40, count: 6)
        append(word: (third & 0xffff_ffff) | Self.hyphen << 32, count: 5)
        append(word: third >> 32, count: 4)
        append(word: UInt64(hexadecimal: UInt32(truncatingIfNeeded: id.low)))
    }

    /// Appends a moment in its 27 characters.
    mutating func append(_ time: Instant) {
        guard let (day, inDay) = time.parts else {
            append(
                time.microseconds < 0
                    ? "0001-01-01T00:00:00.000000Z" : "9999-12-31T23:59:59.999999Z"
            )
            return
        }
        let (year, month, monthDay) = day.parts
        let seconds = inDay / 1_000_000
        append(word: UInt64.fourDigits(UInt64(year)) | Self.hyphen << 32, count: 5)
        append(word: UInt64.twoDigits(UInt64(month)) | Self.hyphen << 16, count: 3)
        append(word: UInt64.twoDigits(UInt64(monthDay)) | 0x54 << 16, count: 3)
        append(
            word: UInt64.twoDigits(seconds / 3600) | 0x3a << 16
                | UInt64.twoDigits(seconds / 60 % 60) << 24 | 0x3a << 40
                | UInt64.twoDigits(seconds % 60) << 48
        )
        let fraction = UInt64(decimal: inDay % 1_000_000)
        append(word: 0x2e | ((fraction >> 16) << 8) | 0x5a << 56)
    }

    /// Appends a number in decimal.
    mutating func append(decimal number: Int) {
        guard (0..<100_000_000).contains(number) else {
            append(contentsOf: String(number).utf8)
            return
        }
        let digits = UInt64(decimal: UInt64(number))
        // A zero digit has no bits beside those of 30; the last digit always stays.
        let significant = (digits ^ 0x3030_3030_3030_3030) | 1 << 56
        let zeros = significant.trailingZeroBitCount >> 3
        append(word: digits >> UInt64(zeros * 8), count: 8 - zeros)
    }

    private static var hyphen: UInt64 { 0x2d }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0a: append("\\n")
        case 0x0c: append("\\f")
        case 0x0d: append("\\r")
        case 0..<0x20:
            append("\\u00")
            append(word: UInt64(hexadecimal: UInt32(byte)) >> 48, count: 2)
        default: append(byte)
        }
    }
}
