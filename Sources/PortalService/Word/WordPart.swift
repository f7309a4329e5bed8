import PortalAccess

/// A part of a Word document that holds text, such as its main part or a header.
///
/// Word may split what somebody typed over any number of runs, so merge fields are looked for in
/// a paragraph's whole text. A value takes the form of the run in which its field begins.
struct WordPart {
    private var part: XMLPart
    /// The prefix of the names of WordprocessingML, with its colon.
    private let prefix: String

    init?(_ bytes: [UInt8]) {
        guard let part = XMLPart(bytes) else { return nil }
        self.part = part
        prefix = Self.prefix(in: part)
    }

    var bytes: [UInt8] { part.bytes }

    /// The names of the merge fields in it.
    var fieldNames: [String] {
        paragraphs.flatMap { FieldSpan.all(in: text(of: $0)).map(\.name) }
    }

    /// Fills in the fields. A paragraph that holds nothing but `{{body}}` is repeated for each
    /// paragraph of the letter's text.
    mutating func merge(_ values: LetterValues, body: String) {
        let bodyParagraphs = WordText.paragraphs(of: body)
        for paragraph in paragraphs {
            if isBodyOnly(paragraph) {
                replace(paragraph, by: bodyParagraphs)
            } else {
                merge(paragraph) { $0 == .body ? body : values.value($0) }
            }
        }
    }

    /// Puts the letter's text at the end, before the settings of the last section.
    mutating func append(body: String) {
        let added = WordText.paragraphs(of: body).map { paragraph($0) }.joined()
        var open: [Substring] = []
        var place: Int?
        for (index, piece) in part.pieces.enumerated() {
            guard let name = piece.name, !piece.isDeclaration else { continue }
            if piece.isEnd {
                if open.popLast() == "\(prefix)body", place == nil { place = index }
                // A document without a body gets its text where the root ends.
                if open.isEmpty, place == nil { place = index }
                continue
            }
            if name == "\(prefix)sectPr", open.last == "\(prefix)body" { place = index }
            if !piece.isEmpty { open.append(name) }
        }
        if let place {
            part.pieces.insert(.markup(added), at: place)
        } else {
            fillEmptyRoot(with: added)
        }
    }

    private mutating func fillEmptyRoot(with added: String) {
        guard
            let index = part.pieces.firstIndex(where: { $0.name != nil && !$0.isDeclaration }),
            case .markup(let tag) = part.pieces[index], let name = part.pieces[index].name
        else { return }
        part.pieces[index] = .markup("\(tag.dropLast(2))>\(added)</\(name)>")
    }
}

extension WordPart {
    /// A paragraph by the places of its pieces.
    fileprivate struct Paragraph {
        let start: Int
        var end = 0
        var texts: [(tag: Int, text: Int)] = []
        /// Whether it holds a picture, a text box or the end of a section, which must stay.
        var holdsMore = false
    }

    /// The paragraphs, those in text boxes before the ones around them.
    fileprivate var paragraphs: [Paragraph] {
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

    fileprivate func text(of paragraph: Paragraph) -> [Unicode.Scalar] {
        paragraph.texts.flatMap { scalars($0.text) }
    }

    private func scalars(_ index: Int) -> [Unicode.Scalar] {
        guard case .text(let text) = part.pieces[index] else { return [] }
        return Array(XMLText.unescaped(text).unicodeScalars)
    }

    fileprivate func isBodyOnly(_ paragraph: Paragraph) -> Bool {
        guard !paragraph.holdsMore else { return false }
        let text = text(of: paragraph)
        let spans = FieldSpan.all(in: text)
        guard spans.count == 1, let span = spans.first, span.name == "body" else { return false }
        return text.indices.allSatisfy {
            span.range.contains($0) || text[$0].properties.isWhitespace
        }
    }

    fileprivate mutating func merge(
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

    fileprivate mutating func replace(_ old: Paragraph, by texts: [String]) {
        let form = element("pPr", after: old.start, before: old.end) ?? ""
        let letters = old.texts.first.flatMap { first in
            let run = part.pieces[..<first.tag].lastIndex { $0.name == "\(prefix)r" }
            return run.flatMap { element("rPr", after: $0, before: first.tag) }
        }
        let new = texts.map { paragraph($0, form: form, letters: letters ?? "") }.joined()
        for place in old.start...old.end { part.pieces[place] = .text("") }
        part.pieces[old.start] = .markup(new)
    }

    fileprivate func paragraph(_ text: String, form: String = "", letters: String = "") -> String {
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

    private static let namespaces = [
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ]

    fileprivate static func prefix(in part: XMLPart) -> String {
        for case .markup(let tag) in part.pieces {
            for namespace in namespaces {
                guard let place = tag.firstRange(of: "=\"\(namespace)\"") else { continue }
                let attribute = tag[..<place.lowerBound].split(whereSeparator: \.isWhitespace).last
                guard let attribute, attribute.hasPrefix("xmlns") else { continue }
                return attribute == "xmlns" ? "" : "\(attribute.dropFirst("xmlns:".count)):"
            }
        }
        return "w:"
    }
}

/// A letter's text as Word's paragraphs.
enum WordText {
    static func paragraphs(of text: String) -> [String] {
        text.split(separator: "\n\n").map(String.init)
    }
}

/// Where a merge field stands in a text.
struct FieldSpan {
    /// From its first brace to behind its last.
    let range: Range<Int>
    let name: String

    /// The fields of a text, in their order.
    static func all(in text: [Unicode.Scalar]) -> [FieldSpan] {
        var spans: [FieldSpan] = []
        var place = 0
        while let opening = pair("{", in: text, from: place),
            let closing = pair("}", in: text, from: opening + 2)
        {
            var name = String.UnicodeScalarView()
            name.append(contentsOf: text[opening + 2..<closing])
            spans.append(
                FieldSpan(range: opening..<closing + 2, name: String(trimming: String(name)))
            )
            place = closing + 2
        }
        return spans
    }

    private static func pair(
        _ brace: Unicode.Scalar,
        in text: [Unicode.Scalar],
        from start: Int
    ) -> Int? {
        guard text.count >= start + 2 else { return nil }
        return (start...text.count - 2).first { text[$0] == brace && text[$0 + 1] == brace }
    }
}
