/// A part of a Word document as its markup and the text between, so that what is not touched
/// stays byte by byte as Word wrote it.
struct XMLPart {
    var pieces: [Piece]

    enum Piece: Hashable {
        /// A tag, a comment or a declaration, with its brackets.
        case markup(String)
        /// Text as it stands in the file, with its entities.
        case text(String)
    }

    /// Nil unless it is well-formed XML in UTF-8 without a document type, which no Word document
    /// has and which could hold entities that grow without bound. Foundation's own parser accepts
    /// documents that end early, so the tags are matched here.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self),
            let pieces = Self.pieces(of: text.hasPrefix("\u{feff}") ? text.dropFirst() : text[...]),
            Self.areWellFormed(pieces)
        else { return nil }
        self.pieces = pieces
    }

    var bytes: [UInt8] {
        pieces.reduce(into: []) { bytes, piece in
            switch piece {
            case .markup(let text), .text(let text): bytes.append(contentsOf: text.utf8)
            }
        }
    }

    private static func pieces(of text: Substring) -> [Piece]? {
        var pieces: [Piece] = []
        var rest = text.utf8[...]
        while let first = rest.first {
            let isMarkup = first == UInt8(ascii: "<")
            var end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
            if isMarkup {
                guard let closing = markupEnd(in: rest) else { return nil }
                end = closing
            }
            let part = String(Substring(rest[..<end]))
            pieces.append(isMarkup ? .markup(part) : .text(part))
            rest = rest[end...]
        }
        return pieces
    }

    /// Whether every element is closed where it must be, there is one root, and all else is what
    /// may stand in a document.
    private static func areWellFormed(_ pieces: [Piece]) -> Bool {
        var open: [Substring] = []
        var rootCount = 0
        for piece in pieces {
            switch piece {
            case .text(let text):
                guard open.isEmpty ? text.allSatisfy(\.isWhitespace) : XMLText.isText(text) else {
                    return false
                }
            case .markup(let tag):
                if piece.isDeclaration {
                    let isKnown = ["<!--", "<?"].contains { tag.hasPrefix($0) }
                    guard isKnown || (tag.hasPrefix("<![CDATA[") && !open.isEmpty) else {
                        return false
                    }
                } else if piece.isEnd {
                    guard open.popLast() == piece.name else { return false }
                } else {
                    guard let name = piece.name, XMLText.isStartTag(tag, name) else { return false }
                    if open.isEmpty { rootCount += 1 }
                    if !piece.isEmpty { open.append(name) }
                }
            }
        }
        return open.isEmpty && rootCount == 1
    }

    /// Where markup ends: attributes may hold a bracket, comments and the like end in their way.
    private static func markupEnd(in text: Substring.UTF8View) -> String.Index? {
        for (opening, closing) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
        where text.starts(with: opening.utf8) {
            return Substring(text).firstRange(of: closing)?.upperBound
        }
        var quote: UInt8?
        for place in text.indices {
            let byte = text[place]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return text.index(after: place)
            }
        }
        return nil
    }
}

extension XMLPart.Piece {
    /// The name of the element that the tag opens or closes.
    var name: Substring? {
        guard case .markup(let tag) = self else { return nil }
        let start = tag.dropFirst(tag.hasPrefix("</") ? 2 : 1)
        return start.prefix { !$0.isWhitespace && $0 != ">" && $0 != "/" }
    }

    /// Whether the tag closes an element.
    var isEnd: Bool {
        guard case .markup(let tag) = self else { return false }
        return tag.hasPrefix("</")
    }

    /// Whether it is a comment, a declaration or quoted text, and no element.
    var isDeclaration: Bool {
        guard case .markup(let tag) = self else { return false }
        return tag.hasPrefix("<?") || tag.hasPrefix("<!")
    }

    /// Whether the tag is an element of its own.
    var isEmpty: Bool {
        guard case .markup(let tag) = self else { return false }
        return tag.hasSuffix("/>") || tag.hasPrefix("<?") || tag.hasPrefix("<!")
    }
}
