internal import EventLine
internal import EventLog
internal import PersonalData

/// A line of a life that was played, with its personal data opened.
struct RecordedLine {
    let event: EventLine
    /// Whose key the personal data has, and what it says; nil where the line has none.
    let personal: (subject: String, sealed: String, plaintext: [UInt8])?

    /// The lines of a log behind a sequence.
    static func read(
        _ directory: String,
        after sequence: UInt64,
        opening vault: Vault? = nil
    ) throws -> [RecordedLine] {
        var lines: [RecordedLine] = []
        var scan = LogReader(directory: directory).scan(after: sequence)
        while let event = try scan.nextEvent() {
            lines.append(RecordedLine(event: event, personal: try personal(of: event, vault)))
        }
        return lines
    }

    private static func personal(
        of event: EventLine,
        _ vault: Vault?
    ) throws -> (String, String, [UInt8])? {
        let data = try JSONValue(parsing: event.data)
        guard let vault, let sealed = data["personal"]?.string,
            let subject = SealedSubject.name(of: sealed)
        else { return nil }
        guard case .content(let plaintext) = try vault.open(sealed) else {
            throw UsageError("the personal data of \(event.envelope.sequence) is erased already")
        }
        return (subject, sealed, plaintext)
    }

    /// The ids and digests in it.
    var words: Set<String> {
        var words: Set<String> = []
        let bytes = event.canonicalBytes
        var place = 0
        while place < bytes.count {
            let word = LineWord(at: place, in: bytes)
            if let word, word.isName { words.insert(word.text(in: bytes)) }
            place += word?.count ?? 1
        }
        return words
    }
}

/// The `kid` of a sealed text.
enum SealedSubject {
    static func name(of text: String) -> String? {
        guard let header = text.split(separator: ".").first,
            let bytes = bytes(base64url: header.utf8),
            let value = try? JSONValue(parsing: bytes)
        else { return nil }
        return value["kid"]?.string
    }

    private static func bytes(base64url text: some Sequence<UInt8>) -> [UInt8]? {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var bytes: [UInt8] = []
        var held: UInt32 = 0
        var bits = 0
        for character in text {
            guard let value = digits.firstIndex(of: character) else { return nil }
            held = held << 6 | UInt32(value)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
        }
        return bytes
    }
}

/// Something in a line that may be different each time: an id, a digest, a time or a date.
struct LineWord {
    enum Kind {
        case id
        case digest
        case instant
        case date
    }

    let kind: Kind
    let start: Int
    let count: Int

    var isName: Bool { kind == .id || kind == .digest }

    func text(in bytes: [UInt8]) -> String {
        String(decoding: bytes[start..<start + count], as: UTF8.self)
    }

    /// The word that begins here, if one does.
    init?(at start: Int, in bytes: [UInt8]) {
        let isInside = start > 0 && Self.isHexadecimal(bytes[start - 1])
        guard !isInside, Self.isHexadecimal(bytes[start]) else { return nil }
        self.start = start
        let shapes: [(Kind, String)] = [
            (.id, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
            (.instant, "dddd-dd-ddTdd:dd:dd.ddddddZ"), (.date, "dddd-dd-dd"),
            (.digest, String(repeating: "x", count: 64)),
        ]
        let found = shapes.first { Self.matches($0.1, bytes[start...]) }
        guard let found else { return nil }
        kind = found.0
        count = found.1.utf8.count
    }

    private static func matches(_ shape: String, _ bytes: ArraySlice<UInt8>) -> Bool {
        let shape = shape.utf8
        guard bytes.count >= shape.count else { return false }
        let end = bytes.startIndex + shape.count
        if end < bytes.endIndex, isHexadecimal(bytes[end]) { return false }
        return zip(shape, bytes).allSatisfy { mark, byte in
            switch mark {
            case UInt8(ascii: "x"): isHexadecimal(byte)
            case UInt8(ascii: "d"): (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            default: mark == byte
            }
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
