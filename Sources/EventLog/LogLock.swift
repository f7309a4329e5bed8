internal import Glibc

/// The lock that makes one process the writer of a data directory.
enum LogLock {
    /// Takes it and writes down whose it is.
    static func take(_ directory: LogDirectory) throws(LogError) -> OpenFile {
        let device = directory.device
        do throws(DeviceError) {
            let file = try device.lock(directory.lock)
            do throws(DeviceError) {
                try device.truncate(file, to: 0)
                try device.writeAll(Array("\(getpid())\n".utf8).span, to: file, at: 0)
                return file
            } catch {
                device.unlock(file)
                throw error
            }
        } catch {
            guard error.isLockedByAnother else { throw .device(error) }
            throw .locked(path: directory.lock, process: holder(directory))
        }
    }

    private static func holder(_ directory: LogDirectory) -> Int? {
        guard let file = try? directory.device.open(directory.lock, .reading) else { return nil }
        defer { directory.device.close(file) }
        let text = (try? directory.device.read(file, at: 0, count: 32)) ?? []
        return Int(String(decoding: text.prefix { $0 != 10 }, as: UTF8.self))
    }
}
