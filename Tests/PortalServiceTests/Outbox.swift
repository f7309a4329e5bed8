import EventLine
import Foundation

@testable import PortalService

extension House {
    /// The outbox's files by name, with their bytes.
    func outbox() throws -> [String: Data] {
        var files: [String: Data] = [:]
        let path = directory.outboxPath
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where !name.hasPrefix(".") {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        return files
    }

    /// The manifests, oldest first.
    func manifests() throws -> [JSONValue] {
        try outbox().filter { $0.key.hasSuffix(".json") }.sorted { $0.key < $1.key }
            .map { try JSONValue(parsing: Array($0.value.dropLast())) }
    }

    /// The token in the newest link of a purpose to a client.
    func token(_ field: String, of client: UniqueID) throws -> String {
        let links = try manifests().filter { $0["clientId"] == .uuid(client) }
            .compactMap { $0["fields"]?[field]?.string }
        guard let token = links.last?.split(separator: "=").last else {
            throw Unexpected("no \(field) was mailed to \(client)")
        }
        return String(token)
    }

    /// The newest activation code that was printed for a client.
    func activationCode(of client: UniqueID) throws -> String {
        let codes = try manifests().filter { $0["clientId"] == .uuid(client) }
            .compactMap { $0["fields"]?["activationCode"]?.string }
        guard let code = codes.last else { throw Unexpected("no code was printed for \(client)") }
        return code
    }
}

/// A Word file that holds nothing but the two names that a .docx must have.
let emptyWordFile: JSONValue = [
    "fileName": "letter.docx",
    "content":
        .string(Data(zip(["[Content_Types].xml", "word/document.xml"])).base64EncodedString()),
]

/// A zip archive of empty files (APPNOTE 6.3.3, §4.3.7, §4.3.12 and §4.3.16).
private func zip(_ names: [String]) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value >> ($0 * 8) & 0xff) }
    }
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for name in names {
        let place = archive.count
        let sizes = [UInt8](repeating: 0, count: 22) + number(name.utf8.count, 2) + number(0, 2)
        archive += [0x50, 0x4b, 0x03, 0x04] + sizes + Array(name.utf8)
        directory += [0x50, 0x4b, 0x01, 0x02] + [UInt8](repeating: 0, count: 24)
        directory += number(name.utf8.count, 2) + [UInt8](repeating: 0, count: 12)
        directory += number(place, 4) + Array(name.utf8)
    }
    let end = archive.count
    return archive + directory + [0x50, 0x4b, 0x05, 0x06] + number(0, 4)
        + number(names.count, 2) + number(names.count, 2) + number(directory.count, 4)
        + number(end, 4) + number(0, 2)
}
