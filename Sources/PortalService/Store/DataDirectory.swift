import Foundation

/// The places in a data directory.
package struct DataDirectory: Hashable, Sendable {
    /// Its path.
    package let path: String

    /// The directory at a path.
    package init(_ path: String) {
        self.path = path
    }

    /// What `daybook.json` says of the store.
    package var configurationPath: String { "\(path)/daybook.json" }
    /// Beside the directory, not in it, so that a copy of the data alone opens nothing.
    var newMasterKeyPath: String {
        URL(fileURLWithPath: path).standardizedFileURL.path + ".key"
    }
    var vaultPath: String { "\(path)/vault.sqlite" }
    var projectionsPath: String { "\(path)/projections" }
    var blobsPath: String { "\(path)/blobs" }
    /// Letters and mails that wait to be handed over.
    package var outboxPath: String { "\(path)/outbox" }
    var deliveredPath: String { "\(path)/outbox/.delivered" }
    var deliveriesPath: String { "\(path)/outbox/.deliveries.ndjson" }

    /// Whether a store has been made here.
    package var holdsStore: Bool { FileManager.default.fileExists(atPath: configurationPath) }

    /// Makes the directories that are missing. Others of the owner's group may reach the log, and
    /// nothing else.
    func make() throws(ServiceError) {
        try Self.make(path, permissions: 0o750)
        for path in [blobsPath, outboxPath, projectionsPath] {
            try Self.make(path, permissions: 0o700)
        }
    }

    private static func make(_ path: String, permissions: Int) throws(ServiceError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: permissions]
            )
        } catch {
            throw ServiceError(
                "\(path) cannot be made (\(error.localizedDescription)); "
                    + "choose a directory that you may write to"
            )
        }
    }
}

/// What a store says of itself in `daybook.json`.
package struct StoreConfiguration: Codable, Hashable, Sendable {
    /// The store's id.
    package var storeId: String
    /// The version of everything in the directory; 1.
    package var formatVersion: Int
    /// The name under which the log is known to auditors.
    package var logOrigin: String
    /// Where the master key of the vault is, unless the environment has it.
    package var masterKeyFile: String
    /// Where patients reach the portal; links in letters and mails begin with it.
    package var portalURL: String
    /// The binary logarithm of scrypt's cost for new passwords.
    package var passwordCost: Int
    /// How mails leave the house; without it they stay in the outbox.
    package var mail: MailSettings?

    /// The address that mails come from.
    var mailSender: String { mail?.sender ?? "portal@daybook.local" }

    static let currentVersion = 1

    /// Reads a store's `daybook.json`.
    package static func load(
        from directory: DataDirectory
    ) throws(ServiceError) -> StoreConfiguration {
        let path = directory.configurationPath
        guard let bytes = FileManager.default.contents(atPath: path) else {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw ServiceError(
                isThere
                    ? "\(path) cannot be read; check its permissions"
                    : "there is no Daybook store at \(directory.path); make one with `daybook init`"
            )
        }
        guard let found = try? JSONDecoder().decode(StoreConfiguration.self, from: bytes) else {
            throw ServiceError("\(path) is not a Daybook configuration; restore it from a backup")
        }
        guard found.formatVersion == currentVersion else {
            throw ServiceError(
                "\(path) has format \(found.formatVersion), and this program knows "
                    + "\(currentVersion); use a later program"
            )
        }
        return found
    }

    /// Writes a store's `daybook.json`.
    package func save(to directory: DataDirectory) throws(ServiceError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try DurableFile.write(
                Array(try encoder.encode(self)),
                to: directory.configurationPath
            )
        } catch {
            throw ServiceError("\(directory.configurationPath) cannot be written: \(error)")
        }
    }
}
