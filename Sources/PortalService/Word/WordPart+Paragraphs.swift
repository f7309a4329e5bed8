import PortalAccess

extension WordPart {
    /// A paragraph by the places of its pieces.
    struct Paragraph {
        let start: Int
        var end = 0
        var texts: [(tag: Int, text: Int)] = []
        /// Whether it holds a picture, a text box or the end of a section, which must stay.
        var holdsMore = false
    }

    /// The paragraphs, those in text boxes before the ones around them.
    var paragraphs: [Paragraph] {
        var open: [Paragraph] = []
        var ended: [Paragraph] = []
        var textTag: Int?
        for (index, piece) in part.pieces.enumerated() {
            guard let name = piece.name else {
                if let textTag, !open.isEmpty {
                    open[open.count - 1].texts.append((textTag, index))
                }
                continue
            }
            guard name.hasPrefix(prefix) else { continue }
            switch name.dropFirst(prefix.count) {
            case "t": textTag = piece.isEnd || piece.isEmpty ? nil : index
            case "p" where piece.isEnd:
                guard var paragraph = open.popLast() else { continue }
                paragraph.end = index
                ended.append(paragraph)
            case "p" where !piece.isEmpty: open.append(Paragraph(start: index))
            case "drawing", "pict", "object", "sectPr":
                for place in open.indices { open[place].holdsMore = true }
            default: continue
            }
        }
        return ended
    }

    func text(of paragraph: Paragraph) -> [Unicode.Scalar] {
        paragraph.texts.flatMap { scalars($0.text) }
    }

    private func scalars(_ index: Int) -> [Unicode.Scalar] {
        guard case .text(let text) = part.pieces[index] else { return [] }
        return Array(XMLText.unescaped(text).unicodeScalars)
    }

    func isBodyOnly(_ paragraph: Paragraph) -> Bool {
        guard !paragraph.holdsMore else { return false }
        let text = text(of: paragraph)
        let spans = FieldSpan.all(in: text)
        guard spans.count == 1, let span = spans.first, span.name == "body" else { return false }
        return text.indices.allSatisfy {
            span.range.contains($0) || text[$0].properties.isWhitespace
        }
    }

    mutating func merge(
        _ paragraph: Paragraph,
        _ value: (MergeField) -> String?
    ) {
        let pieces = paragraph.texts.map { scalars($0.text) }
        let spans = FieldSpan.all(in: pieces.flatMap { $0 })
        guard !spans.isEmpty else { return }
        var place = 0
        for (piece, (tag, text)) in zip(pieces, paragraph.texts) {
            var merged = String.UnicodeScalarView()
            for scalar in piece {
                if let span = spans.first(where: { $0.range.contains(place) }) {
                    if span.range.lowerBound == place {
                        let field = MergeField(rawValue: span.name)
                        merged.append(contentsOf: (field.flatMap(value) ?? "").unicodeScalars)
                    }
                } else {
                    merged.append(scalar)
                }
                place += 1
            }
            part.pieces[text] = .markup(lines(of: String(merged)))
            keepSpaces(tag)
        }
    }

    /// Without this Word drops the white space at a text's ends.
    private mutating func keepSpaces(_ index: Int) {
        guard case .markup(let tag) = part.pieces[index], !tag.contains("xml:space") else { return }
        part.pieces[index] = .markup("\(tag.dropLast()) xml:space=\"preserve\">")
    }

    /// A text with its line breaks, from inside of one element for text to inside of another.
    private func lines(of text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { XMLText.escaped(String($0)) }
            .joined(separator: "</\(prefix)t><\(prefix)br/><\(prefix)t xml:space=\"preserve\">")
    }

    mutating func replace(_ old: Paragraph, by texts: [String]) {
        let form = element("pPr", after: old.start, before: old.end) ?? ""
        let letters = old.texts.first.flatMap { first in
            let run = part.pieces[..<first.tag].lastIndex { $0.name == "\(prefix)r" }
            return run.flatMap { element("rPr", after: $0, before: first.tag) }
        }
        let new = texts.map { paragraph($0, form: form, letters: letters ?? "") }.joined()
        for place in old.start...old.end { part.pieces[place] = .text("") }
        part.pieces[old.start] = .markup(new)
    }

    func paragraph(_ text: String, form: String = "", letters: String = "") -> String {
        "<\(prefix)p>\(form)<\(prefix)r>\(letters)<\(prefix)t xml:space=\"preserve\">"
            + "\(lines(of: text))</\(prefix)t></\(prefix)r></\(prefix)p>"
    }

    /// The first element of a name between two places, as it stands there.
    private func element(_ name: String, after start: Int, before end: Int) -> String? {
        let name: Substring? = "\(prefix)\(name)"
        let inside = part.pieces[start..<end]
        guard let first = inside.firstIndex(where: { $0.name == name && !$0.isEnd }) else {
            return nil
        }
        let end = inside[first...].firstIndex { $0.name == name && $0.isEnd }
        guard let last = part.pieces[first].isEmpty ? first : end else { return nil }
        return part.pieces[first...last].reduce(into: "") { text, piece in
            switch piece {
            case .markup(let raw), .text(let raw): text += raw
            }
        }
    }
}
