extension [UInt8] {
    /// Appends a number in groups of seven bits, the lowest first; all but the last byte have
    /// their highest bit set (LEB128).
    @inline(__always)
    mutating func appendVarint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads a number and steps over it; nil if the bytes end before, or it has over 63 bits.
    @inline(__always)
    func varint(at place: inout Int) -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place < count, shift < 63 {
            let byte = self[place]
            place += 1
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }
}
