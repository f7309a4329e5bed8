extension Span<UInt8> {
    /// Eight bytes as one number, the first byte lowest. Traps outside of the span.
    @inline(__always)
    func word(at offset: Int) -> UInt64 { number(at: offset) }

    /// Four bytes as one number, the first byte lowest. Traps outside of the span.
    @inline(__always)
    func halfWord(at offset: Int) -> UInt32 { number(at: offset) }

    /// Whether sixteen bytes stand at an offset.
    @inline(__always)
    func holdsTwoWords(at offset: Int) -> Bool {
        count >= 16 && UInt(bitPattern: offset) <= UInt(bitPattern: count &- 16)
    }

    /// Sixteen bytes as two numbers. Traps outside of the span.
    @inline(__always)
    func twoWords(at offset: Int) -> (UInt64, UInt64) {
        precondition(holdsTwoWords(at: offset), "Words lie within their bytes.")
        // SAFETY: the sixteen bytes are there, and every pattern of them is a number.
        return unsafe withUnsafeBytes { buffer in
            (
                UInt64(
                    littleEndian: unsafe buffer.loadUnaligned(
                        fromByteOffset: offset,
                        as: UInt64.self
                    )
                ),
                UInt64(
                    littleEndian: unsafe buffer.loadUnaligned(
                        fromByteOffset: offset &+ 8,
                        as: UInt64.self
                    )
                )
            )
        }
    }

    @inline(__always)
    private func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number {
        let width = MemoryLayout<Number>.size
        precondition(
            count >= width && UInt(bitPattern: offset) <= UInt(bitPattern: count &- width),
            "A number lies within its bytes."
        )
        // SAFETY: the bytes are there, and every pattern of them is a number.
        return unsafe withUnsafeBytes { buffer in
            Number(
                littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: Number.self)
            )
        }
    }

    /// Whether these bytes stand at an offset. Compared as whole words, which the compiler knows:
    /// a literal costs one or two comparisons, of which the last two may overlap.
    @inline(__always)
    func holds(_ literal: StaticString, at offset: Int) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard count >= length, UInt(bitPattern: offset) <= UInt(bitPattern: count &- length) else {
            return false
        }
        // SAFETY: both have `length` bytes from these places on, and no load reaches farther.
        return unsafe withUnsafeBytes { buffer in
            let known = unsafe UnsafeRawBufferPointer(start: literal.utf8Start, count: length)
            let found = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset..<offset &+ length])
            if length >= 8 {
                return unsafe Self.areEqual(known, found, by: UInt64.self)
            } else if length >= 4 {
                return unsafe Self.areEqual(known, found, by: UInt32.self)
            } else {
                return unsafe Self.areEqual(known, found, by: UInt8.self)
            }
        }
    }

    /// Whether bytes of the same count, not less than a number's, are equal.
    @inline(__always)
    private static func areEqual<Number: FixedWidthInteger & BitwiseCopyable>(
        _ left: UnsafeRawBufferPointer,
        _ right: UnsafeRawBufferPointer,
        by number: Number.Type
    ) -> Bool {
        let last = left.count &- MemoryLayout<Number>.size
        var place = 0
        while place < last {
            let first = unsafe left.loadUnaligned(fromByteOffset: place, as: Number.self)
            let second = unsafe right.loadUnaligned(fromByteOffset: place, as: Number.self)
            if first != second { return false }
            place &+= MemoryLayout<Number>.size
        }
        let first = unsafe left.loadUnaligned(fromByteOffset: last, as: Number.self)
        let second = unsafe right.loadUnaligned(fromByteOffset: last, as: Number.self)
        return first == second
    }

    /// Whether they stand in a JSON string as they are: no quote, backslash or control character.
    var isPlainText: Bool {
        var place = 0
        while place &+ 8 <= count {
            let word = word(at: place)
            if word.textEnds | word.controls != 0 { return false }
            place &+= 8
        }
        while place < count {
            if self[place] < 0x20 || self[place] == 0x22 || self[place] == 0x5c { return false }
            place &+= 1
        }
        return true
    }

    /// Whether these are the bytes of a text.
    func isEqual(to text: String) -> Bool {
        let utf8 = text.utf8.span
        guard utf8.count == count else { return false }
        for place in indices where self[place] != utf8[place] { return false }
        return true
    }
}

extension [UInt8] {
    /// The bytes of a span.
    init(_ bytes: Span<UInt8>) {
        // SAFETY: the array copies the bytes at once.
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Appends the bytes of a span.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        // SAFETY: the array copies the bytes at once.
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends a literal.
    @inline(__always)
    mutating func append(_ literal: StaticString) {
        // SAFETY: a literal is there as long as the program.
        unsafe append(
            contentsOf: UnsafeBufferPointer(
                start: literal.utf8Start,
                count: literal.utf8CodeUnitCount
            )
        )
    }

    /// Appends the lowest bytes of a word, the lowest first.
    @inline(__always)
    mutating func append(word: UInt64, count: Int = 8) {
        precondition((0...8).contains(count), "A word has eight bytes.")
        // SAFETY: the word has as many bytes.
        unsafe Swift.withUnsafeBytes(of: word.littleEndian) { bytes in
            unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }
}

extension String {
    /// Text from UTF-8; nil if it is none.
    init?(validating bytes: Span<UInt8>) {
        // SAFETY: the string copies the bytes at once.
        let text = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe String(validating: buffer, as: UTF8.self)
        }
        guard let text else { return nil }
        self = text
    }
}
