import Foundation
import Synchronization

/// A lock between processes, held for as long as this object lives. It goes with its process,
/// however that ends.
///
/// Not a lock of SQLite's: those belong to the process as a whole, and are lost when any
/// descriptor of the file is closed.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of a file, which is made if missing; nil if another holds it. What the
    /// holder says of itself stands in the file.
    init?(_ path: String, saying note: String? = nil) throws(ProjectionError) {
        descriptor = try Self.open(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        guard let note else { return }
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, note, note.utf8.count, 0)
    }

    deinit { Self.release(descriptor) }

    /// Whether somebody holds a lock.
    static func isHeld(_ path: String) throws(ProjectionError) -> Bool {
        guard access(path, F_OK) == 0 else { return false }
        return try FileLock(path) == nil
    }

    /// What the holder of a lock, or the last one, said of itself; nil if there was none.
    static func note(at path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), !text.isEmpty else {
            return nil
        }
        return text
    }

    fileprivate static func open(_ path: String) throws(ProjectionError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        return descriptor
    }

    static func release(_ descriptor: Int32) {
        // Closing is not enough: a child process has the same lock between fork and exec.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}

/// Keeps those apart who apply to the live files, swap them, or purge them, in this process and in
/// others; counts the purges, so that a rebuild sees whether one came between.
final class LiveFilesLock: Sendable {
    private let path: String
    private let turn = Mutex<Void>(())

    init(directory: String) {
        path = "\(directory)/.live-files"
    }

    /// What the lock protects besides the files.
    struct Held {
        fileprivate let descriptor: Int32
        fileprivate let path: String

        /// How often deleted content was purged from the files.
        var purgeCount: Int {
            var count: Int64 = 0
            pread(descriptor, &count, 8, 0)
            return Int(Int64(littleEndian: count))
        }

        /// Notes one more purge.
        func countPurge() throws(ProjectionError) {
            var count = Int64(purgeCount + 1).littleEndian
            guard pwrite(descriptor, &count, 8, 0) == 8 else {
                throw .unreadable(path: path, reason: String(cString: strerror(errno)))
            }
        }
    }

    /// Waits for its turn, which is short: nobody holds the lock while a projection is built.
    func withLock<Value>(
        _ body: (Held) throws(ProjectionError) -> Value
    ) throws(ProjectionError) -> Value {
        try turn.withLock { (_: inout Void) throws(ProjectionError) -> Value in
            let descriptor = try FileLock.open(path)
            defer { FileLock.release(descriptor) }
            while flock(descriptor, LOCK_EX) != 0 {
                guard errno == EINTR else {
                    throw .unreadable(path: path, reason: String(cString: strerror(errno)))
                }
            }
            return try body(Held(descriptor: descriptor, path: path))
        }
    }
}
