package import EventLine
internal import Glibc

extension FileDevice {
    package func synchronizeDirectory(_ path: String) throws(DeviceError) {
        let directory = try descriptor(path, O_RDONLY | O_DIRECTORY, .open)
        defer { _ = Glibc.close(directory) }
        guard fsync(directory) == 0 else { throw DeviceError(.synchronize, path, code: errno) }
    }

    package func createDirectory(_ path: String) throws(DeviceError) {
        guard unsafe mkdir(path, 0o750) == 0 || errno == EEXIST else {
            throw DeviceError(.createDirectory, path, code: errno)
        }
    }

    package func names(in directory: String) throws(DeviceError) -> [String] {
        guard let stream = unsafe opendir(directory) else {
            throw DeviceError(.list, directory, code: errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(stream) {
            // SAFETY: d_name is ended by a zero byte.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { place in
                unsafe place.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw DeviceError(.list, directory, code: errno) }
        return names.sorted()
    }

    package func modified(_ path: String) throws(DeviceError) -> Instant {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw DeviceError(.examine, path, code: errno)
        }
        let time = status.st_mtim
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package func rename(_ path: String, to newPath: String) throws(DeviceError) {
        guard unsafe Glibc.rename(path, newPath) == 0 else {
            throw DeviceError(.rename, path, code: errno)
        }
    }

    package func remove(_ path: String) throws(DeviceError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw DeviceError(.remove, path, code: errno)
        }
    }

    package func link(_ target: String, at path: String) throws(DeviceError) {
        guard unsafe symlink(target, path) == 0 else { throw DeviceError(.link, path, code: errno) }
    }
}
