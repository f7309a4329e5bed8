import Synchronization

extension ProjectionSet {
    /// Brings every live projection to the end of the source, in one reading.
    ///
    /// A projection that cannot go on is left where it is and the others go on. Answers with
    /// what is in the way of those that are behind, by name; empty when all is well. Throws only
    /// if the source cannot be read.
    @discardableResult
    public func catchUp(
        from source: LineSource
    ) throws(ProjectionError) -> [String: ProjectionError] {
        guard !isReadOnly else { throw .readOnly(projection: names.joined(separator: ", ")) }
        try dropAbandonedRebuilds()
        return try liveFiles.withLock { _ throws(ProjectionError) in
            let targets = projections.values.compactMap { projection in
                projection.current.map { target(projection.definition.name, $0) }
            }
            var pass = ProjectionPass(targets, opening: opening)
            try pass.run(from: source)
            return pass.problems
        }
    }

    func target(_ name: String, _ database: ProjectionDatabase) -> ProjectionPass.Target {
        ProjectionPass.Target(
            name: name,
            database: database,
            skipped: skipped.withLock { $0[name] ?? [] }
        )
    }
}
