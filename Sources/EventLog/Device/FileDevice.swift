internal import CLinux
package import EventLine
internal import Glibc

/// The disk of this machine.
package struct FileDevice: LogDevice {
    /// The disk of this machine.
    package init() {}

    /// The time of this machine, which its files are dated with.
    package static var now: Instant {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    package func open(_ path: String, _ mode: OpenMode) throws(DeviceError) -> OpenFile {
        let flags =
            switch mode {
            case .reading: O_RDONLY
            case .updating: O_RDWR
            case .creating: O_RDWR | O_CREAT
            }
        return OpenFile(descriptor: try descriptor(path, flags, .open), path: path)
    }

    package func close(_ file: OpenFile) {
        _ = Glibc.close(file.descriptor)
    }

    package func byteCount(of file: OpenFile) throws(DeviceError) -> Int {
        var status = stat()
        guard unsafe fstat(file.descriptor, &status) == 0 else {
            throw DeviceError(.examine, file.path, code: errno)
        }
        return Int(status.st_size)
    }

    package func read(
        _ file: OpenFile,
        into buffer: inout OutputSpan<UInt8>,
        at offset: Int
    ) throws(DeviceError) -> Int {
        // SAFETY: pread gets exactly the part of the buffer that is not yet filled, and says how
        // much of it it filled.
        let got = unsafe buffer.withUnsafeMutableBufferPointer { whole, filled in
            let free = unsafe UnsafeMutableBufferPointer(rebasing: whole[filled...])
            let got = unsafe pread(file.descriptor, free.baseAddress, free.count, off_t(offset))
            if got > 0 { filled += got }
            return got
        }
        guard got >= 0 else { throw DeviceError(.read, file.path, code: errno) }
        return got
    }

    package func write(
        _ bytes: Span<UInt8>,
        to file: OpenFile,
        at offset: Int
    ) throws(DeviceError) -> Int {
        // SAFETY: pwrite gets exactly these bytes.
        let put = unsafe bytes.withUnsafeBytes { buffer in
            unsafe pwrite(file.descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        }
        guard put >= 0 else { throw DeviceError(.write, file.path, code: errno) }
        return put
    }

    package func reserve(_ file: OpenFile, through byteCount: Int) throws(DeviceError) {
        while fallocate(file.descriptor, DAYBOOK_FALLOC_FL_KEEP_SIZE, 0, off_t(byteCount)) != 0 {
            switch errno {
            case EINTR: continue
            case EOPNOTSUPP, ENOSYS: return
            default: throw DeviceError(.reserve, file.path, code: errno)
            }
        }
    }

    package func truncate(_ file: OpenFile, to byteCount: Int) throws(DeviceError) {
        guard ftruncate(file.descriptor, off_t(byteCount)) == 0 else {
            throw DeviceError(.truncate, file.path, code: errno)
        }
    }

    package func startWriting(_ file: OpenFile, from offset: Int, count: Int) {
        // Without the flags that wait it takes no write error away from fdatasync.
        _ = sync_file_range(
            file.descriptor,
            off_t(offset),
            off_t(count),
            UInt32(DAYBOOK_SYNC_FILE_RANGE_WRITE)
        )
    }

    package func synchronize(_ file: OpenFile) throws(DeviceError) {
        guard fdatasync(file.descriptor) == 0 else {
            throw DeviceError(.synchronize, file.path, code: errno)
        }
    }

    package func lock(_ path: String) throws(DeviceError) -> OpenFile {
        let file = try open(path, .creating)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(file)
            throw DeviceError(.lock, path, code: code)
        }
        return file
    }

    package func unlock(_ file: OpenFile) {
        // Closing is not enough: a child process has the same lock between fork and exec.
        _ = flock(file.descriptor, LOCK_UN)
        close(file)
    }

    func descriptor(
        _ path: String,
        _ flags: Int32,
        _ operation: DeviceError.Operation
    ) throws(DeviceError) -> Int32 {
        while true {
            let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o640)
            if descriptor >= 0 { return descriptor }
            if errno != EINTR { throw DeviceError(operation, path, code: errno) }
        }
    }
}
