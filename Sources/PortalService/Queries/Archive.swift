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
    private let kept = KeptLines()
    /// Where rows are folded as of earlier moments.
    let folding = FoldedDatabases()

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
            for line in try self.lines(of: stream, through: sequence) {
                lines[line.envelope.sequence] = line
            }
        }
        return lines.values.sorted { $0.envelope.sequence < $1.envelope.sequence }
    }

    /// The lines of some streams, with those of all records that had been merged with their
    /// clients' by then: with an account everything goes over that is known of it.
    func past(
        of streams: Set<StreamName>,
        through sequence: UInt64
    ) throws(ServiceError) -> (streams: Set<StreamName>, lines: [EventLine]) {
        var streams = streams
        while true {
            let lines = try lines(of: streams.sorted(), through: sequence)
            let merged = lines.lazy.map(\.envelope).filter { $0.type == "ClientRecordsMerged.v1" }
                .flatMap(\.streams).map(\.stream).filter { $0.category == "client" }
            guard !streams.isSuperset(of: merged) else { return (streams, lines) }
            streams.formUnion(merged)
        }
    }

    private func lines(
        of stream: StreamName,
        through sequence: UInt64
    ) throws(ServiceError) -> [EventLine] {
        // What is still to come is not kept.
        guard sequence < .max else { return try read(stream, through: sequence) }
        return try kept.lines(of: stream, through: sequence) { () throws(ServiceError) in
            try read(stream, through: sequence)
        }
    }

    private func read(
        _ stream: StreamName,
        through sequence: UInt64
    ) throws(ServiceError) -> [EventLine] {
        try serviceError { () throws(LogError) in
            guard let log else { return try reader.events(in: stream, through: sequence) }
            return try log.events(in: stream, through: sequence)
        }
    }

    /// The lines of a stream that are of some types, up to a sequence: each is read once in the
    /// life of the archive, so always the same types must be asked for of a stream.
    func lines(
        following stream: StreamName,
        of types: Set<String>,
        through sequence: UInt64
    ) throws(ServiceError) -> [EventLine] {
        let end = try sequence == .max ? head() : sequence
        return try kept.lines(following: stream, through: end) { start throws(ServiceError) in
            try lines(of: stream, types: types, after: start, through: end)
        }
    }

    /// The lines of a stream that are of some types.
    func lines(
        of stream: StreamName,
        types: Set<String>,
        after start: UInt64 = 0,
        through end: UInt64
    ) throws(ServiceError) -> [EventLine] {
        try serviceError { () throws(LogError) in
            guard let log else {
                return try reader.events(in: stream, ofTypes: types, after: start, through: end)
            }
            return try log.events(in: stream, ofTypes: types, after: start, through: end)
        }
    }

    /// The last event that was recorded at a time or before it.
    func lastSequence(at time: Instant) throws(ServiceError) -> UInt64 {
        try serviceError { () throws(LogError) in
            guard let log else { return try reader.lastSequence(notAfter: time) }
            return try log.lastSequence(notAfter: time)
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
