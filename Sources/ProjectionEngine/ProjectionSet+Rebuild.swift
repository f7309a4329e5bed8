import Dispatch
public import EventLine
import Synchronization

/// How far a rebuild is.
public struct RebuildProgress: Hashable, Sendable {
    /// The last event applied.
    public let done: UInt64
    /// The head of the log when it started.
    public let total: UInt64
    /// Events a second since it started or went on.
    public let perSecond: Double
}

extension ProjectionSet {
    /// Builds projections anew beside the live ones, all in one reading, and swaps them in.
    ///
    /// Queries see the old rows or the new ones, never a half. An interrupted rebuild goes on
    /// where it stood if the definition is still the same. A projection that fails keeps its
    /// live file. Answers with the failures by name; empty when all is well.
    ///
    /// - Parameters:
    ///   - names: the projections; all if nil.
    ///   - head: the log's last sequence now, for the progress alone.
    ///   - source: the events. It is asked twice: once for everything, once for what was
    ///     appended meanwhile.
    ///   - progress: called after each batch, on the calling thread.
    @discardableResult
    public func rebuild(
        _ names: [String]? = nil,
        head: UInt64,
        from source: LineSource,
        progress: (RebuildProgress) -> Void = { _ in }
    ) throws(ProjectionError) -> [String: ProjectionError] {
        guard !isReadOnly else { throw .readOnly(projection: self.names.joined(separator: ", ")) }
        var chosen: [LiveProjection] = []
        for name in names ?? self.names { chosen.append(try projection(name)) }
        try claim(chosen)
        defer { rebuilding.withLock { $0.subtract(chosen.map(\.definition.name)) } }

        let purgesBefore = purges.load(ordering: .sequentiallyConsistent)
        var build = Rebuild(chosen, set: self)
        try build.open()
        try build.run(from: source, head: head, progress: progress)
        build.complete()
        try applying.withLock { (_: inout Void) throws(ProjectionError) in
            try build.run(from: source, head: head) { _ in }
            let wasPurged = purges.load(ordering: .sequentiallyConsistent) != purgesBefore
            build.publish(purging: wasPurged)
        }
        return build.problems
    }

    private func claim(_ chosen: [LiveProjection]) throws(ProjectionError) {
        let names = Set(chosen.map(\.definition.name))
        let taken = rebuilding.withLock { rebuilding in
            let taken = rebuilding.intersection(names)
            if taken.isEmpty { rebuilding.formUnion(names) }
            return taken
        }
        if let first = taken.min() { throw .beingRebuilt(projection: first) }
    }
}

/// One rebuild from its first event to the swap.
private struct Rebuild {
    private let set: ProjectionSet
    private let chosen: [LiveProjection]
    private var databases: [String: ProjectionDatabase] = [:]
    private(set) var problems: [String: ProjectionError] = [:]

    init(_ chosen: [LiveProjection], set: ProjectionSet) {
        self.chosen = chosen
        self.set = set
    }

    private var sound: [LiveProjection] {
        chosen.filter { problems[$0.definition.name] == nil }
    }

    /// Opens the files to build in: those an interrupted rebuild left, or new ones.
    mutating func open() throws(ProjectionError) {
        for projection in chosen {
            let definition = projection.definition
            let path = projection.files.building
            if GenerationOpener.storedText(at: path, definition.name) != definition.text {
                ProjectionFiles.remove(path)
            }
            let database = try ProjectionDatabase(
                path: path,
                use: .building,
                definition: definition,
                opening: set.opening
            )
            // What failed in an earlier attempt is tried again.
            try database.retry()
            databases[definition.name] = database
        }
    }

    mutating func run(
        from source: LineSource,
        head: UInt64,
        progress: (RebuildProgress) -> Void
    ) throws(ProjectionError) {
        let targets = sound.compactMap { projection in
            databases[projection.definition.name].map { set.target(projection.definition.name, $0) }
        }
        let first = targets.map(\.database.position).min() ?? 0
        let begin = ContinuousClock.now
        var pass = ProjectionPass(targets, opening: set.opening)
        try pass.run(from: source) { sequence in
            let elapsed = (ContinuousClock.now - begin) / .seconds(1)
            let rate = elapsed > 0 ? Double(sequence - min(first, sequence)) / elapsed : 0
            progress(RebuildProgress(done: sequence, total: head, perSecond: rate))
        }
        problems.merge(pass.problems) { _, new in new }
    }

    /// Builds the indexes and leaves no deleted content behind, each projection on its own thread.
    mutating func complete() {
        let found = FoundProblems()
        let completing = DispatchGroup()
        for name in sound.map(\.definition.name) {
            guard let database = databases[name] else { continue }
            DispatchQueue.global().async(group: completing) {
                do throws(ProjectionError) {
                    try database.complete()
                    try database.purge()
                } catch {
                    found.byName.withLock { $0[name] = error }
                }
            }
        }
        completing.wait()
        problems.merge(found.byName.withLock { $0 }) { _, new in new }
    }

    /// Closes the new files and lets them answer.
    mutating func publish(purging: Bool) {
        let opening = set.opening
        forEachSound { projection, database throws(ProjectionError) in
            try database.complete()
            if purging { try database.purge() }
            try database.close()
            let path = projection.files.nextGeneration()
            try projection.files.move(projection.files.building, to: path)
            let next = try ProjectionDatabase(
                path: path,
                use: .live,
                definition: projection.definition,
                opening: opening
            )
            let old = projection.files.current
            try projection.files.publish(path)
            projection.replace(with: next, replacing: old)
        }
    }

    private mutating func forEachSound(
        _ body: (LiveProjection, ProjectionDatabase) throws(ProjectionError) -> Void
    ) {
        for projection in sound {
            let name = projection.definition.name
            guard let database = databases[name] else { continue }
            do throws(ProjectionError) {
                try body(projection, database)
            } catch {
                problems[name] = error
            }
        }
    }
}
