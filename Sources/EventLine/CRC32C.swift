internal import CCRC32C

/// CRC-32C (Castagnoli polynomial, reflected), as in RFC 3720 §B.4. `123456789` gives `e3069283`.
public enum CRC32C {
    /// The checksum of these bytes: about 20 gigabytes a second on one core where the processor
    /// has an instruction for it, else one.
    ///
    /// With `previous`, the checksum of some bytes, it is that of those and these together.
    public static func checksum(_ bytes: Span<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
        guard daybook_crc32c_is_there() != 0 else {
            return tableChecksum(bytes, continuing: previous)
        }
        // SAFETY: the function reads exactly these bytes.
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe ~daybook_crc32c_run(~previous, buffer.baseAddress, buffer.count)
        }
    }

    /// The checksum of these bytes.
    public static func checksum(_ bytes: [UInt8]) -> UInt32 { checksum(bytes.span) }

    /// The same, for processors without the instruction.
    static func tableChecksum(_ bytes: Span<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
        let tables = Self.tables.span
        var crc = ~previous
        var place = 0
        while place + 8 <= bytes.count {
            var low = crc
            for byte in 0..<4 { low ^= UInt32(bytes[place + byte]) << UInt32(byte * 8) }
            crc = 0
            for byte in 0..<4 {
                crc ^= tables[(7 - byte) * 256 + Int(low >> UInt32(byte * 8) & 255)]
                crc ^= tables[(3 - byte) * 256 + Int(bytes[place + 4 + byte])]
            }
            place += 8
        }
        while place < bytes.count {
            crc = (crc >> 8) ^ tables[Int((crc ^ UInt32(bytes[place])) & 255)]
            place += 1
        }
        return ~crc
    }

    /// Eight tables of 256, one after the other ("slicing by eight").
    private static let tables: [UInt32] = {
        var tables: [UInt32] = []
        for index in UInt32(0)..<256 {
            var crc = index
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0x82f6_3b78 : crc >> 1 }
            tables.append(crc)
        }
        for place in 256..<2048 {
            let previous = tables[place - 256]
            tables.append((previous >> 8) ^ tables[Int(previous & 255)])
        }
        return tables
    }()
}
