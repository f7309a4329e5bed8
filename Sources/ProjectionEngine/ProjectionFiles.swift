import Foundation

/// The files of one projection in the data directory.
///
/// `<name>.sqlite` is a symbolic link to the live generation, `<name>.g<n>.sqlite`. Renaming one
/// SQLite file over another that is open is unsafe: both would share the name of their
/// write-ahead log, and whoever closes the old one last would delete the log of the new one,
/// also from another process. A generation has names of its own, so a swap is the rename of a
/// link, and readers of the old generation go on undisturbed.
struct ProjectionFiles: Sendable {
    let directory: String
    let name: String

    /// The name that stays the same.
    var link: String { "\(directory)/\(name).sqlite" }
    /// Where a rebuild is made.
    var building: String { "\(link).building" }

    /// Held by whoever builds; says its process and how many purges there had been when it began.
    var buildingLock: String { "\(directory)/.\(name).rebuild" }

    /// The file to open for reading and applying; nil if there is none. Costs two system calls.
    var current: String? {
        var target = [CChar](repeating: 0, count: 512)
        let count = readlink(link, &target, target.count)
        let bytes = target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self)
        let path = name.isEmpty ? link : "\(directory)/\(name)"
        return access(path, F_OK) == 0 ? path : nil
    }

    /// A path for the generation after the current one.
    func nextGeneration() -> String {
        let last = generations().map(\.number).max() ?? 0
        return "\(directory)/\(name).g\(last + 1).sqlite"
    }

    /// Makes a generation the live one, atomically.
    func publish(_ path: String) throws(ProjectionError) {
        let temporary = "\(link).new"
        try? FileManager.default.removeItem(atPath: temporary)
        do {
            try FileManager.default.createSymbolicLink(
                atPath: temporary,
                withDestinationPath: (path as NSString).lastPathComponent
            )
        } catch {
            throw .unreadable(path: temporary, reason: "\(error)")
        }
        try move(temporary, to: link)
        synchronizeDirectory()
    }

    /// Renames a file over another, atomically.
    func move(_ old: String, to new: String) throws(ProjectionError) {
        guard rename(old, new) == 0 else {
            throw .unreadable(path: new, reason: String(cString: strerror(errno)))
        }
    }

    /// Removes a file and what SQLite keeps beside it.
    static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

    /// Removes generations that a crash left behind. Only the process that writes may do this.
    func removeLeftovers() {
        let kept = current
        for generation in generations() where generation.path != kept {
            Self.remove(generation.path)
        }
        guard kept != nil, kept != link else { return }
        // What SQLite kept beside a plain file that a rebuild has replaced.
        for suffix in ["-wal", "-shm", "-journal"] { unlink(link + suffix) }
    }

    private func generations() -> [(number: Int, path: String)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.compactMap { entry in
            guard entry.hasPrefix("\(name).g"), entry.hasSuffix(".sqlite"),
                let number = Int(entry.dropFirst(name.count + 2).dropLast(7))
            else { return nil }
            return (number, "\(directory)/\(entry)")
        }
    }

    // Without this a crash could lose the new link after the old generation was removed.
    private func synchronizeDirectory() {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
