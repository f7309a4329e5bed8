internal import Glibc

extension LogDevice {
    /// Does nothing.
    package func startWriting(_ file: OpenFile, from offset: Int, count: Int) {}

    /// Writes all of these bytes. After an error any part of them may have been written.
    package func writeAll(
        _ bytes: Span<UInt8>,
        to file: OpenFile,
        at offset: Int
    ) throws(DeviceError) {
        var written = 0
        while written < bytes.count {
            do throws(DeviceError) {
                let rest = bytes.extracting(written..<bytes.count)
                let count = try write(rest, to: file, at: offset + written)
                // A device that takes nothing and reports nothing would hold us here for ever.
                guard count > 0 else { throw DeviceError(.write, file.path, code: EIO) }
                written += count
            } catch {
                guard error.code == EINTR else { throw error }
            }
        }
    }

    /// Fills the free room of a buffer with the bytes from an offset on, all of it unless the
    /// file ends before.
    package func readAll(
        _ file: OpenFile,
        into buffer: inout OutputSpan<UInt8>,
        at offset: Int
    ) throws(DeviceError) {
        var place = offset
        while !buffer.isFull {
            do throws(DeviceError) {
                let count = try read(file, into: &buffer, at: place)
                guard count > 0 else { return }
                place += count
            } catch {
                guard error.code == EINTR else { throw error }
            }
        }
    }

    /// Reads `count` bytes, or fewer where the file ends.
    package func read(
        _ file: OpenFile,
        at offset: Int,
        count: Int
    ) throws(DeviceError) -> [UInt8] {
        try [UInt8](capacity: count) { buffer throws(DeviceError) in
            try readAll(file, into: &buffer, at: offset)
        }
    }
}
