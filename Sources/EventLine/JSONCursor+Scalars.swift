extension JSONCursor {
    /// Reads a string.
    public mutating func string(in bytes: Span<UInt8>) throws(JSONError) -> String {
        guard peek(in: bytes) == UInt8(ascii: "\"") else { throw error("a string") }
        offset += 1
        let start = offset
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                let text = try text(of: start..<offset, in: bytes)
                offset += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start, in: bytes)
            case 0..<0x20: throw error("an escape in place of a control character")
            default: offset += 1
            }
        }
        throw error("the end of a string")
    }

    /// Reads a number: an integer where it is one and fits 64 bits.
    public mutating func number(in bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        let start = offset
        if byte(in: bytes) == UInt8(ascii: "-") { offset += 1 }
        let isZero = byte(in: bytes) == UInt8(ascii: "0")
        let digits = try skipDigits(in: bytes)
        guard !isZero || digits == 1 else { throw error("no digit after a leading zero") }
        var isInteger = true
        if byte(in: bytes) == UInt8(ascii: ".") {
            isInteger = false
            offset += 1
            _ = try skipDigits(in: bytes)
        }
        if let mark = byte(in: bytes), mark | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            offset += 1
            if let sign = byte(in: bytes), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                offset += 1
            }
            _ = try skipDigits(in: bytes)
        }
        let text = try text(of: start..<offset, in: bytes)
        if isInteger, let number = Int64(text) { return .integer(number) }
        return .decimal(text)
    }

    private func byte(in bytes: Span<UInt8>) -> UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    private mutating func skipDigits(in bytes: Span<UInt8>) throws(JSONError) -> Int {
        let start = offset
        while let next = byte(in: bytes), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) {
            offset += 1
        }
        guard offset > start else { throw error("a digit") }
        return offset - start
    }

    private func text(
        of range: Range<Int>,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> String {
        let copy = [UInt8](capacity: range.count) { output in
            for place in range { output.append(bytes[place]) }
        }
        guard let text = String(validating: copy, as: UTF8.self) else {
            throw JSONError(offset: range.lowerBound, expectation: "valid UTF-8")
        }
        return text
    }

    private mutating func escapedString(
        from start: Int,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> String {
        var unescaped: [UInt8] = []
        for place in start..<offset { unescaped.append(bytes[place]) }
        while let next = byte(in: bytes) {
            switch next {
            case UInt8(ascii: "\""):
                guard let text = String(validating: unescaped, as: UTF8.self) else {
                    throw JSONError(offset: start, expectation: "valid UTF-8")
                }
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                offset += 1
                unescaped.append(contentsOf: String(try escape(in: bytes)).utf8)
            case 0..<0x20: throw error("an escape in place of a control character")
            default:
                unescaped.append(next)
                offset += 1
            }
        }
        throw error("the end of a string")
    }

    private mutating func escape(in bytes: Span<UInt8>) throws(JSONError) -> UnicodeScalar {
        guard let letter = byte(in: bytes) else { throw error("an escape") }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UnicodeScalar(letter)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(in: bytes)
        default:
            offset -= 1
            throw error("one of \"\\/bfnrtu after a backslash")
        }
    }

    private mutating func unicodeEscape(in bytes: Span<UInt8>) throws(JSONError) -> UnicodeScalar {
        let unit = try fourDigits(in: bytes)
        if let scalar = UnicodeScalar(unit) { return scalar }
        guard unit < 0xdc00, skip(Array("\\u".utf8), in: bytes) else {
            throw error("the second half of a surrogate pair")
        }
        let second = try fourDigits(in: bytes)
        guard (0xdc00..<0xe000).contains(second),
            let scalar = UnicodeScalar(0x10000 + (unit - 0xd800) << 10 + (second - 0xdc00))
        else { throw error("the second half of a surrogate pair") }
        return scalar
    }

    private mutating func fourDigits(in bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let next = byte(in: bytes), let digit = hexadecimalDigit(next) else {
                throw error("four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
