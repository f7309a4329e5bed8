import EventLine
import Foundation

@testable import PortalService

/// Word files for tests, made without the code that reads them.
enum WordFiles {
    static let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

    /// The main part of a document with these paragraphs.
    static func main(_ body: String) -> String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
            + "<w:document xmlns:w=\"\(namespace)\"><w:body>\(body)"
            + "<w:sectPr><w:pgSz w:w=\"11906\"/></w:sectPr></w:body></w:document>"
    }

    /// A document with this main part and other parts.
    static func bytes(_ main: String, _ others: [(String, String)] = []) -> [UInt8] {
        let types =
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"
        let files = [("[Content_Types].xml", types), ("word/document.xml", main)] + others
        return zip(files.map { ($0, Array($1.utf8)) })
    }

    /// A file as a command takes it.
    static func input(_ bytes: [UInt8]) -> JSONValue {
        ["fileName": "letter.docx", "content": .string(Data(bytes).base64EncodedString())]
    }

    /// A zip archive of stored files (APPNOTE 6.3.3, §4.3.7, §4.3.12 and §4.3.16).
    static func zip(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(value >> ($0 * 8) & 0xff) }
        }
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        for (name, content) in files {
            let place = archive.count
            // Version, flags, method, time and date; then the checksum, both sizes and lengths.
            var common = number(20, 2) + number(0, 4) + number(0, 2) + number(33, 2)
            common += number(Int(checksum(content)), 4) + number(content.count, 4)
            common += number(content.count, 4) + number(name.utf8.count, 2) + number(0, 2)
            archive += [0x50, 0x4b, 0x03, 0x04] + common + Array(name.utf8) + content
            directory += [0x50, 0x4b, 0x01, 0x02] + number(20, 2) + common + number(0, 10)
            directory += number(place, 4) + Array(name.utf8)
        }
        var end: [UInt8] = [0x50, 0x4b, 0x05, 0x06] + number(0, 4)
        end += number(files.count, 2) + number(files.count, 2)
        end += number(directory.count, 4) + number(archive.count, 4) + number(0, 2)
        return archive + directory + end
    }

    /// CRC-32 as zip has it.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : (sum >> 1) ^ 0xedb8_8320 }
        }
        return ~sum
    }
}

/// A Word file that holds nothing but the place for the letter's text.
let emptyWordFile = WordFiles.input(
    WordFiles.bytes(WordFiles.main("<w:p><w:r><w:t>{{body}}</w:t></w:r></w:p>"))
)
