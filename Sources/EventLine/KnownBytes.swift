extension Span<UInt8> {
    /// Eight bytes as one number, the first byte lowest. Traps outside of the span.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset &+ 8 <= count, "A word lies within its bytes.")
        // SAFETY: the eight bytes are there, and every pattern of them is a number.
        return unsafe withUnsafeBytes { buffer in
            UInt64(
                littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            )
        }
    }

    /// Four bytes as one number, the first byte lowest. Traps outside of the span.
    @inline(__always)
    func halfWord(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset &+ 4 <= count, "A word lies within its bytes.")
        // SAFETY: the four bytes are there, and every pattern of them is a number.
        return unsafe withUnsafeBytes { buffer in
            UInt32(
                littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            )
        }
    }

    /// Whether these bytes stand at an offset. Compared as whole words, which the compiler knows:
    /// a literal costs one or two comparisons.
    @inline(__always)
    func holds(_ literal: StaticString, at offset: Int) -> Bool {
        let length = literal.utf8CodeUnitCount
        guard offset >= 0, offset &+ length <= count else { return false }
        // SAFETY: both have `length` bytes from these places on, and no load reaches farther.
        return unsafe withUnsafeBytes { buffer in
            let known = unsafe UnsafeRawPointer(literal.utf8Start)
            var place = 0
            while place &+ 8 <= length {
                let left = unsafe known.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                let right = unsafe buffer.loadUnaligned(
                    fromByteOffset: offset &+ place,
                    as: UInt64.self
                )
                if left != right { return false }
                place &+= 8
            }
            while place < length {
                let left = unsafe known.load(fromByteOffset: place, as: UInt8.self)
                if unsafe buffer[offset &+ place] != left { return false }
                place &+= 1
            }
            return true
        }
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
