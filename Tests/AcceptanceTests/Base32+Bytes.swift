import PersonalData

extension Base32 {
    /// What an application reads out of the text of a secret.
    static func bytes(_ text: String) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var bytes: [UInt8] = []
        var (held, bits) = (0, 0)
        for character in text {
            guard let digit = digits.firstIndex(of: character) else { continue }
            held = (held << 5 | digit) & 0xfff
            bits += 5
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(held >> bits & 0xff))
        }
        return bytes
    }
}
