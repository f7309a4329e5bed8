/// The name of a stream: a category, a slash and an id, such as `client/0193…`.
///
/// At most 200 bytes of letters, digits and `- _ . / : *`: never a space, an `@`, a quote or a
/// control character, so it stands in a line unescaped.
public struct StreamName: Hashable, Comparable, Sendable {
    /// The whole name.
    public let text: String

    /// Made of the text, once: names are looked up far more often than made.
    private let digest: UInt64

    /// A name as it stands in a line; nil if it has a byte that no name may have.
    public init?(_ text: String) {
        guard (1...Self.byteCountMax).contains(text.utf8.count),
            text.utf8.allSatisfy(Self.isPermitted)
        else { return nil }
        self.init(checked: text)
    }

    private init(checked text: String) {
        self.text = text
        digest = Self.digest(of: text)
    }

    /// A name by its bytes; nil if they are none.
    public init?(_ bytes: Span<UInt8>) {
        guard (1...Self.byteCountMax).contains(bytes.count) else { return nil }
        for place in bytes.indices where !Self.isPermitted(bytes[place]) { return nil }
        guard let text = String(validating: bytes) else { return nil }
        self.init(checked: text)
    }

    /// The stream of one thing, such as `("client", id)`.
    public init(_ category: StaticString, _ id: UniqueID) {
        self.init(checked: "\(category)/\(id)")
    }

    /// What stands before the first slash.
    public var category: Substring { text.prefix { $0 != "/" } }

    /// What stands after the last slash, where that is an id.
    public var id: UniqueID? {
        text.lastIndex(of: "/").flatMap { UniqueID(text[text.index(after: $0)...]) }
    }

    /// Orders by bytes.
    public static func < (left: StreamName, right: StreamName) -> Bool { left.text < right.text }

    /// Whether the names are the same, byte for byte.
    public static func == (left: StreamName, right: StreamName) -> Bool {
        left.digest == right.digest && left.text == right.text
    }

    /// Hashes what was made of the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    private static func digest(of text: String) -> UInt64 {
        let bytes = text.utf8.span
        var digest = UInt64(bytes.count)
        var place = 0
        while place &+ 8 <= bytes.count {
            digest = mixed(digest ^ bytes.word(at: place))
            place &+= 8
        }
        while place < bytes.count {
            digest = mixed(digest ^ UInt64(bytes[place]))
            place &+= 1
        }
        return digest
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        let product = number.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return product.high ^ product.low
    }

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
