extension ProjectionSet {
    /// Builds a projection in a file of its own, as a rebuild does, and writes down what SQLite is
    /// given. For measuring: what the same costs without this program.
    ///
    /// - Parameters:
    ///   - name: the projection.
    ///   - source: the events.
    ///   - path: what was given, in the form of ``StatementRecorder``.
    ///   - database: the SQLite file with the rows.
    package func record(
        _ name: String,
        from source: LineSource,
        into path: String,
        database: String
    ) throws(ProjectionError) {
        let definition = try projection(name).definition
        let use = DatabaseUse.building(cacheBytes: BuildingFile.cacheBytesMax)
        let recorder = try ProjectionDatabase.storage(definition) {
            try StatementRecorder(
                path: path,
                definition,
                [use.settings, DatabaseUse.settingsForIndexes]
            )
        }
        let built = try ProjectionDatabase(
            path: database,
            use: use,
            definition: definition,
            opening: opening,
            recorder: recorder
        )
        var pass = ProjectionPass(
            [target(name, built)],
            opening: opening,
            eventsPerTransaction: Self.eventsPerTransaction
        )
        try pass.run(from: source)
        if let problem = pass.problems[name] { throw problem }
        try built.complete()
        try built.close()
        try ProjectionDatabase.storage(definition) { try recorder.close() }
    }
}
