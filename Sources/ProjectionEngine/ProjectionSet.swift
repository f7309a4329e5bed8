public import EventLine
import Foundation
public import PortalEvents
import Synchronization

/// All projections of a store, each in its own file with its own position.
///
/// One process applies and rebuilds; others may open the same directory for reading. Queries run
/// from any thread and wait for nobody. `catchUp`, `rebuild` and `purge` block the calling thread
/// and keep out of each other's way.
public final class ProjectionSet: Sendable {
    let projections: [String: LiveProjection]
    let opening: PersonalOpening
    let isReadOnly: Bool
    /// Held while live files are applied to or swapped, so that a position never goes back.
    let applying = Mutex<Void>(())
    let rebuilding = Mutex<Set<String>>([])
    let purges = Atomic<Int>(0)
    let skipped = Mutex<[String: Set<UInt64>]>([:])

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
        var projections: [String: LiveProjection] = [:]
        try Self.makeDirectory(directory, isReadOnly: isReadOnly)
        let opener = GenerationOpener(shapes: shapes, isReadOnly: isReadOnly, opening: personal)
        for definition in definitions {
            guard projections[definition.name] == nil else {
                throw .duplicate(projection: definition.name)
            }
            let files = ProjectionFiles(directory: directory, name: definition.name)
            projections[definition.name] = LiveProjection(
                definition: definition,
                files: files,
                generation: try opener.open(definition, files)
            )
        }
        self.projections = projections
        self.isReadOnly = isReadOnly
        opening = personal
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
        try live(name).query(query, arguments: arguments)
    }

    /// The rows of a projection as text. See `ProjectionDatabase.contentDump`.
    public func contentDump(of name: String) throws(ProjectionError) -> [String] {
        try live(name).contentDump()
    }

    /// Forgets that an event stopped a projection: the next `catchUp` tries it again.
    public func retry(_ name: String) throws(ProjectionError) {
        try live(name).retry()
    }

    /// Says which events an operator decided to pass over, for every later `catchUp` and
    /// `rebuild`. A projection that stopped there goes on after `retry`.
    public func passOver(_ sequences: [String: Set<UInt64>]) {
        skipped.withLock { $0 = sequences }
    }

    /// Makes sure that what was deleted is in no file any more, abandoned rebuilds included.
    /// To be called after events that erase personal data. See `ProjectionDatabase.purge`.
    public func purge() throws(ProjectionError) {
        purges.add(1, ordering: .sequentiallyConsistent)
        try applying.withLock { (_: inout Void) throws(ProjectionError) in
            for name in names {
                let projection = try projection(name)
                let isBuilding = rebuilding.withLock { $0.contains(name) }
                if projection.definition.usesPersonalData, !isBuilding {
                    ProjectionFiles.remove(projection.files.building)
                }
                try projection.current?.purge()
            }
        }
    }

    func projection(_ name: String) throws(ProjectionError) -> LiveProjection {
        guard let projection = projections[name] else {
            throw .noSuchProjection(name, known: names)
        }
        return projection
    }

    private func live(_ name: String) throws(ProjectionError) -> ProjectionDatabase {
        guard let database = try projection(name).current else {
            throw .needsRebuild(projection: name)
        }
        return database
    }

    private static func makeDirectory(
        _ path: String,
        isReadOnly: Bool
    ) throws(ProjectionError) {
        guard !isReadOnly else { return }
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
