import EventLine
import EventLog
import PersonalData
import PortalEvents
import ProjectionEngine
import Synchronization

/// An opened data directory: the log, the vault, the projections and the files beside them.
///
/// One process at a time holds a store; the log's lock says who.
package final class Store: Sendable {
    /// Where it is.
    package let directory: DataDirectory
    /// What it says of itself.
    package let configuration: StoreConfiguration
    /// The time that decisions are made with.
    package let clock: Clock

    let log: EventLog
    let vault: Vault
    let projections: ProjectionSet
    /// How many decisions to pass over events the projections know of.
    let skippedCount = Mutex(0)

    /// Makes a store in a directory that has none.
    package static func create(at directory: DataDirectory) throws(ServiceError) {
        guard !directory.holdsStore else {
            throw ServiceError("there is a Daybook store at \(directory.path) already")
        }
        try directory.make()
        let key = try MasterKeyFile.ready(at: directory.newMasterKeyPath)
        _ = try serviceError { () throws(VaultError) in
            try Vault.open(path: directory.vaultPath, masterKey: key)
        }
        let id = UniqueID(at: Clock.system().now, random: RandomSource.pair())
        try StoreConfiguration(
            storeId: "\(id)",
            formatVersion: StoreConfiguration.currentVersion,
            logOrigin: "daybook.local/\(id)",
            masterKeyFile: directory.newMasterKeyPath,
            portalURL: "https://portal.example.org",
            passwordCost: PasswordHash.standardCost
        ).save(to: directory)
    }

    /// Opens a store for writing, and finishes what a crash has left undone in its vault.
    ///
    /// - Parameter extraProjections: a directory of an operator's own `.sql` files.
    package static func open(
        at directory: DataDirectory,
        clock: Clock,
        extraProjections: String? = nil
    ) throws(ServiceError) -> Store {
        let configuration = try StoreConfiguration.load(from: directory)
        try directory.make()
        let key = try MasterKeyFile.existing(at: configuration.masterKeyFile)
        let log = try serviceError { () throws(LogError) in
            try EventLog.open(directory: directory.path)
        }
        let vault = try serviceError { () throws(VaultError) in
            try Vault.open(path: directory.vaultPath, masterKey: key, creatingIfMissing: false)
        }
        let definitions = try ProjectionFolder.definitions(extra: extraProjections)
        let projections = try serviceError { () throws(ProjectionError) in
            try ProjectionSet(
                directory: directory.projectionsPath,
                definitions: definitions,
                shapes: EventShape.all,
                opening: vault.projectionOpening
            )
        }
        let store = Store(directory, configuration, clock, log, vault, projections)
        if let last = try store.lastEventTime() { clock.begin(at: last) }
        return store
    }

    private init(
        _ directory: DataDirectory,
        _ configuration: StoreConfiguration,
        _ clock: Clock,
        _ log: EventLog,
        _ vault: Vault,
        _ projections: ProjectionSet
    ) {
        self.directory = directory
        self.configuration = configuration
        self.clock = clock
        self.log = log
        self.vault = vault
        self.projections = projections
    }

    /// The sequence of the last event.
    package var head: UInt64 { log.lastSequence }

    /// What could not be done in the background, as a sentence; nil if nothing was left undone.
    package var leftUndone: String? {
        log.upkeepFailure.map {
            "full segments were not indexed or sealed, which is tried again: \($0)"
        }
    }

    /// Makes everything durable and gives the directory back.
    package func close() throws(ServiceError) {
        try serviceError { () throws(LogError) in try log.close() }
    }

    private func lastEventTime() throws(ServiceError) -> Instant? {
        guard log.lastSequence > 0 else { return nil }
        return try serviceError { () throws(LogError) in
            try log.event(at: log.lastSequence).envelope.time
        }
    }
}
