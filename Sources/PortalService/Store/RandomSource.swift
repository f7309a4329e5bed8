import Synchronization

/// Random bits from the operating system.
enum RandomSource {
    /// What a UUIDv7 is made of besides its time: 32 bits that count up and 42 random ones, so that
    /// ids of one millisecond are in the order in which they were drawn (RFC 9562 §6.2, method 1).
    static func pair() -> (UInt64, UInt64) {
        var generator = SystemRandomNumberGenerator()
        let count = drawn.add(1, ordering: .relaxed).newValue
        let random: UInt64 = generator.next()
        return (count >> 20, (count & 0xf_ffff) << 42 | random >> 22)
    }

    private static let drawn = Atomic<UInt64>(0)

    /// A token for a link: 256 random bits in hexadecimal digits.
    static func token() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let word = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
    }

    /// An activation code: twelve letters and digits that are not mistaken for one another,
    /// 59 random bits, in groups of four.
    static func activationCode() -> String {
        var generator = SystemRandomNumberGenerator()
        let code = (0..<12).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)]
        }
        return [code[0..<4], code[4..<8], code[8..<12]].map { String($0) }.joined(separator: "-")
    }

    /// A temporary password of 59 random bits, with small and capital letters, digits and a hyphen.
    static func temporaryPassword() -> String {
        let code = activationCode()
        return code.prefix(5) + code.dropFirst(5).lowercased()
    }

    /// A Patient ID number of nine digits.
    static func patientNumber() -> String {
        String(Int.random(in: 100_000_000...999_999_999))
    }

    /// Random bytes, for a secret.
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private static let alphabet = Array("ABCDEFGHJKLMNPQRTUVWXYZ2346789")
}
