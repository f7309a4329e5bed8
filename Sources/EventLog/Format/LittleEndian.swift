extension [UInt8] {
    /// The number at an offset, least byte first; nil if the bytes end before.
    func littleEndian<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self,
        at offset: Int
    ) -> Number? {
        let width = Number.bitWidth / 8
        guard offset >= 0, offset + width <= count else { return nil }
        var number: Number = 0
        for place in (0..<width).reversed() { number = number << 8 | Number(self[offset + place]) }
        return number
    }

    /// Appends a number, least byte first.
    mutating func appendLittleEndian<Number: FixedWidthInteger>(_ number: Number) {
        for place in 0..<Number.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: number >> Number(place * 8)))
        }
    }
}
