import Crypto
import Foundation

/// What a master key and a vault's own salt give: the key that wraps, and a value that shows
/// whether they belong together.
struct VaultKeys: Sendable {
    let wrappingKey: SymmetricKey
    /// Stored in the vault. Derived for nothing else, so it tells nothing about the wrapping key.
    let check: [UInt8]

    static let saltByteCount = 32

    init(masterKey: MasterKey, salt: [UInt8]) {
        wrappingKey = derivedKey(masterKey.key, salt: salt, purpose: "daybook vault wrap v1")
        check = derivedKey(masterKey.key, salt: salt, purpose: "daybook vault check v1")
            .withUnsafeBytes { Array($0) }
    }

    /// Wraps a key for one context: nonce, ciphertext and tag, always 60 bytes.
    func wrap(_ key: SymmetricKey, context: String) throws -> [UInt8] {
        let bytes = key.withUnsafeBytes { Data($0) }
        let box = try AES.GCM.seal(bytes, using: wrappingKey, authenticating: Data(context.utf8))
        return Array(box.nonce) + box.ciphertext + box.tag
    }

    /// The key that was wrapped for this context; nil if these bytes are not it.
    func unwrap(_ wrapped: [UInt8], context: String) -> SymmetricKey? {
        guard wrapped.count == wrappedByteCount,
            let box = try? AES.GCM.SealedBox(combined: wrapped),
            let bytes = try? AES.GCM.open(
                box,
                using: wrappingKey,
                authenticating: Data(context.utf8)
            )
        else { return nil }
        return SymmetricKey(data: bytes)
    }
}

let wrappedByteCount = 60

/// HKDF-SHA256 (RFC 5869) to 32 bytes.
func derivedKey(_ key: SymmetricKey, salt: [UInt8], purpose: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
        inputKeyMaterial: key,
        salt: salt,
        info: Data(purpose.utf8),
        outputByteCount: 32
    )
}

func randomBytes(_ count: Int) -> [UInt8] {
    SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
}
