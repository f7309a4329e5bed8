import EventLine
import PortalAccess

/// What chance brings to one command: the same for the same number.
struct Draw {
    let number: UInt64

    /// The last part of a link, in clear.
    var token: String { "link-" + Digest.hexadecimal(of: "token \(number)") }
    var tokenHash: String { Digest.of(.token, token) }

    /// The last parts of so many links, in clear.
    func tokens(_ count: Int) -> [String] {
        (0..<count).map { $0 == 0 ? token : "\(token)-\($0)" }
    }

    var temporaryPassword: String {
        "Temp-" + Digest.hexadecimal(of: "password \(number)").prefix(12)
    }

    /// A code as letters print it.
    var activationCode: String {
        let digits = Digest.hexadecimal(of: "code \(number)").uppercased().prefix(12)
        return "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(4))-\(digits.dropFirst(8))"
    }
    var codeHash: String { Digest.of(.activationCode, activationCode.asActivationCode) }

    var patientNumber: DrawnNumber {
        let text = "P-\(100_000 + number)"
        return DrawnNumber(number: text, digest: Digest.of(.patientNumber, text))
    }
}

/// A stand-in for keyed digests: deterministic, and without a trace of the text.
enum Digest {
    static func of(_ purpose: DigestPurpose, _ text: String) -> String {
        hexadecimal(of: "\(purpose.rawValue) \(text)")
    }

    static func ofPassword(_ text: String) -> String { "scrypt-" + hexadecimal(of: text) }

    static func hexadecimal(of text: String) -> String {
        UniqueID(high: hash(text, 0xcbf2_9ce4_8422_2325), low: hash(text, 0x9ae1_6a3b_2f90_404f))
            .description.filter { $0 != "-" }
    }

    /// FNV-1a, stirred so that texts which differ at their end differ everywhere.
    private static func hash(_ text: String, _ start: UInt64) -> UInt64 {
        var generator = SeededGenerator(
            seed: text.utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        )
        return generator.next()
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
