import EventLine
import Foundation
import PersonalData

/// Documents too large for a line of the log, each sealed for its subject.
struct BlobStore: Sendable {
    private let directory: String
    private let vault: Vault

    init(directory: String, vault: Vault) {
        self.directory = directory
        self.vault = vault
    }

    /// Keeps a document under an id, or another form of it; durable when this returns.
    func keep(
        _ bytes: [UInt8],
        as id: UniqueID,
        form: String? = nil,
        for subject: String
    ) throws(ServiceError) {
        let sealed = try serviceError { () throws(VaultError) in
            try vault.seal(bytes, for: subject)
        }
        try DurableFile.write(Array(sealed.utf8), to: path(id, form))
    }

    /// A document; nil if its subject's key was destroyed.
    func document(_ id: UniqueID, form: String? = nil) throws(ServiceError) -> [UInt8]? {
        guard let sealed = FileManager.default.contents(atPath: path(id, form)) else {
            throw ServiceError("\(path(id, form)) is missing; restore it from a backup")
        }
        let opened = try serviceError { () throws(VaultError) in
            try vault.open(String(decoding: sealed, as: UTF8.self))
        }
        guard case .content(let bytes) = opened else { return nil }
        return bytes
    }

    private func path(_ id: UniqueID, _ form: String?) -> String {
        "\(directory)/\(id)\(form.map { ".\($0)" } ?? "").jwe"
    }
}

extension Store {
    /// Documents that stand beside the log.
    var blobs: BlobStore { BlobStore(directory: directory.blobsPath, vault: vault) }
}
