import Crypto
import Foundation
import Glibc

/// The key under which a vault wraps all its keys: 32 random bytes, kept outside the data
/// directory.
public struct MasterKey: Sendable {
    /// How many bytes it has.
    public static let byteCount = 32

    let key: SymmetricKey

    /// A key of these bytes; refused unless there are exactly 32.
    public init(bytes: [UInt8]) throws(MasterKeyError) {
        guard bytes.count == Self.byteCount else {
            throw .wrongLength(place: "the given bytes", found: bytes.count)
        }
        key = SymmetricKey(data: bytes)
    }

    /// A new random key.
    public init() {
        key = SymmetricKey(size: .bits256)
    }

    /// Makes a new key and writes it to a new file that only its owner may read, durably.
    ///
    /// An existing file is never overwritten: its key may be the only one that opens a vault.
    public static func create(at path: String) throws(MasterKeyError) -> MasterKey {
        let master = MasterKey()
        let bytes = master.key.withUnsafeBytes { Array($0) }
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { throw .alreadyExists(path: path) }
            throw .unusable(path: path, reason: lastError())
        }
        // The file's mode must not depend on the umask of whoever started us.
        let isWritten =
            fchmod(file, 0o600) == 0 && Glibc.write(file, bytes, bytes.count) == bytes.count
            && fsync(file) == 0
        let reason = lastError()
        guard Glibc.close(file) == 0, isWritten, synchronizeDirectory(of: path) else {
            // Half a key must not stand in the way of the next attempt.
            _ = unlink(path)
            throw .unusable(path: path, reason: reason)
        }
        return master
    }

    /// Reads a key from a file of exactly 32 bytes that nobody but its owner may use.
    public static func load(from path: String) throws(MasterKeyError) -> MasterKey {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { throw .missing(path: path) }
            throw .unusable(path: path, reason: lastError())
        }
        defer { _ = Glibc.close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .unusable(path: path, reason: lastError()) }
        guard status.st_mode & 0o077 == 0 else {
            throw .tooPermissive(path: path, mode: status.st_mode & 0o777)
        }
        // One byte more than a key has shows a longer file.
        var bytes = [UInt8](repeating: 0, count: byteCount + 1)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else { throw .unusable(path: path, reason: lastError()) }
        guard count == byteCount else {
            throw .wrongLength(place: path, found: Int(status.st_size))
        }
        return try MasterKey(bytes: Array(bytes.prefix(byteCount)))
    }

    /// The name of the environment variable that may hold the key in base64.
    public static let environmentName = "DAYBOOK_MASTER_KEY"

    /// Reads a key from `DAYBOOK_MASTER_KEY` in a process's environment; nil if it has no such
    /// variable.
    public static func fromEnvironment(
        _ environment: [String: String]
    ) throws(MasterKeyError) -> MasterKey? {
        guard let text = environment[environmentName] else { return nil }
        guard let data = Data(base64Encoded: text) else { throw .notBase64(name: environmentName) }
        guard data.count == byteCount else {
            throw .wrongLength(place: environmentName, found: data.count)
        }
        return try MasterKey(bytes: Array(data))
    }

    /// The key as `DAYBOOK_MASTER_KEY` holds it. Never write this to a log.
    public var base64Text: String {
        key.withUnsafeBytes { Data($0) }.base64EncodedString()
    }
}

/// Why a master key could not be had.
public enum MasterKeyError: Error, Hashable, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)
    /// A new key was to be written where a file already is.
    case alreadyExists(path: String)
    /// Others than the owner may use the file.
    case tooPermissive(path: String, mode: UInt32)
    /// It does not have 32 bytes.
    case wrongLength(place: String, found: Int)
    /// The variable does not hold base64.
    case notBase64(name: String)
    /// The operating system refused.
    case unusable(path: String, reason: String)

    /// What was wrong and what to do.
    public var description: String {
        switch self {
        case .missing(let path):
            "there is no master key at \(path); give the path of the one this store was made with"
        case .alreadyExists(let path):
            "\(path) exists already and is not overwritten: it may be the only key to a vault"
        case .tooPermissive(let path, let mode):
            "\(path) may be used by others (mode 0\(String(mode, radix: 8))); "
                + "run: chmod 600 '\(path)'"
        case .wrongLength(let place, let found):
            "\(place) holds \(found) bytes and a master key has 32; restore the original key"
        case .notBase64(let name):
            "\(name) does not hold base64; set it to the 44 characters of the key"
        case .unusable(let path, let reason):
            "the master key at \(path) cannot be used: \(reason)"
        }
    }
}

private func lastError() -> String { String(cString: strerror(errno)) }

/// Without this a power failure can lose the name of a file whose bytes survived.
private func synchronizeDirectory(of path: String) -> Bool {
    let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let directory = Glibc.open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return false }
    let isSynchronized = fsync(directory) == 0
    return Glibc.close(directory) == 0 && isSynchronized
}
