import GRDB

extension ProjectionSet {
    /// Compares the live rows of projections with a replay of the log up to where each stands.
    ///
    /// Another process may apply meanwhile: rows and position of a live file are read in one
    /// transaction. Takes the time of a rebuild and the space of another copy, and not more memory
    /// for more rows.
    ///
    /// - Parameters:
    ///   - names: the projections; all if nil.
    ///   - differenceCountMax: how many differences are kept of each.
    ///   - source: the events up to a sequence.
    ///   - progress: called after each batch, on the calling thread.
    public func verify(
        _ names: [String]? = nil,
        differenceCountMax: Int = 100,
        from source: (_ through: UInt64) -> LineSource,
        progress: (_ sequence: UInt64) -> Void = { _ in }
    ) throws(ProjectionError) -> [ProjectionComparison] {
        try makeDirectory()
        let folder = try ScratchFolder(in: directory)
        var waiting: [ProjectionPass.Target] = []
        var found: [ProjectionComparison] = []
        for name in Set(names ?? self.names) {
            if let live = try projection(name).current {
                waiting.append(target(name, try scratch(live.definition, in: folder)))
            } else {
                found.append(.unusable(name))
            }
        }
        // The one that stands farthest back comes first: nothing is applied that it does not have.
        while let (next, position) = try farthestBack(of: waiting) {
            var pass = ProjectionPass(waiting, opening: opening)
            try pass.run(from: source(position), progress: progress)
            waiting.removeAll { $0.name == next.name }
            var comparison = LiveComparison(next, limit: differenceCountMax, opening: opening)
            found.append(try comparison.run(against: try projection(next.name), source))
        }
        return found.sorted { $0.projection < $1.projection }
    }

    private func farthestBack(
        of targets: [ProjectionPass.Target]
    ) throws(ProjectionError) -> (ProjectionPass.Target, UInt64)? {
        var first: (ProjectionPass.Target, UInt64)?
        for target in targets {
            let position = try position(of: target.name)
            if position < first?.1 ?? .max { first = (target, position) }
        }
        return first
    }
}

/// The comparison of one live projection with what was replayed of it.
private struct LiveComparison {
    private let replayed: ProjectionPass.Target
    private let differenceCountMax: Int
    private let opening: PersonalOpening

    init(_ replayed: ProjectionPass.Target, limit: Int, opening: @escaping PersonalOpening) {
        self.replayed = replayed
        differenceCountMax = limit
        self.opening = opening
    }

    /// Replays what the live file has gained meanwhile, and compares.
    mutating func run(
        against projection: LiveProjection,
        _ source: (_ through: UInt64) -> LineSource
    ) throws(ProjectionError) -> ProjectionComparison {
        guard let live = projection.current, let path = live.path,
            live.definition.text == replayed.database.definition.text
        else { throw .beingRebuilt(projection: replayed.name, process: nil) }
        return try ProjectionDatabase.storage(live.definition) {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            return try queue.unsafeRead { db in
                // What a comparison sorts can be larger than memory.
                try db.execute(sql: "pragma temp_store = file")
                try db.execute(
                    sql: "attach ? as \(FileComparison.rebuilt)",
                    arguments: [replayed.database.path]
                )
                try db.execute(sql: "begin")
                defer { try? db.execute(sql: "commit") }
                return try compare(db, source)
            }
        }
    }

    private func compare(
        _ db: Database,
        _ source: (_ through: UInt64) -> LineSource
    ) throws -> ProjectionComparison {
        guard let meta = try MetaTable.read(db, projection: replayed.name) else {
            throw ProjectionError.needsRebuild(projection: replayed.name)
        }
        var pass = ProjectionPass([replayed], opening: opening)
        try pass.run(from: source(meta.position))
        try replayed.database.complete()
        try replayed.database.close()
        var comparison = FileComparison(
            db,
            replayed.name,
            position: meta.position,
            differenceCountMax: differenceCountMax
        )
        switch pass.problems[replayed.name] {
        case .stopped(let failure): comparison.note(.replayStops(failure))
        case let problem?: throw problem
        case nil:
            do {
                try comparison.run()
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
                comparison.note(.damage(error.message ?? "\(error)"))
            }
        }
        return comparison.result
    }
}
