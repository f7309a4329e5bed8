internal import CLinux
internal import Glibc

extension Span<UInt8> {
    /// The first place of a byte at or behind an offset; nil if there is none. Some ten gigabytes
    /// a second.
    func firstIndex(of byte: UInt8, from offset: Int) -> Int? {
        guard offset >= 0, offset < count else { return nil }
        // SAFETY: memchr reads no farther than the length that it is given.
        return unsafe withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let found = unsafe memchr(start + offset, Int32(byte), buffer.count - offset)
            return unsafe found.map { unsafe UnsafeRawPointer($0) - start }
        }
    }

    /// The first place of a run of bytes at or behind an offset; nil if there is none.
    func firstRange(of needle: Span<UInt8>, from offset: Int) -> Int? {
        guard offset >= 0, offset < count, !needle.isEmpty else { return nil }
        // SAFETY: memmem reads no farther than the two lengths that it is given.
        return unsafe withUnsafeBytes { buffer in
            unsafe needle.withUnsafeBytes { wanted in
                guard let start = buffer.baseAddress, let what = wanted.baseAddress
                else { return nil }
                let found = unsafe memmem(
                    start + offset,
                    buffer.count - offset,
                    what,
                    wanted.count
                )
                return unsafe found.map { unsafe UnsafeRawPointer($0) - start }
            }
        }
    }
}
