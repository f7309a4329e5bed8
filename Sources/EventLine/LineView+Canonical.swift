extension LineView {
    /// Reads a line, without its line feed, if it is in canonical form; nil if it is not, which
    /// ``EventLine/init(parsing:)-(Span<UInt8>)`` may still be able to read.
    ///
    /// Neither the checksum nor the inside of `data` is looked at. Takes less than 100 ns.
    public init?(canonical bytes: Span<UInt8>) {
        let coveredByteCount = bytes.count &- Self.checksumByteCount
        guard bytes.count <= EventLine.byteCountMax, coveredByteCount > Self.sourceStart,
            bytes.holds(",\"crc32c\":\"", at: coveredByteCount),
            bytes.holds("\"}", at: bytes.count &- 2),
            let checksum = bytes.word(at: bytes.count &- 10).hexadecimalDigits,
            bytes.holds("{\"specversion\":\"1.0\",\"sequence\":\"", at: 0),
            let sequence = bytes.twentyDigits(at: 33),
            bytes.holds("\",\"id\":\"", at: 53),
            let id = UniqueID(at: 61, in: bytes),
            bytes.holds("\",\"source\":\"", at: 97)
        else { return nil }
        var cursor = LineCursor(offset: Self.sourceStart)
        var parts = Parts()
        guard cursor.text(into: &parts.source, in: bytes),
            cursor.skip("\",\"type\":\"", in: bytes),
            cursor.text(into: &parts.type, in: bytes),
            cursor.skip("\",\"subject\":\"", in: bytes),
            cursor.text(into: &parts.subject, in: bytes),
            cursor.skip("\",\"time\":\"", in: bytes),
            let time = Instant(at: cursor.offset, in: bytes)
        else { return nil }
        cursor.offset &+= 27
        guard cursor.skip("\",\"streams\":\"", in: bytes),
            cursor.text(into: &parts.streams, in: bytes),
            cursor.skip("\",\"commit\":\"", in: bytes),
            let commitIndex = cursor.number(in: bytes), cursor.skip("/", in: bytes),
            let commitCount = cursor.number(in: bytes),
            commitIndex >= 1, commitIndex <= commitCount,
            cursor.skip("\",\"actor\":\"", in: bytes),
            cursor.text(into: &parts.actor, in: bytes),
            cursor.optionalMembers(into: &parts, in: bytes),
            cursor.skip("\",\"data\":{", in: bytes),
            cursor.offset < coveredByteCount,
            bytes[coveredByteCount &- 1] == UInt8(ascii: "}")
        else { return nil }
        parts.dataStart = UInt16(truncatingIfNeeded: cursor.offset &- 1)
        self.sequence = sequence
        self.id = id
        self.time = time
        self.commitIndex = commitIndex
        self.commitCount = commitCount
        self.checksum = checksum
        self.coveredByteCount = coveredByteCount
        self.parts = parts
    }

    /// `,"crc32c":"` eight digits `"}`.
    static let checksumByteCount = 21
    private static let sourceStart = 109
}

/// A place in a line.
private struct LineCursor {
    var offset: Int

    /// Steps over these bytes if they come next.
    @inline(__always)
    mutating func skip(_ literal: StaticString, in bytes: Span<UInt8>) -> Bool {
        guard bytes.holds(literal, at: offset) else { return false }
        offset &+= literal.utf8CodeUnitCount
        return true
    }

    /// Steps over text up to its closing quote.
    @inline(__always)
    mutating func text(into part: inout LineView.Part, in bytes: Span<UInt8>) -> Bool {
        guard let end = bytes.textEnd(from: offset) else { return false }
        part.start = UInt16(truncatingIfNeeded: offset)
        part.end = UInt16(truncatingIfNeeded: end)
        offset = end
        return true
    }

    /// Steps over a number without leading zeros.
    @inline(__always)
    mutating func number(in bytes: Span<UInt8>) -> Int? {
        var value = 0
        let start = offset
        while offset < bytes.count, offset < start &+ 10 {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = value &* 10 &+ Int(digit)
            offset &+= 1
        }
        return offset > start && bytes[start] != UInt8(ascii: "0") ? value : nil
    }

    /// Steps over the members that are there only where they apply, from the quote before them
    /// to the one before `data`.
    @inline(__always)
    mutating func optionalMembers(
        into parts: inout LineView.Parts,
        in bytes: Span<UInt8>
    ) -> Bool {
        if bytes.holds("\",\"data\":", at: offset) { return true }
        if skip("\",\"client\":\"", in: bytes) {
            guard text(into: &parts.client, in: bytes) else { return false }
        }
        if skip("\",\"onbehalfof\":\"", in: bytes) {
            guard text(into: &parts.onBehalfOf, in: bytes) else { return false }
        }
        if skip("\",\"correlationid\":\"", in: bytes) {
            guard text(into: &parts.correlationID, in: bytes) else { return false }
        }
        if skip("\",\"causationid\":\"", in: bytes) {
            guard text(into: &parts.causationID, in: bytes) else { return false }
        }
        if skip("\",\"traceparent\":\"", in: bytes) {
            guard text(into: &parts.traceParent, in: bytes) else { return false }
        }
        return true
    }
}

extension Span<UInt8> {
    /// Twenty digits that give a number of 64 bits.
    @inline(__always)
    func twentyDigits(at offset: Int) -> UInt64? {
        guard offset >= 0, offset &+ 20 <= count,
            // Sixteen digits come last: the first four are nearly always zeros.
            let middle = word(at: offset &+ 4).decimalDigits,
            let low = word(at: offset &+ 12).decimalDigits,
            let high = (UInt64(halfWord(at: offset)) << 32 | 0x3030_3030).decimalDigits
        else { return nil }
        let tail = middle &* 100_000_000 &+ low
        let (head, tooLarge) = high.multipliedReportingOverflow(by: 10_000_000_000_000_000)
        let (sum, overflow) = head.addingReportingOverflow(tail)
        return tooLarge || overflow ? nil : sum
    }

    /// The place of the quote that ends a JSON string, from a place within its text; nil if there
    /// is none. Control characters are not looked for.
    @inline(__always)
    func textEnd(from start: Int) -> Int? {
        var place = start
        while holdsTwoWords(at: place) {
            let words = twoWords(at: place)
            let low = words.0.quotes
            let high = words.1.quotes
            if low | high == 0 {
                place &+= 16
                continue
            }
            place &+=
                low != 0
                ? low.trailingZeroBitCount >> 3 : 8 &+ (high.trailingZeroBitCount >> 3)
            // Only a quote behind a backslash can be part of the text.
            if self[place &- 1] != UInt8(ascii: "\\") || !isEscaped(place, from: start) {
                return place
            }
            place &+= 1
        }
        return nil
    }

    /// Whether an odd number of backslashes stands before a place.
    @inline(never)
    private func isEscaped(_ place: Int, from start: Int) -> Bool {
        var first = place
        while first > start, self[first &- 1] == UInt8(ascii: "\\") { first &-= 1 }
        return (place &- first) & 1 == 1
    }

    /// The first of these bytes in a range.
    @inline(__always)
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        let sought = UInt64(byte) &* 0x0101_0101_0101_0101
        var place = range.lowerBound
        while place &+ 8 <= count, place < range.upperBound {
            let other = word(at: place) ^ sought
            let found = (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080
            if found != 0 {
                place &+= found.trailingZeroBitCount >> 3
                return place < range.upperBound ? place : nil
            }
            place &+= 8
        }
        while place < range.upperBound {
            if self[place] == byte { return place }
            place &+= 1
        }
        return nil
    }
}
