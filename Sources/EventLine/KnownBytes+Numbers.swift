/// Eight letters or digits at a time, without a branch for each of them.
extension UInt64 {
    private static let everyByte: UInt64 = 0x0101_0101_0101_0101

    /// Marks (with 80) the lowest of these eight bytes that is a quote. Marks above it mean
    /// nothing.
    @inline(__always)
    var quotes: UInt64 {
        let quote = self ^ (Self.everyByte &* 0x22)
        return (quote &- Self.everyByte) & ~quote & (Self.everyByte &* 0x80)
    }

    /// Marks (with 80) the lowest of these eight bytes that is a quote or a backslash. Marks
    /// above it mean nothing.
    @inline(__always)
    var textEnds: UInt64 {
        let quote = self ^ (Self.everyByte &* 0x22)
        let backslash = self ^ (Self.everyByte &* 0x5c)
        let found =
            ((quote &- Self.everyByte) & ~quote)
            | ((backslash &- Self.everyByte) & ~backslash)
        return found & (Self.everyByte &* 0x80)
    }

    /// Marks (with 80) the lowest of these eight bytes that is a control character.
    @inline(__always)
    var controls: UInt64 {
        (self &- (Self.everyByte &* 0x20)) & ~self & (Self.everyByte &* 0x80)
    }

    /// The value of eight decimal digits, the first of them in the lowest byte.
    @inline(__always)
    var decimalDigits: UInt64? {
        let high = Self.everyByte &* 0xf0
        let carried = (self &+ (Self.everyByte &* 0x06)) & high
        guard (self & high) | (carried >> 4) == Self.everyByte &* 0x33 else { return nil }
        let digits = self &- (Self.everyByte &* 0x30)
        let pairs = digits &* 10 &+ (digits >> 8)
        let first = (pairs & 0x0000_00ff_0000_00ff) &* 0x000f_4240_0000_0064
        let second = ((pairs >> 16) & 0x0000_00ff_0000_00ff) &* 0x0000_2710_0000_0001
        return (first &+ second) >> 32
    }

    /// The value of eight lower-case hexadecimal digits, the first of them in the lowest byte.
    @inline(__always)
    var hexadecimalDigits: UInt32? {
        let isLetter = (self >> 6) & Self.everyByte
        let digits = (self & (Self.everyByte &* 0x0f)) &+ isLetter &* 9
        // Behind f the letters go on as numbers that are no digit.
        guard digits & (Self.everyByte &* 0xf0) == 0,
            Self(hexadecimalNibbles: digits) == self
        else { return nil }
        let pairs = ((digits << 4) | (digits >> 8)) & 0x00ff_00ff_00ff_00ff
        let words = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff
        return UInt32(truncatingIfNeeded: words | (words >> 16)).byteSwapped
    }

    /// Eight lower-case hexadecimal digits, the first of them in the lowest byte.
    @inline(__always)
    init(hexadecimal number: UInt32) {
        var spread = UInt64(number.byteSwapped)
        spread = (spread | (spread << 16)) & 0x0000_ffff_0000_ffff
        spread = (spread | (spread << 8)) & 0x00ff_00ff_00ff_00ff
        self.init(hexadecimalNibbles: ((spread >> 4) | (spread << 8)) & (Self.everyByte &* 0x0f))
    }

    /// Eight decimal digits with leading zeros, the first of them in the lowest byte; of the
    /// number's last eight digits.
    @inline(__always)
    init(decimal number: UInt64) {
        let half = Self.fourDigits(number / 10_000 % 10_000)
        self = half | (Self.fourDigits(number % 10_000) << 32)
    }

    /// The digits of a number below 100, the first of them in the lower byte.
    @inline(__always)
    static func twoDigits(_ number: UInt64) -> UInt64 {
        (number / 10 | (number % 10) << 8) | 0x3030
    }

    /// The digits of a number below 10,000.
    @inline(__always)
    static func fourDigits(_ number: UInt64) -> UInt64 {
        twoDigits(number / 100) | (twoDigits(number % 100) << 16)
    }

    @inline(__always)
    private init(hexadecimalNibbles digits: UInt64) {
        let isLetter = ((digits &+ Self.everyByte &* 6) >> 4) & Self.everyByte
        self = digits &+ Self.everyByte &* 0x30 &+ isLetter &* 39
    }
}

extension UniqueID {
    /// Reads the 36 bytes of a lower-case UUID; nil if they are anything else.
    @inline(__always)
    init?(at offset: Int, in bytes: Span<UInt8>) {
        guard offset >= 0, offset &+ 36 <= bytes.count,
            bytes[offset &+ 8] == UInt8(ascii: "-"), bytes[offset &+ 13] == UInt8(ascii: "-"),
            bytes[offset &+ 18] == UInt8(ascii: "-"), bytes[offset &+ 23] == UInt8(ascii: "-"),
            let first = bytes.word(at: offset).hexadecimalDigits,
            let second = bytes.joined(offset &+ 9, offset &+ 14).hexadecimalDigits,
            let third = bytes.joined(offset &+ 19, offset &+ 24).hexadecimalDigits,
            let fourth = bytes.word(at: offset &+ 28).hexadecimalDigits
        else { return nil }
        self.init(
            high: UInt64(first) << 32 | UInt64(second),
            low: UInt64(third) << 32 | UInt64(fourth)
        )
    }
}

extension Instant {
    /// Reads the 27 bytes of a moment; nil if they are anything else.
    @inline(__always)
    init?(at offset: Int, in bytes: Span<UInt8>) {
        guard offset >= 0, offset &+ 27 <= bytes.count,
            // 2026-11-
            let date = bytes.word(at: offset)
                .digits(around: 0x2d00_002d_0000_0000, at: 0xff00_00ff_0000_0000),
            // 21T04:25
            let time = bytes.word(at: offset &+ 8)
                .digits(around: 0x0000_3a00_0054_0000, at: 0x0000_ff00_00ff_0000),
            // :01.1234
            let seconds = bytes.word(at: offset &+ 16)
                .digits(around: 0x0000_0000_2e00_003a, at: 0x0000_0000_ff00_00ff),
            // .123456Z
            let fraction = bytes.word(at: offset &+ 19)
                .digits(around: 0x5a00_0000_0000_002e, at: 0xff00_0000_0000_00ff),
            let day = LocalDate(
                year: Int(date / 10_000),
                month: Int(date / 10 % 100),
                day: Int(time / 1_000_000)
            )
        else { return nil }
        let hour = time / 1000 % 1000
        let minute = time % 1000
        let second = seconds / 100_000
        guard hour < 24, minute < 60, second < 60 else { return nil }
        let inDay = Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(fraction / 10)
        self = Instant(utcMidnightOf: day).adding(microseconds: inDay)
    }
}

extension UInt64 {
    /// The value of eight digits of which some must be these marks and count as zeros.
    @inline(__always)
    fileprivate func digits(around marks: UInt64, at mask: UInt64) -> UInt64? {
        guard self & mask == marks else { return nil }
        return ((self & ~mask) | (0x3030_3030_3030_3030 & mask)).decimalDigits
    }
}

extension Span<UInt8> {
    /// Four bytes from one place and four from another, as a word.
    @inline(__always)
    fileprivate func joined(_ first: Int, _ second: Int) -> UInt64 {
        UInt64(halfWord(at: first)) | UInt64(halfWord(at: second)) << 32
    }
}
