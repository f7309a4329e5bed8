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
