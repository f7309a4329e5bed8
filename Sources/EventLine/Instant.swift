/// A moment in UTC, to the microsecond, written as exactly 27 characters:
/// `2026-11-21T04:25:01.123456Z`.
public struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    private static let dayLength: Int64 = 86_400_000_000

    /// A moment by its microseconds since the epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Midnight UTC of a date.
    public init(utcMidnightOf date: LocalDate) {
        microseconds = Int64(date.daysSinceEpoch) * Self.dayLength
    }

    /// Reads an RFC 3339 date-time with `Z` or a numeric offset and up to nine decimals, cut to
    /// microseconds; nil if it is anything else. A leap second reads as the second after it.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let date = LocalDate(String(decoding: bytes[0..<10], as: UTF8.self)),
            let hour = decimal(bytes[11..<13]), hour < 24,
            let minute = decimal(bytes[14..<16]), minute < 60,
            let second = decimal(bytes[17..<19]), second <= 60,
            let (fraction, zoneStart) = Self.fraction(bytes),
            let offsetMinutes = Self.offset(bytes[zoneStart...])
        else { return nil }
        let seconds = Int64((hour * 60 + minute - offsetMinutes) * 60 + second)
        microseconds =
            Int64(date.daysSinceEpoch) * Self.dayLength + seconds * 1_000_000 + fraction
    }

    /// The moment this many microseconds later, or earlier when negative.
    public func adding(microseconds delta: Int64) -> Instant {
        Instant(microseconds: microseconds + delta)
    }

    /// Orders by time.
    public static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    private static func fraction(_ bytes: [UInt8]) -> (microseconds: Int64, end: Int)? {
        guard bytes[19] == UInt8(ascii: ".") else { return (0, 19) }
        var value: Int64 = 0
        var digits = 0
        var place = 20
        while place < bytes.count, let digit = decimal(bytes[place...place]) {
            if digits < 6 { value = value * 10 + Int64(digit) }
            digits += 1
            place += 1
        }
        guard (1...9).contains(digits) else { return nil }
        for _ in 0..<max(0, 6 - digits) { value *= 10 }
        return (value, place)
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        if bytes.count == 1 {
            return bytes[start] == UInt8(ascii: "Z") || bytes[start] == UInt8(ascii: "z") ? 0 : nil
        }
        guard bytes.count == 6, bytes[start + 3] == UInt8(ascii: ":"),
            let hours = decimal(bytes[start + 1..<start + 3]), hours < 24,
            let minutes = decimal(bytes[start + 4..<start + 6]), minutes < 60
        else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "+"): return hours * 60 + minutes
        case UInt8(ascii: "-"): return -(hours * 60 + minutes)
        default: return nil
        }
    }
}

extension Instant: CustomStringConvertible {
    /// The 27-character form. Moments outside the years 0001 to 9999 are written as the nearest
    /// one inside.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(27)
        text.append(self)
        return String(decoding: text, as: UTF8.self)
    }

    /// The day and the microseconds within it; nil outside the years 0001 to 9999.
    var parts: (day: LocalDate, inDay: UInt64)? {
        let (days, inDay) = microseconds.quotientAndRemainder(floorDividingBy: Self.dayLength)
        return LocalDate(daysSinceEpoch: Int(days)).map { ($0, UInt64(inDay)) }
    }
}

extension Int64 {
    fileprivate func quotientAndRemainder(floorDividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
