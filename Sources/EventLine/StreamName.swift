/// The name of a stream: a category, a slash and an id, such as `client/0193…`.
///
/// At most 200 bytes of letters, digits and `- _ . / : *`: never a space, an `@`, a quote or a
/// control character, so it stands in a line unescaped.
public struct StreamName: Hashable, Comparable, Sendable {
    /// The whole name.
    public let text: String

    /// A name as it stands in a line; nil if it has a byte that no name may have.
    public init?(_ text: String) {
        guard (1...200).contains(text.utf8.count), text.utf8.allSatisfy(Self.isPermitted) else {
            return nil
        }
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

    private static func isPermitted(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "*"):
            true
        default: false
        }
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
