public import EventLine
import Foundation
public import PortalEvents
import Synchronization

/// All projections of a store, each in its own file with its own position.
///
/// One process applies; others may open the same directory for reading, and may rebuild. Queries
/// run from any thread and wait for nobody. `catchUp`, `rebuild` and `purge` block the calling
/// thread; they, and those of other processes, keep out of each other's way.
public final class ProjectionSet: Sendable {
    let projections: [String: LiveProjection]
    let opening: PersonalOpening
    let isReadOnly: Bool
    /// Held while live files are applied to or swapped, so that a position never goes back.
    let liveFiles: LiveFilesLock
    let skipped = Mutex<[String: Set<UInt64>]>([:])
    /// Projections that were being rebuilt when erased content was purged from the others.
    let unpurged = Mutex<Set<String>>([])
    let directory: String

    /// Opens the projections of a directory, and makes the files of new ones.
    ///
    /// A projection whose definition was changed goes on under its old text, which its file
    /// holds, until it is rebuilt; if its file cannot be used at all it waits for the rebuild.
    ///
    /// - Parameters:
    ///   - directory: the data directory's `projections`; made if missing.
    ///   - definitions: the projections there should be.
    ///   - shapes: all event types, to read old definitions.
    ///   - isReadOnly: whether another process applies; then nothing is made or removed.
    ///   - personal: opens sealed personal data.
    public init(
        directory: String,
        definitions: [ProjectionDefinition],
        shapes: [EventShape],
        isReadOnly: Bool = false,
        opening personal: @escaping PersonalOpening
    ) throws(ProjectionError) {
        self.directory = directory
        self.isReadOnly = isReadOnly
        opening = personal
        liveFiles = LiveFilesLock(directory: directory)
        let opener = GenerationOpener(shapes: shapes, isReadOnly: isReadOnly, opening: personal)
        if isReadOnly {
            projections = try Self.open(definitions, in: directory, opener)
        } else {
            try Self.makeDirectory(directory)
            projections = try liveFiles.withLock { _ throws(ProjectionError) in
                try Self.open(definitions, in: directory, opener)
            }
            ScratchFolder.removeAbandoned(in: directory)
            for projection in projections.values { try dropAbandonedRebuild(of: projection) }
        }
    }

    private static func open(
        _ definitions: [ProjectionDefinition],
        in directory: String,
        _ opener: GenerationOpener
    ) throws(ProjectionError) -> [String: LiveProjection] {
        var projections: [String: LiveProjection] = [:]
        for definition in definitions {
            guard projections[definition.name] == nil else {
                throw .duplicate(projection: definition.name)
            }
            projections[definition.name] = try LiveProjection(
                definition: definition,
                files: ProjectionFiles(directory: directory, name: definition.name),
                opener: opener
            )
        }
        return projections
    }

    /// The names of the projections, sorted.
    public var names: [String] { projections.keys.sorted() }

    /// The definition a projection's file has now.
    public func definition(of name: String) throws(ProjectionError) -> ProjectionDefinition {
        try projection(name).definition
    }

    /// The last event whose rows can be read; 0 if it waits for a rebuild.
    public func position(of name: String) throws(ProjectionError) -> UInt64 {
        try projection(name).current?.position ?? 0
    }

    /// Runs a query of a projection. See `ProjectionDatabase.query`.
    public func query(
        _ query: String,
        of name: String,
        arguments: [String: JSONValue] = [:]
    ) throws(ProjectionError) -> [JSONValue] {
        try onLive(name) { live throws(ProjectionError) in
            try live.query(query, arguments: arguments)
        }
    }

    /// The rows of a projection as text. See `ProjectionDatabase.contentDump`.
    public func contentDump(of name: String) throws(ProjectionError) -> [String] {
        try onLive(name) { live throws(ProjectionError) in try live.contentDump() }
    }

    /// Forgets that an event stopped a projection: the next `catchUp` tries it again.
    public func retry(_ name: String) throws(ProjectionError) {
        try onLive(name) { live throws(ProjectionError) in try live.retry() }
    }

    /// Says which events an operator decided to pass over, for every later `catchUp` and
    /// `rebuild`. A projection that stopped there goes on with the next of them.
    public func passOver(_ sequences: [String: Set<UInt64>]) {
        skipped.withLock { $0 = sequences }
    }

    func projection(_ name: String) throws(ProjectionError) -> LiveProjection {
        guard let projection = projections[name] else {
            throw .noSuchProjection(name, known: names)
        }
        return projection
    }

    /// Does something with the generation that answers now.
    func onLive<Value>(
        _ name: String,
        _ body: (ProjectionDatabase) throws(ProjectionError) -> Value
    ) throws(ProjectionError) -> Value {
        let projection = try projection(name)
        while true {
            guard let database = projection.current else {
                throw .needsRebuild(projection: name)
            }
            do throws(ProjectionError) {
                return try body(database)
            } catch {
                // A rebuild may have taken the file away before all connections to it were open.
                guard case .storage = error, projection.current !== database else { throw error }
            }
        }
    }

    func makeDirectory() throws(ProjectionError) { try Self.makeDirectory(directory) }

    private static func makeDirectory(_ path: String) throws(ProjectionError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }
}
