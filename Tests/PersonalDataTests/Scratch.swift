import Foundation
import PersonalData

/// A directory of one test, removed with it, and a vault in it.
final class Scratch {
    let directory: String
    let masterKey = MasterKey()
    var vaultPath: String { directory + "/vault.sqlite" }

    init() throws {
        let name = "daybook-vault-\(UInt64.random(in: 0 ... .max))"
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func openVault() throws -> Vault { try Vault.open(path: vaultPath, masterKey: masterKey) }

    /// Every byte of every file in the directory.
    func allBytes() throws -> Data {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            .map { try Data(contentsOf: URL(fileURLWithPath: directory + "/" + $0)) }
            .reduce(Data(), +)
    }

    func contains(_ bytes: [UInt8]) throws -> Bool {
        try allBytes().range(of: Data(bytes)) != nil
    }
}

extension Opened {
    var text: String? {
        guard case .content(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
