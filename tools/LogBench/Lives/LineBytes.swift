internal import EventLine

extension [UInt8] {
    mutating func append(decimal number: UInt64, digits: Int) {
        let text = String(number).utf8
        for _ in 0..<Swift.max(0, digits - text.count) { append(UInt8(ascii: "0")) }
        self += text
    }

    /// The last so many hexadecimal digits.
    mutating func append(hexadecimal number: UInt64, digits: Int) {
        for place in (0..<digits).reversed() {
            append(hexadecimalDigits[Int(number >> UInt64(place * 4) & 15)])
        }
    }

    mutating func append(_ id: UniqueID) {
        append(hexadecimal: id.high >> 32, digits: 8)
        append(UInt8(ascii: "-"))
        append(hexadecimal: id.high >> 16, digits: 4)
        append(UInt8(ascii: "-"))
        append(hexadecimal: id.high, digits: 4)
        append(UInt8(ascii: "-"))
        append(hexadecimal: id.low >> 48, digits: 4)
        append(UInt8(ascii: "-"))
        append(hexadecimal: id.low, digits: 12)
    }

    mutating func append(_ instant: Instant) { self += instant.description.utf8 }

    mutating func append(_ date: LocalDate) { self += date.description.utf8 }

    mutating func append(littleEndian word: UInt64, count: Int) {
        for place in 0..<count { append(UInt8(truncatingIfNeeded: word >> UInt64(place * 8))) }
    }
}

private let hexadecimalDigits = Array("0123456789abcdef".utf8)
