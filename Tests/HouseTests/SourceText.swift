/// A file of the package as a value, so that a test can also make one up.
struct SourceText: Hashable, Sendable {
    /// The path from the package's root: `Sources/EventLog/EventLog.swift`.
    let path: String
    let text: String
    /// A Swift file without its comments and strings; lines and columns are those of the text.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        code = path.hasSuffix(".swift") ? SwiftLexer(text).only(.code) : ""
    }

    /// A Swift file's comments alone; lines and columns are those of the text.
    var comments: String { SwiftLexer(text).only(.comment) }
    /// The lines of a Swift file, from 1, that begin inside a string.
    var linesWithinText: Set<Int> {
        fileExtension == "swift" ? SwiftLexer(text).linesWithinText : []
    }

    /// The parts of the path.
    var folders: [Substring] { path.split(separator: "/") }
    /// The last part of the path.
    var name: String { folders.last.map(String.init) ?? path }
    /// The lines, without an empty one after the last line's end.
    var lines: [Substring] { text.withoutLastNewline.splitIntoLines }
    /// The lines of the code.
    var codeLines: [Substring] { code.splitIntoLines }

    /// The part of the path after the last `.` of the name: `swift`.
    var fileExtension: String {
        name.split(separator: ".").last.map(String.init) ?? ""
    }
}

extension String {
    /// The text's lines, empty ones too.
    var splitIntoLines: [Substring] {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    fileprivate var withoutLastNewline: String {
        last?.isNewline == true ? String(dropLast()) : self
    }
}

/// What a check found wrong, and where.
struct Finding: Hashable, Sendable, CustomStringConvertible {
    let path: String
    /// From 1; nil where it is the whole file that is meant.
    let line: Int?
    let sentence: String

    init(_ path: String, line: Int? = nil, _ sentence: String) {
        self.path = path
        self.line = line
        self.sentence = sentence
    }

    var description: String {
        line.map { "\(path):\($0): \(sentence)" } ?? "\(path): \(sentence)"
    }
}
