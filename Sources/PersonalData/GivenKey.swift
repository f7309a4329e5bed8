import Crypto
import GRDB

/// A subject's key that was not drawn but given: for stores that are generated, whose personal
/// data must be the same every time.
package struct GivenKey: Sendable {
    /// Whose key it is.
    package let subject: String
    private let key: SymmetricKey

    /// A key of exactly 32 bytes.
    package init(subject: String, bytes: [UInt8]) {
        precondition(bytes.count == 32, "A key has 32 bytes.")
        self.subject = subject
        key = SymmetricKey(data: bytes)
    }

    /// The plaintext as `Vault.seal` would seal it, with a nonce of exactly 12 bytes. No two
    /// plaintexts of one key may have the same nonce.
    package func seal(_ plaintext: [UInt8], nonce: [UInt8]) throws(VaultError) -> String {
        do {
            return try SealedText.seal(
                plaintext,
                for: subject,
                with: key,
                nonce: AES.GCM.Nonce(data: nonce)
            )
        } catch {
            throw .storage(path: subject, reason: "sealing failed: \(error)")
        }
    }

    fileprivate func wrapped(with keys: VaultKeys) throws -> [UInt8] {
        try keys.wrap(key, context: keyContext(subject))
    }
}

extension Vault {
    /// Takes the keys of subjects that have none, in one durable transaction: some 100,000 a
    /// second.
    package func adopt(_ given: [GivenKey]) throws(VaultError) {
        try write { database, keys in
            let insertion = try database.cachedStatement(sql: "insert into keys values (?, ?)")
            for key in given {
                _ = try SubjectName.checked(key.subject)
                let slot = try Self.appendSlot(key.wrapped(with: keys), in: database)
                try insertion.execute(arguments: [key.subject, slot])
            }
        }
    }
}
