import Foundation
import PortalAccess

/// A Word document (.docx): a zip archive with `word/document.xml` and what belongs to it.
struct WordDocument {
    /// The whole file.
    let bytes: [UInt8]
    /// The parts that can hold merge fields, by their names in the archive.
    private let parts: [String: WordPart]

    private static let mainName = "word/document.xml"

    /// Reads a file in base64 and checks that it is one.
    init(base64 text: String) throws(ServiceError) {
        guard let data = Data(base64Encoded: text) else {
            throw ServiceError("the content is not base64")
        }
        try self.init(Array(data))
    }

    /// Checks that a file is one: every checksum, and that what Word must read can be read.
    init(_ bytes: [UInt8]) throws(ServiceError) {
        let files = try ZipArchive(bytes).files()
        guard files[Self.mainName] != nil, files["[Content_Types].xml"] != nil else {
            throw ServiceError("the content is not a .docx file")
        }
        var parts: [String: WordPart] = [:]
        for (name, content) in files where Self.holdsText(name) {
            guard let part = WordPart(content) else {
                throw ServiceError("\(name) in the .docx file is not well-formed XML")
            }
            parts[name] = part
        }
        self.bytes = bytes
        self.parts = parts
    }

    /// The names of the merge fields that it names, in order and each once.
    var fieldNames: [String] {
        var names: [String] = []
        for (_, part) in parts.sorted(by: { $0.key < $1.key }) {
            for name in part.fieldNames where !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The file with its fields filled in and the letter's text in its place.
    func merged(_ values: LetterValues, body: String) throws(ServiceError) -> [UInt8] {
        var merged: [String: [UInt8]] = [:]
        for (name, part) in parts {
            var part = part
            let isLackingBody = name == Self.mainName && !part.fieldNames.contains("body")
            part.merge(values, body: body)
            if isLackingBody { part.append(body: body) }
            merged[name] = part.bytes
        }
        return try ZipArchive(bytes).replacing(merged)
    }

    private static func holdsText(_ name: String) -> Bool {
        guard name != mainName else { return true }
        guard name.hasPrefix("word/"), name.hasSuffix(".xml") else { return false }
        let base = name.dropFirst("word/".count)
        return ["header", "footer", "footnotes", "endnotes"].contains { base.hasPrefix($0) }
    }
}
