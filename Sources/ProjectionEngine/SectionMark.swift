/// A comment that starts a section or says something about it: one word and a colon.
struct SectionMark {
    let word: String
    let rest: String

    init?(_ comment: String) {
        let text = comment.drop { $0 == "-" }.trimmed
        guard let colon = text.firstIndex(of: ":") else { return nil }
        word = String(text[..<colon])
        rest = String(text[text.index(after: colon)...].trimmed)
        guard word.isName else { return nil }
    }
}

/// What a definition says of a table that a statement reads in full, and where.
struct ScanReason: Hashable, Sendable {
    let table: String
    let line: Int
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: SubSequence {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let start = firstIndex(where: { !isSpace($0) }),
            let end = lastIndex(where: { !isSpace($0) })
        else { return self[startIndex..<startIndex] }
        return self[start...end]
    }

    /// Whether this is letters, digits, `_` and `-`, and not empty.
    var isName: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }
}
