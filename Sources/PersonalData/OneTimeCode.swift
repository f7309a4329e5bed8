import Crypto

/// Time-based one-time codes (RFC 6238): SHA-1, six digits, steps of thirty seconds, which is what
/// the applications on people's phones expect.
public struct OneTimeCode: Sendable {
    private let key: SymmetricKey

    /// How many bytes a new secret has: as many as the hash (RFC 4226 §4, R6).
    public static let secretByteCount = 20
    private static let stepSeconds: Int64 = 30
    private static let digitCount = 6

    /// The codes of a secret.
    public init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

    /// The step that a code belongs to, of the present one and those beside it, so that a phone's
    /// clock may be half a minute off; nil for any other code.
    public func step(of code: String, atSecond now: Int64) -> Int? {
        let given = Array(code.utf8.filter { $0 != 0x20 })
        guard given.count == Self.digitCount else { return nil }
        let present = now / Self.stepSeconds
        var found: Int?
        // All three are made and compared in full, whichever fits.
        for step in [present, present - 1, present + 1] where step >= 0 {
            let expected = Array(self.code(at: step).utf8)
            let difference = zip(given, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
            if difference == 0, found == nil { found = Int(step) }
        }
        return found
    }

    /// The code of a step, as an application shows it.
    public func code(at step: Int64) -> String {
        let digits = truncated(step) % 1_000_000
        let text = String(digits)
        return String(repeating: "0", count: Self.digitCount - text.count) + text
    }

    /// The dynamic truncation of RFC 4226 §5.3.
    func truncated(_ step: Int64) -> UInt32 {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
        let offset = Int(mac[mac.count - 1] & 0xf)
        let word = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return word & 0x7fff_ffff
    }
}

/// Base32 as people type it (RFC 4648 §6), without padding.
public enum Base32 {
    /// The text of some bytes.
    public static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var held: UInt32 = 0
        var heldBits: UInt32 = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            heldBits += 8
            while heldBits >= 5 {
                heldBits -= 5
                text.append(alphabet[Int(held >> heldBits & 31)])
            }
        }
        if heldBits > 0 { text.append(alphabet[Int(held << (5 - heldBits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
}
