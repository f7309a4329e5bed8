/// One line of the log: an envelope and the event's own `data`, as JSON.
///
/// The canonical form is a CloudEvents 1.0 event with its members in a fixed order, no white
/// space, and a CRC-32C as the last member, over every byte before `,"crc32c"`.
public struct EventLine: Hashable, Sendable {
    /// Everything but the payload.
    public var envelope: Envelope
    /// The canonical JSON of `data`, an object.
    public var data: [UInt8]

    /// The longest line, without its line feed: what a transparency-log entry may hold.
    public static let byteCountMax = 65_535

    /// A line of these parts.
    public init(envelope: Envelope, data: [UInt8]) {
        self.envelope = envelope
        self.data = data
    }

    /// The canonical bytes, ended by a line feed.
    public var canonicalBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + data.count)
        bytes.append(self)
        return bytes
    }

    /// Reads a line, without its line feed, and checks its checksum.
    ///
    /// Canonical lines are compared in place; any other valid JSON with the same members is
    /// accepted too, in any order and spacing, as long as `crc32c` stands last.
    public init(parsing bytes: Span<UInt8>) throws(LineError) {
        if let view = LineView(canonical: bytes), let line = EventLine(view, in: bytes) {
            guard view.isIntact(in: bytes) else { throw Self.changed(view, in: bytes) }
            self = line
        } else {
            try Self.checkChecksum(of: bytes)
            try self.init(anyOrder: bytes)
        }
    }

    /// What a view of a line's bytes shows, without a look at the checksum; nil where the line is
    /// not in canonical form after all.
    public init?(_ view: LineView, in bytes: Span<UInt8>) {
        guard let envelope = Envelope(view, in: bytes) else { return nil }
        self.init(envelope: envelope, data: [UInt8](bytes.extracting(view.data)))
    }

    /// Reads a line, without its line feed, and checks its checksum.
    public init(parsing bytes: [UInt8]) throws(LineError) {
        try self.init(parsing: bytes.span)
    }

    private init(anyOrder bytes: Span<UInt8>) throws(LineError) {
        do {
            let value = try JSONValue(parsing: bytes)
            guard let data = value["data"], data.members != nil else {
                throw LineError.malformed("data is missing or no object")
            }
            self.init(envelope: try Envelope(value), data: data.canonicalBytes)
        } catch let error as LineError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }

    private static func changed(_ view: LineView, in bytes: Span<UInt8>) -> LineError {
        let body = bytes.extracting(0..<view.coveredByteCount)
        return .checksum(
            stated: hexadecimal(view.checksum),
            computed: hexadecimal(CRC32C.checksum(body))
        )
    }

    private static func checkChecksum(of bytes: Span<UInt8>) throws(LineError) {
        guard let checksumStart = Self.checksumStart(in: bytes) else {
            throw .malformed("there is no crc32c member at its end")
        }
        let body = bytes.extracting(0..<checksumStart)
        let found = hexadecimal(CRC32C.checksum(body))
        let stated = Self.statedChecksum(in: bytes, from: checksumStart)
        guard stated == found else { throw .checksum(stated: stated ?? "", computed: found) }
    }

    /// Where `,"crc32c"` starts: at a known place in a canonical line, else its last occurrence.
    private static func checksumStart(in bytes: Span<UInt8>) -> Int? {
        let length = LineLiteral.checksum.count
        var place = bytes.count - length - 10
        while place >= 0 {
            var cursor = JSONCursor(offset: place)
            if bytes[place] == UInt8(ascii: ","), cursor.skip(LineLiteral.checksumName, in: bytes) {
                return place
            }
            place -= 1
        }
        return nil
    }

    private static func statedChecksum(in bytes: Span<UInt8>, from start: Int) -> String? {
        var cursor = JSONCursor(offset: start + LineLiteral.checksumName.count)
        guard (try? cursor.punctuation(UInt8(ascii: ":"), in: bytes)) != nil,
            let text = try? cursor.string(in: bytes),
            (try? cursor.punctuation(UInt8(ascii: "}"), in: bytes)) != nil,
            (try? cursor.end(in: bytes)) != nil
        else { return nil }
        return text
    }
}

/// Why a line could not be read.
public enum LineError: Error, Hashable, CustomStringConvertible {
    /// Its bytes are not those that were written.
    case checksum(stated: String, computed: String)
    /// It is not an event of this log.
    case malformed(String)

    /// The reason as a sentence.
    public var description: String {
        switch self {
        case .checksum(let stated, let computed):
            "the line's bytes were changed: crc32c says \(stated), its bytes give \(computed)"
        case .malformed(let why): "not a line of an event log: \(why)"
        }
    }
}

enum LineLiteral {
    static let checksumName = Array(",\"crc32c\"".utf8)
    static let checksum = Array(",\"crc32c\":\"".utf8)
}

func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}
