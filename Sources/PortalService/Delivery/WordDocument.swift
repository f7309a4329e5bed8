import Foundation

/// A Word document (.docx): a zip archive that holds `word/document.xml`.
struct WordDocument: Hashable, Sendable {
    /// The whole file.
    let bytes: [UInt8]

    /// Reads a file in base64 and checks that it is one.
    init(base64 text: String) throws(ServiceError) {
        guard let data = Data(base64Encoded: text) else {
            throw ServiceError("the content is not base64")
        }
        bytes = Array(data)
        let names = ZipDirectory.names(in: bytes)
        guard names.contains("word/document.xml"), names.contains("[Content_Types].xml") else {
            throw ServiceError("the content is not a .docx file")
        }
    }
}

/// The names in a zip archive's central directory (APPNOTE 6.3.3, §4.3.12 and §4.3.16).
enum ZipDirectory {
    private static let endSignature: [UInt8] = [0x50, 0x4b, 0x05, 0x06]
    private static let entrySignature: [UInt8] = [0x50, 0x4b, 0x01, 0x02]
    private static let endLength = 22
    private static let entryLength = 46

    /// The names of the archive's files; empty if it is no archive.
    static func names(in bytes: [UInt8]) -> Set<String> {
        guard let end = endRecord(in: bytes) else { return [] }
        var names: Set<String> = []
        var place = number(bytes, at: end + 16, byteCount: 4)
        for _ in 0..<number(bytes, at: end + 10, byteCount: 2) {
            guard place + entryLength <= end, bytes[place..<place + 4].elementsEqual(entrySignature)
            else { return [] }
            let nameEnd = place + entryLength + number(bytes, at: place + 28, byteCount: 2)
            guard nameEnd <= end else { return [] }
            names.insert(String(decoding: bytes[place + entryLength..<nameEnd], as: UTF8.self))
            place =
                nameEnd + number(bytes, at: place + 30, byteCount: 2)
                + number(bytes, at: place + 32, byteCount: 2)
        }
        return names
    }

    /// The record at the archive's end, behind which only a comment may stand.
    private static func endRecord(in bytes: [UInt8]) -> Int? {
        guard bytes.count >= endLength else { return nil }
        let first = max(0, bytes.count - endLength - 65_535)
        return (first...bytes.count - endLength).last {
            bytes[$0..<$0 + 4].elementsEqual(endSignature)
        }
    }

    private static func number(_ bytes: [UInt8], at place: Int, byteCount: Int) -> Int {
        (0..<byteCount).reduce(0) { $0 | Int(bytes[place + $1]) << ($1 * 8) }
    }
}
