import Foundation

extension Span<UInt8> {
    /// A copy of these bytes.
    var bytes: [UInt8] { withUnsafeBufferPointer { Array($0) } }

    /// Whether the bytes are the same.
    func isEqual(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return holds(other, at: 0)
    }

    /// Whether these bytes stand at an offset.
    @inline(__always)
    func holds(_ wanted: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, wanted.count <= count &- offset else { return false }
        // SAFETY: both have so many bytes from these places on.
        return withUnsafeBytes { found in
            wanted.withUnsafeBytes { wanted in
                guard let start = found.baseAddress, let other = wanted.baseAddress else {
                    return wanted.isEmpty
                }
                return memcmp(start + offset, other, wanted.count) == 0
            }
        }
    }

    /// A number that equal bytes share, and different ones hardly ever.
    var mixed: UInt64 {
        withUnsafeBytes { bytes in
            var mixed = UInt64(truncatingIfNeeded: bytes.count)
            var place = 0
            while place &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                mixed = (mixed ^ word) &* 0x9e37_79b9_7f4a_7c15
                mixed ^= mixed >> 29
                place &+= 8
            }
            while place < bytes.count {
                mixed = (mixed ^ UInt64(bytes[place])) &* 0x9e37_79b9_7f4a_7c15
                place &+= 1
            }
            return mixed ^ mixed >> 32
        }
    }

    /// The first place at or behind an offset that holds a quote or a backslash; nil if none does.
    /// Looks at eight bytes at a time.
    func textEnd(from offset: Int) -> Int? {
        withUnsafeBytes { bytes in
            var place = offset
            while place &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                let found = UInt64(littleEndian: word).textEnds
                if found != 0 { return place &+ found.trailingZeroBitCount / 8 }
                place &+= 8
            }
            while place < bytes.count {
                if bytes[place] == 0x22 || bytes[place] == 0x5c { return place }
                place &+= 1
            }
            return nil
        }
    }
}

extension UInt64 {
    /// Marks (with 80) the lowest of these eight bytes that is a quote or a backslash. Marks above
    /// it mean nothing.
    fileprivate var textEnds: UInt64 {
        let every: UInt64 = 0x0101_0101_0101_0101
        let quote = self ^ (every &* 0x22)
        let backslash = self ^ (every &* 0x5c)
        let found = ((quote &- every) & ~quote) | ((backslash &- every) & ~backslash)
        return found & (every &* 0x80)
    }
}
