import Crypto
import CryptoExtras
import Foundation

/// Passwords as they are stored: scrypt (RFC 7914) with the cost in the string,
/// `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, both in base64 without padding.
public enum PasswordHash {
    /// The usual cost: N = 2^15, r = 8, p = 1, which is 32 MiB and some 100 ms.
    public static let standardCost = 15

    /// Hashes a password with a new random salt of 16 bytes.
    ///
    /// `ln` is the binary logarithm of N; give a smaller one than the usual in tests only.
    public static func make(
        _ password: String,
        ln: Int = standardCost
    ) throws(PasswordHashError) -> String {
        let salt = randomBytes(16)
        let cost = Cost(ln: ln, r: 8, p: 1)
        guard cost.isSupported,
            let hash = scrypt(password, salt: salt, cost: cost, byteCount: 32)
        else { throw PasswordHashError(ln: ln) }
        return text(cost: cost, salt: salt, hash: hash)
    }

    /// Whether this is the password that was hashed.
    ///
    /// Takes as long for a wrong password as for the right one. False, at once, for a string
    /// that is not in the form above, or of a cost that this program does not bear.
    public static func verify(_ password: String, against stored: String) -> Bool {
        guard let (cost, salt, hash) = parts(of: stored),
            let found = scrypt(password, salt: salt, cost: cost, byteCount: hash.count)
        else { return false }
        return zip(found, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// A hash that no password has. Verify against it when there is no account, so that the
    /// refusal takes the same time.
    public static let dummy = dummy(ln: standardCost)

    /// The same for another cost.
    public static func dummy(ln: Int) -> String {
        text(
            cost: Cost(ln: ln, r: 8, p: 1),
            salt: [UInt8](repeating: 0, count: 16),
            hash: [UInt8](repeating: 0, count: 32)
        )
    }

    private struct Cost {
        let ln: Int
        let r: Int
        let p: Int

        /// At most 1 GiB, and never more than the library's own limit can be asked for.
        var isSupported: Bool {
            (1...20).contains(ln) && (1...8).contains(r) && (1...16).contains(p)
        }
    }

    private static func text(cost: Cost, salt: [UInt8], hash: [UInt8]) -> String {
        "$scrypt$ln=\(cost.ln),r=\(cost.r),p=\(cost.p)"
            + "$\(Base64.standard.text(salt))$\(Base64.standard.text(hash))"
    }

    private static func parts(of text: String) -> (Cost, salt: [UInt8], hash: [UInt8])? {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let cost = cost(parts[2]), cost.isSupported,
            let salt = Base64.standard.bytes(Array(parts[3].utf8)), salt.count >= 8,
            let hash = Base64.standard.bytes(Array(parts[4].utf8)), (16...64).contains(hash.count)
        else { return nil }
        return (cost, salt, hash)
    }

    private static func cost(_ text: Substring) -> Cost? {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3,
            let ln = field("ln=", fields[0]), let r = field("r=", fields[1]),
            let p = field("p=", fields[2])
        else { return nil }
        return Cost(ln: ln, r: r, p: p)
    }

    private static func field(_ name: String, _ text: Substring) -> Int? {
        text.hasPrefix(name) ? Int(text.dropFirst(name.count)) : nil
    }

    /// Nil if there is not enough memory. The password is brought to NFC first (RFC 8265): the
    /// same letters come composed from one keyboard and decomposed from another.
    private static func scrypt(
        _ password: String,
        salt: [UInt8],
        cost: Cost,
        byteCount: Int
    ) -> [UInt8]? {
        let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
        let key = try? KDF.Scrypt.deriveKey(
            from: bytes,
            salt: salt,
            outputByteCount: byteCount,
            rounds: 1 << cost.ln,
            blockSize: cost.r,
            parallelism: cost.p
        )
        return key?.withUnsafeBytes { Array($0) }
    }
}

/// A password could not be hashed at this cost.
public struct PasswordHashError: Error, Hashable, CustomStringConvertible {
    /// The cost that was asked for.
    public let ln: Int

    /// What was wrong and what to do.
    public var description: String {
        "a password could not be hashed with ln=\(ln): use 1 to 20, and see that "
            + "\(1 << max(0, min(ln, 30) - 10)) MiB of memory are free"
    }
}
