/// A 128-bit identifier, written as a lower-case UUID. New ones are UUIDv7 (RFC 9562 §5.7).
public struct UniqueID: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// An identifier of exactly these 128 bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A UUIDv7 of a moment and 74 random bits; the rest of `random` is not used.
    public init(at instant: Instant, random: (UInt64, UInt64)) {
        let milliseconds = UInt64(max(0, instant.microseconds / 1000))
        high = milliseconds << 16 | 0x7000 | (random.0 & 0x0fff)
        low = 0x8000_0000_0000_0000 | (random.1 & 0x3fff_ffff_ffff_ffff)
    }

    /// Reads the 36-character form; nil if it is anything else. Upper case is accepted.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (place, byte) in text.utf8.enumerated() {
            if place == 8 || place == 13 || place == 18 || place == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = hexadecimalDigit(byte) else { return nil }
            if place < 18 {
                high = high << 4 | UInt64(digit)
            } else {
                low = low << 4 | UInt64(digit)
            }
        }
        self.init(high: high, low: low)
    }

    /// Reads the 36 bytes of the lower-case form; nil if they are anything else. Takes a few
    /// nanoseconds.
    public init?(lowerCase text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        self.init(at: 0, in: text)
    }

    /// Hashes the last eight bytes: those of a UUIDv7 are random.
    public func hash(into hasher: inout Hasher) { hasher.combine(low) }

    /// Orders by the text form, which for UUIDv7 is the order of creation.
    public static func < (left: UniqueID, right: UniqueID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UniqueID: CustomStringConvertible {
    /// The 36-character lower-case form.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        text.append(self)
        return String(decoding: text, as: UTF8.self)
    }
}

let hexadecimalDigits = Array("0123456789abcdef".utf8)

func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
