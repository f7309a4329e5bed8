import Dispatch
import Foundation
import Synchronization

extension ProjectionSet {
    /// Builds projections anew beside the live ones, all in one reading, and swaps them in.
    ///
    /// Queries see the old rows or the new ones, never a half. Another process may apply to the
    /// live files meanwhile: it goes over to the new ones by itself. An interrupted rebuild goes on
    /// where it stood if the definition is still the same. A projection that fails keeps its
    /// live file. Answers with the failures by name; empty when all is well.
    ///
    /// - Parameters:
    ///   - names: the projections; all if nil.
    ///   - head: the log's last sequence now, for the progress alone.
    ///   - source: the events. It is asked at least twice: for everything, and for what was
    ///     appended meanwhile.
    ///   - progress: called after each batch, on the calling thread.
    @discardableResult
    public func rebuild(
        _ names: [String]? = nil,
        head: UInt64,
        from source: LineSource,
        progress: (RebuildProgress) -> Void = { _ in }
    ) throws(ProjectionError) -> [String: ProjectionError] {
        try rebuild(names, head: head, Self.eventsPerTransaction, from: source, progress: progress)
    }

    /// Pages that many events change are written once for all of them.
    static let eventsPerTransaction = 65_536

    /// The same with at least so many events in a transaction, if there are more.
    func rebuild(
        _ names: [String]?,
        head: UInt64,
        _ eventsPerTransaction: Int,
        from source: LineSource,
        progress: (RebuildProgress) -> Void
    ) throws(ProjectionError) -> [String: ProjectionError] {
        var chosen: [LiveProjection] = []
        for name in Set(names ?? self.names).sorted() { chosen.append(try projection(name)) }
        try makeDirectory()
        let purgeCount = try liveFiles.withLock { $0.purgeCount }
        let claims = try claim(chosen, purgeCount: purgeCount)
        defer { withExtendedLifetime(claims) {} }

        var build = Rebuild(chosen, set: self, eventsPerTransaction: eventsPerTransaction)
        try build.open()
        var stretch = try build.run(from: source, head: head, progress: progress)
        build.complete()
        // What was appended meanwhile may be much: whoever applies waits only for the very last.
        while stretch > Self.lastStretchMax { stretch = try build.run(from: source, head: head) }
        try liveFiles.withLock { held throws(ProjectionError) in
            try build.run(from: source, head: head)
            build.publish(purging: held.purgeCount != purgeCount)
        }
        return build.problems
    }

    private static let lastStretchMax: UInt64 = 1000

    /// Keeps others, in this process and elsewhere, from building the same.
    private func claim(
        _ chosen: [LiveProjection],
        purgeCount: Int
    ) throws(ProjectionError) -> [FileLock] {
        var claims: [FileLock] = []
        for projection in chosen {
            let files = projection.files
            var note = BuildingNote(purgeCount: purgeCount)
            if let begun = BuildingNote(files),
                FileManager.default.fileExists(atPath: files.building)
            {
                note = BuildingNote(purgeCount: min(begun.purgeCount, purgeCount))
            }
            guard let claim = try FileLock(files.buildingLock, saying: note.text) else {
                throw .beingRebuilt(
                    projection: projection.definition.name,
                    process: BuildingNote(files)?.process
                )
            }
            claims.append(claim)
        }
        return claims
    }
}

/// One rebuild from its first event to the swap.
private struct Rebuild {
    private let set: ProjectionSet
    private let chosen: [LiveProjection]
    private let eventsPerTransaction: Int
    private var databases: [String: ProjectionDatabase] = [:]
    private(set) var problems: [String: ProjectionError] = [:]

    init(_ chosen: [LiveProjection], set: ProjectionSet, eventsPerTransaction: Int) {
        self.chosen = chosen
        self.eventsPerTransaction = eventsPerTransaction
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
            if !BuildingFile.isUsable(path, for: definition) { ProjectionFiles.remove(path) }
            let database = try ProjectionDatabase(
                path: path,
                use: .building(cacheBytes: BuildingFile.cacheBytesMax / chosen.count),
                definition: definition,
                opening: set.opening
            )
            // What failed in an earlier attempt is tried again.
            try database.retry()
            databases[definition.name] = database
        }
    }

    /// Applies what there is; answers with how far that went.
    @discardableResult
    mutating func run(
        from source: LineSource,
        head: UInt64,
        progress: (RebuildProgress) -> Void = { _ in }
    ) throws(ProjectionError) -> UInt64 {
        let targets = sound.compactMap { projection in
            databases[projection.definition.name].map { set.target(projection.definition.name, $0) }
        }
        let first = targets.map(\.database.position).min() ?? 0
        var last = first
        var pass = ProjectionPass(
            targets,
            opening: set.opening,
            eventsPerTransaction: eventsPerTransaction
        )
        try pass.run(from: source) { sequence in
            last = sequence
            progress(RebuildProgress(done: sequence, total: head))
        }
        problems.merge(pass.problems) { _, new in new }
        return last - first
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
            try BuildingFile.synchronize(projection.files.building)
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
