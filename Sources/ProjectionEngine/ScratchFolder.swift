import Foundation

/// A folder for rows that are thrown away soon: it goes with this object.
///
/// It stands beside the projections, where their personal data belongs, and is locked for as long
/// as it is used, so that one whose process died is known and removed.
final class ScratchFolder: Sendable {
    let path: String
    private let descriptor: Int32

    private static let prefix = "scratch-"

    /// Makes a folder in the projections' directory.
    init(in directory: String) throws(ProjectionError) {
        let path = "\(directory)/\(Self.prefix)\(UUID().uuidString)"
        guard mkdir(path, 0o700) == 0, let descriptor = Self.locked(path) else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        FileLock.release(descriptor)
    }

    /// Where the rows of a projection are.
    func file(_ name: String) -> String { "\(path)/\(name).sqlite" }

    /// Removes the folders of processes that are gone.
    static func removeAbandoned(in directory: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = "\(directory)/\(name)"
            guard let descriptor = locked(path) else { continue }
            try? FileManager.default.removeItem(atPath: path)
            FileLock.release(descriptor)
        }
    }

    private static func locked(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
