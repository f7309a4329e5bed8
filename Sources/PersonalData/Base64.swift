/// Base64 without padding (RFC 4648 §5 and §4), strict: a text has exactly one reading and a
/// byte string exactly one text, so that a changed character is always noticed.
enum Base64 {
    case url
    case standard

    func text(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 4 / 3 + 2)
        let alphabet = digits
        var held: UInt32 = 0
        var heldBits: UInt32 = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            heldBits += 8
            while heldBits >= 6 {
                heldBits -= 6
                text.append(alphabet[Int(held >> heldBits & 63)])
            }
        }
        if heldBits > 0 { text.append(alphabet[Int(held << (6 - heldBits) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; nil if it holds another character, padding, or bits left over.
    func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        let values = self.values
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var held: UInt32 = 0
        var heldBits: UInt32 = 0
        for character in text {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            held = held << 6 | UInt32(value)
            heldBits += 6
            if heldBits >= 8 {
                heldBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> heldBits))
            }
        }
        guard held & (1 << heldBits - 1) == 0 else { return nil }
        return bytes
    }

    private var digits: [UInt8] { self == .url ? Self.urlDigits : Self.standardDigits }
    private var values: [UInt8] { self == .url ? Self.urlValues : Self.standardValues }

    private static let letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let urlDigits = Array((letters + "-_").utf8)
    private static let standardDigits = Array((letters + "+/").utf8)
    private static let urlValues = values(of: urlDigits)
    private static let standardValues = values(of: standardDigits)

    private static func values(of digits: [UInt8]) -> [UInt8] {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }
}
