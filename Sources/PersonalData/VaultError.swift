/// Why a vault did not do what was asked.
public enum VaultError: Error, Hashable, CustomStringConvertible {
    /// There is no file at this path, and it was not to be created.
    case missing(path: String)
    /// The file is something else, or of a later format.
    case notAVault(path: String, reason: String)
    /// The master key is not the one that this vault was made with or last rotated to.
    case wrongMasterKey(path: String)
    /// Another process rotated the master key since this vault was opened.
    case masterKeyRotated(path: String)
    /// The database refused; nothing was changed.
    case storage(path: String, reason: String)
    /// A key of the vault does not open any more: its bytes were changed.
    case damaged(path: String, what: String)
    /// A subject or a secret cannot have this name.
    case invalidName(String)
    /// The subject's key was destroyed; nothing can be sealed for it ever again.
    case keyDestroyed(subject: String)
    /// There is no key of this subject, and none was destroyed.
    case noKey(subject: String)
    /// It is not a JWE in compact form.
    case malformedSealedText(String)
    /// It is sealed in a way that this vault never seals.
    case unsupportedAlgorithm(alg: String, enc: String)
    /// Some part is not as it was sealed, or it was sealed with another key.
    case tampered(subject: String)
    /// Something was erased, but its old bytes may still stand in the write-ahead log.
    case erasureIncomplete(path: String, reason: String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .missing(let path):
            "there is no vault at \(path); restore it from its backup: without it personal "
                + "data cannot be read"
        case .notAVault(let path, let reason):
            "\(path) is not a vault that this program can use: \(reason)"
        case .wrongMasterKey(let path):
            "the master key does not belong to \(path); give the key that it was created with "
                + "or last rotated to"
        case .masterKeyRotated(let path):
            "the master key of \(path) was rotated meanwhile; restart with the new key"
        case .storage(let path, let reason):
            "\(path) could not be used (\(reason)); nothing was changed"
        case .damaged(let path, let what):
            "\(what) in \(path) is damaged; restore the vault from its backup"
        case .invalidName(let name):
            "'\(name)' is no name for a subject or secret: 1 to 200 of letters, digits and -_./:*"
        case .keyDestroyed(let subject):
            "the key of \(subject) was destroyed, so nothing more can be sealed for it"
        case .noKey(let subject):
            "there is no key of \(subject); this may be the vault of another store, or an old copy"
        case .malformedSealedText(let reason): "this is no sealed text: \(reason)"
        case .unsupportedAlgorithm(let alg, let enc):
            "sealed with alg '\(alg)' and enc '\(enc)'; only 'dir' with 'A256GCM' is supported"
        case .tampered(let subject):
            "the sealed text of \(subject) was changed, or was sealed by another vault"
        case .erasureIncomplete(let path, let reason):
            "erased, but old bytes may remain in the write-ahead log of \(path) (\(reason)); "
                + "close other programs that use it and erase again"
        }
    }
}
