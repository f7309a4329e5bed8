public import EventLine

/// Projections folded from a part of the log into files that go with this object.
public final class PastProjections: Sendable {
    let databases: [String: ProjectionDatabase]
    private let folder: ScratchFolder

    init(_ databases: [String: ProjectionDatabase], _ folder: ScratchFolder) {
        self.databases = databases
        self.folder = folder
    }

    /// Runs a query. See `ProjectionDatabase.query`.
    public func query(
        _ query: String,
        of name: String,
        arguments: [String: JSONValue] = [:]
    ) throws(ProjectionError) -> [JSONValue] {
        try database(name).query(query, arguments: arguments)
    }

    /// What made the rows of a projection.
    public func definition(of name: String) throws(ProjectionError) -> ProjectionDefinition {
        try database(name).definition
    }

    private func database(_ name: String) throws(ProjectionError) -> ProjectionDatabase {
        guard let database = databases[name] else {
            throw .noSuchProjection(name, known: databases.keys.sorted())
        }
        return database
    }
}

extension ProjectionSet {
    /// The projections as they were after the last event of a source, folded into files. The memory
    /// that it takes does not grow with the log.
    ///
    /// Answers with what stopped a projection, by name, too: its rows are those before the event.
    ///
    /// - Parameters:
    ///   - names: the projections; all if nil.
    ///   - source: the events up to the moment.
    ///   - progress: called after each batch, on the calling thread.
    public func past(
        _ names: [String]? = nil,
        from source: LineSource,
        progress: (_ sequence: UInt64) -> Void = { _ in }
    ) throws(ProjectionError) -> (projections: PastProjections, stops: [String: ProjectionError]) {
        try makeDirectory()
        let folder = try ScratchFolder(in: directory)
        var databases: [String: ProjectionDatabase] = [:]
        for name in Set(names ?? self.names) {
            databases[name] = try scratch(try projection(name).definition, in: folder)
        }
        let targets = databases.map { target($0, $1) }
        var pass = ProjectionPass(
            targets,
            opening: opening,
            eventsPerTransaction: Self.eventsPerTransaction
        )
        try pass.run(from: source, progress: progress)
        for database in databases.values { try database.complete() }
        return (PastProjections(databases, folder), pass.problems)
    }

    /// An empty database of a projection in a scratch folder.
    func scratch(
        _ definition: ProjectionDefinition,
        in folder: ScratchFolder
    ) throws(ProjectionError) -> ProjectionDatabase {
        try ProjectionDatabase(
            path: folder.file(definition.name),
            use: .building(cacheBytes: BuildingFile.cacheBytesMax / projections.count),
            definition: definition,
            opening: opening
        )
    }
}
