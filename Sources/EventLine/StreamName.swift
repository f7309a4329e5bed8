/// The name of a stream: a category, a slash and an id, such as `client/0193…`.
///
/// At most 200 bytes of letters, digits and `- _ . / : *`: never a space, an `@`, a quote or a
/// control character, so it stands in a line unescaped.
public struct StreamName: Hashable, Comparable, Sendable {
    /// The whole name.
    public let text: String

    /// A name as it stands in a line; nil if it has a byte that no name may have.
    public init?(_ text: String) {
        guard (1...Self.byteCountMax).contains(text.utf8.count),
            text.utf8.allSatisfy(Self.isPermitted)
        else { return nil }
        self.text = text
    }

    /// A name by its bytes; nil if they are none.
    public init?(_ bytes: Span<UInt8>) {
        guard (1...Self.byteCountMax).contains(bytes.count) else { return nil }
        for place in bytes.indices where !Self.isPermitted(bytes[place]) { return nil }
        guard let text = String(validating: bytes) else { return nil }
        self.text = text
    }

    /// The stream of one thing, such as `("client", id)`.
    public init(_ category: StaticString, _ id: UniqueID) {
        text = "\(category)/\(id)"
    }

    /// What stands before the first slash.
    public var category: Substring { text.prefix { $0 != "/" } }

    /// What stands after the last slash, where that is an id.
    public var id: UniqueID? {
        text.lastIndex(of: "/").flatMap { UniqueID(text[text.index(after: $0)...]) }
    }

    /// Orders by bytes.
    public static func < (left: StreamName, right: StreamName) -> Bool { left.text < right.text }

    private static let byteCountMax = 200

    /// By two words of bits, one for each of the bytes below 128.
    @inline(__always)
    private static func isPermitted(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte < 64 ? 0x07ff_e400_0000_0000 : 0x07ff_fffe_87ff_fffe
        return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
    }
}

extension StreamName: CustomStringConvertible {
    /// The whole name.
    public var description: String { text }
}

/// An event's place in one of its streams: the first event of a stream has version 1.
public struct StreamPosition: Hashable, Sendable {
    /// Which stream.
    public let stream: StreamName
    /// The event's version there, from 1 without gaps.
    public let version: Int

    /// A place in a stream.
    public init(stream: StreamName, version: Int) {
        self.stream = stream
        self.version = version
    }
}
