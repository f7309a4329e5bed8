import Foundation
import Glibc

/// Files that are there whole or not at all, also after a power failure.
enum DurableFile {
    /// Writes a file beside its place, synchronises it, renames it and synchronises the
    /// directory. Only the owner may read it.
    static func write(_ bytes: [UInt8], to path: String) throws(ServiceError) {
        let beside = "\(path).writing"
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("written", path) }
        let isWritten = writeAll(bytes, descriptor) && fsync(descriptor) == 0
        guard close(descriptor) == 0, isWritten, rename(beside, path) == 0 else {
            let error = failure("written", path)
            unlink(beside)
            throw error
        }
        try synchronizeDirectory(of: path)
    }

    private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { part in
                Glibc.write(descriptor, part.baseAddress, part.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            written += count
        }
        return true
    }

    // Without it a crash can lose the name of a file whose bytes survived.
    private static func synchronizeDirectory(of path: String) throws(ServiceError) {
        let directory = (path as NSString).deletingLastPathComponent
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("synchronised", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("synchronised", directory) }
    }

    private static func failure(_ verb: String, _ path: String) -> ServiceError {
        ServiceError("\(path) could not be \(verb): \(String(cString: strerror(errno)))")
    }
}
