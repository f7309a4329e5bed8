import Crypto
import Foundation
import GRDB
import Synchronization

/// The keys of personal data: one random 256-bit key for each subject, kept wrapped under the
/// master key in one SQLite file, and nowhere else.
///
/// A subject (`client/<id>`, `profile/<id>`, …) has one key for life, and its name is the key's
/// id. What is sealed for a subject can be read until its key is destroyed, and then never
/// again; the subject's name stays behind as a tombstone, so that no key is ever made for it
/// anew. A transaction that has returned is durable. Every call may block for the disk.
///
/// One process writes. Others may read, but keep what they have read in memory.
public final class Vault: Sendable {
    /// Where the file is.
    public let path: String

    let queue: DatabaseQueue
    let keys: Mutex<VaultKeys>
    let digestSecret: SymmetricKey
    private let cache = Mutex<[String: SymmetricKey]>([:])
    private static let cachedKeyCountMax = 250_000

    private init(path: String, queue: DatabaseQueue, keys: VaultKeys, digestSecret: SymmetricKey) {
        self.path = path
        self.queue = queue
        self.keys = Mutex(keys)
        self.digestSecret = digestSecret
    }

    /// Opens a vault, or creates one where there is none.
    ///
    /// Refuses a master key that is not the vault's. Give `creatingIfMissing: false` wherever a
    /// store exists already: its vault must never be replaced by an empty one.
    public static func open(
        path: String,
        masterKey: MasterKey,
        creatingIfMissing: Bool = true
    ) throws(VaultError) -> Vault {
        try prepareFile(path, creatingIfMissing: creatingIfMissing)
        do {
            let queue = try DatabaseQueue(path: path, configuration: VaultSchema.configuration())
            try queue.writeWithoutTransaction { database in
                // GRDB chooses NORMAL with WAL, which can lose the newest keys in a power failure.
                try database.execute(sql: "pragma synchronous = full")
            }
            let (keys, secret) = try queue.write { database in
                try isEmpty(database, path: path)
                    ? create(in: database, masterKey: masterKey)
                    : unlock(database, masterKey: masterKey, path: path)
            }
            return Vault(path: path, queue: queue, keys: keys, digestSecret: secret)
        } catch let error as VaultError {
            throw error
        } catch {
            throw .storage(path: path, reason: "\(error)")
        }
    }

    /// Creates the keys that these subjects do not have yet, all in one durable transaction.
    ///
    /// If the key of any of them was destroyed, none is created.
    public func ensureKeys(for subjects: [String]) throws(VaultError) {
        var unknown: Set<String> = []
        for subject in subjects where cached(try SubjectName.checked(subject)) == nil {
            unknown.insert(subject)
        }
        guard !unknown.isEmpty else { return }
        let missing = try read { database in
            try unknown.sorted().filter { try self.isMissing($0, in: database) }
        }
        guard !missing.isEmpty else { return }
        try write { database, keys in
            for subject in missing { try Self.createKey(of: subject, in: database, keys) }
        }
        // The new keys are not cached here: only a key that was read back is known to be durable.
    }

    /// Seals a plaintext for a subject, whose key is created if it has none.
    ///
    /// The text is a JWE in compact serialization with `dir` and `A256GCM`, `kid` the subject.
    public func seal(_ plaintext: [UInt8], for subject: String) throws(VaultError) -> String {
        try ensureKeys(for: [subject])
        switch try lookUp(subject) {
        case .key(let key):
            do {
                return try SealedText.seal(plaintext, for: subject, with: key)
            } catch {
                throw .storage(path: path, reason: "sealing failed: \(error)")
            }
        case .destroyed: throw .keyDestroyed(subject: subject)
        case .none: throw .noKey(subject: subject)
        }
    }

    /// What a sealed text holds, or that it was erased.
    public func open(_ jwe: String) throws(VaultError) -> Opened {
        let sealed = try SealedText(parsing: jwe)
        switch try lookUp(sealed.subject) {
        case .key(let key): return .content(try sealed.open(with: key))
        case .destroyed: return .erased
        case .none: throw .noKey(subject: sealed.subject)
        }
    }

    /// A digest of a text that nobody can compute or test without the vault: HMAC-SHA256 as 64
    /// lower-case hexadecimal digits.
    ///
    /// The same text gives another digest for each purpose. Rotating the master key changes none.
    public func keyedDigest(_ purpose: String, _ text: String) -> String {
        let key = derivedKey(digestSecret, salt: [], purpose: "daybook digest v1 \(purpose)")
        return HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Where a subject's key stands.
    private enum Lookup {
        case key(SymmetricKey)
        case destroyed
        case none
    }

    private func lookUp(_ subject: String) throws(VaultError) -> Lookup {
        if let key = cached(subject) { return .key(key) }
        // Without a transaction, which takes longer than the looking: a key that is destroyed
        // meanwhile was there a moment ago, and a tombstone is looked for last.
        return try readUnguarded { try self.lookUp(subject, in: $0) }
    }

    private func lookUp(_ subject: String, in database: Database) throws -> Lookup {
        guard let (_, wrapped) = try Self.slot(of: subject, in: database) else {
            return try Self.isTombstone(subject, in: database) ? .destroyed : .none
        }
        let keys = self.keys.withLock { $0 }
        guard let key = keys.unwrap(wrapped, context: keyContext(subject)) else {
            throw VaultError.damaged(path: path, what: "the key of \(subject)")
        }
        // Still inside the database's queue, so that no destruction can come between.
        remember(key, of: subject)
        return .key(key)
    }

    private func isMissing(_ subject: String, in database: Database) throws -> Bool {
        switch try lookUp(subject, in: database) {
        case .key: false
        case .destroyed: throw VaultError.keyDestroyed(subject: subject)
        case .none: true
        }
    }

    private func cached(_ subject: String) -> SymmetricKey? { cache.withLock { $0[subject] } }

    func forget(_ subject: String) {
        _ = cache.withLock { $0.removeValue(forKey: subject) }
    }

    private func remember(_ key: SymmetricKey, of subject: String) {
        cache.withLock { cache in
            if cache.count >= Self.cachedKeyCountMax { cache.removeAll() }
            cache[subject] = key
        }
    }
}

/// What opening a sealed text gave.
public enum Opened: Hashable, Sendable {
    /// The plaintext.
    case content([UInt8])
    /// The subject's key was destroyed; nobody can read this any more.
    case erased
}
