package import EventLine
package import EventLog
import PersonalData
import PortalAccess
import PortalEvents
import ProjectionEngine

/// Everything that can be read of a store, beside a writer or without one.
package final class Archive: Sendable {
    /// The time that questions about now are answered with.
    let clock: Clock
    let vault: Vault
    let blobs: BlobStore
    /// Reads the log's lines.
    package let reader: LogReader
    let projections: ProjectionSet
    /// What the store says of itself.
    let configuration: StoreConfiguration

    /// Whether another process, or none, applies to the projections.
    var isReadOnly: Bool { log == nil }

    /// The log, where this process writes it; its index makes reading a stream cheap.
    private let log: EventLog?
    let definitions: [ProjectionDefinition]
    let organisations = OrganisationFolds()

    /// What a store holds that is open for writing.
    package init(of store: Store) throws(ServiceError) {
        clock = store.clock
        configuration = store.configuration
        vault = store.vault
        blobs = store.blobs
        reader = store.log.reader
        projections = store.projections
        log = store.log
        definitions = try store.projections.definitions()
    }

    /// Opens a store for reading only; another process may write it meanwhile.
    package init(
        reading directory: DataDirectory,
        clock: Clock,
        extraProjections: String? = nil
    ) throws(ServiceError) {
        let configuration = try StoreConfiguration.load(from: directory)
        let key = try MasterKeyFile.existing(at: configuration.masterKeyFile)
        let vault = try serviceError { () throws(VaultError) in
            try Vault.open(path: directory.vaultPath, masterKey: key, creatingIfMissing: false)
        }
        let definitions = try ProjectionFolder.definitions(extra: extraProjections)
        self.clock = clock
        self.configuration = configuration
        self.vault = vault
        blobs = BlobStore(directory: directory.blobsPath, vault: vault)
        self.definitions = definitions
        reader = LogReader(directory: directory.path)
        log = nil
        projections = try serviceError { () throws(ProjectionError) in
            try ProjectionSet(
                directory: directory.projectionsPath,
                definitions: definitions,
                shapes: EventShape.all,
                isReadOnly: true,
                opening: vault.projectionOpening
            )
        }
    }

    /// The events of some streams, in order, up to a sequence.
    func events(
        in streams: [StreamName],
        through sequence: UInt64
    ) throws(ServiceError) -> [RecordedEvent] {
        try recorded(try lines(of: streams, through: sequence))
    }

    /// The events of lines, with what is personal in them opened.
    func recorded(_ lines: [EventLine]) throws(ServiceError) -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        events.reserveCapacity(lines.count)
        for line in lines {
            events.append(
                try serviceError { () throws(EventDecodingError) in
                    try RecordedEvent(line: line, open: vault.opened)
                }
            )
        }
        return events
    }

    /// The lines of some streams, in order, up to a sequence.
    package func lines(
        of streams: [StreamName],
        through sequence: UInt64
    ) throws(ServiceError) -> [EventLine] {
        var lines: [UInt64: EventLine] = [:]
        for stream in streams {
            let found = try serviceError { () throws(LogError) in
                guard let log else { return try reader.events(in: stream, through: sequence) }
                return try log.events(in: stream, through: sequence)
            }
            for line in found { lines[line.envelope.sequence] = line }
        }
        return lines.values.sorted { $0.envelope.sequence < $1.envelope.sequence }
    }

    /// The lines of a stream behind a version.
    func lines(of stream: StreamName, after version: Int) throws(ServiceError) -> [EventLine] {
        try serviceError { () throws(LogError) in
            guard let log else { return try reader.events(in: stream, after: version) }
            return try log.events(in: stream, after: version)
        }
    }

    /// The sequence of the last event.
    package func head() throws(ServiceError) -> UInt64 {
        if let log { return log.lastSequence }
        return try serviceError { () throws(LogError) in try reader.lastSequence() }
    }

    /// The event with a sequence.
    func line(at sequence: UInt64) throws(ServiceError) -> EventLine {
        do {
            guard let log else { return try reader.line(at: sequence).event() }
            return try log.event(at: sequence)
        } catch {
            throw ServiceError("\(error)")
        }
    }
}
