import Testing

@testable import EventLine

/// Bytes that look random and are the same in each run.
private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
    }
}

@Suite struct ChecksumTests {
    @Test(
        arguments: [
            ("123456789", 0xe306_9283), ("", 0), ("a", 0xc1d0_4330),
        ] as [(String, UInt32)]
    )
    func `the checksum agrees with published values`(text: String, checksum: UInt32) {
        #expect(CRC32C.checksum(Array(text.utf8)) == checksum)
        #expect(CRC32C.tableChecksum(Array(text.utf8).span) == checksum)
    }

    /// RFC 3720 §B.4.
    @Test func `the checksum agrees with the vectors of its RFC`() {
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum([UInt8](repeating: 255, count: 32)) == 0x62a8_ab43)
        #expect(CRC32C.checksum(Array(0..<32)) == 0x46dd_794e)
        #expect(CRC32C.checksum((0..<32).reversed()) == 0x113f_db5c)
    }

    @Test func `the instruction and the tables agree at every length and alignment`() {
        let bytes = noise(10_000, seed: 7)
        let whole = bytes.span
        for count in Array(0..<800) + [3071, 3072, 3073, 3095, 3168, 6144, 9240, 9990] {
            for start in [0, 1, 3, 7] {
                let part = whole.extracting(start..<start + count)
                let instruction = CRC32C.checksum(part)
                let tables = CRC32C.tableChecksum(part)
                #expect(instruction == tables, "\(count) bytes from \(start)")
            }
        }
    }

    @Test func `a checksum goes on over a second part`() {
        let bytes = noise(5000, seed: 11)
        let whole = CRC32C.checksum(bytes)
        for place in stride(from: 0, through: 5000, by: 173) {
            let first = CRC32C.checksum(bytes.span.extracting(0..<place))
            let rest = bytes.span.extracting(place..<5000)
            let both = CRC32C.checksum(rest, continuing: first)
            let tables = CRC32C.tableChecksum(rest, continuing: first)
            #expect(both == whole)
            #expect(tables == whole)
        }
    }
}
