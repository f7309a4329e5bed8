import PortalAccess

/// A part of a Word document that holds text, such as its main part or a header.
///
/// Word may split what somebody typed over any number of runs, so merge fields are looked for in
/// a paragraph's whole text. A value takes the form of the run in which its field begins.
struct WordPart {
    var part: XMLPart
    /// The prefix of the names of WordprocessingML, with its colon.
    let prefix: String

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

    private static let namespaces = [
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ]

    private static func prefix(in part: XMLPart) -> String {
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
