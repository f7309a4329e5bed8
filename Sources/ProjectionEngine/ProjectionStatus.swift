/// Where a projection stands.
public struct ProjectionStatus: Hashable, Sendable {
    /// What it can do.
    public enum State: Hashable, Sendable {
        /// It answers and follows the log.
        case live
        /// Its definition was changed; it answers and follows by the old one.
        case needsRebuild
        /// Its file cannot be used: it answers nothing until it is rebuilt.
        case unusable
        /// An event stopped it; it answers as of the event before.
        case stopped(EventFailure)
    }

    /// Its name.
    public let name: String
    /// What it can do.
    public let state: State
    /// The last event applied.
    public let position: UInt64
    /// How many events the log has after that.
    public let lag: UInt64
    /// Its file.
    public let file: String
    /// The rows of its tables; none if they were not counted.
    public let rows: [TableRows]
    /// The rebuild that is under way.
    public let rebuild: RebuildStatus?
}

/// How far a rebuild is that is under way, in this process or in another.
public struct RebuildStatus: Hashable, Sendable {
    /// Who builds, where it said so.
    public let process: Int?
    /// The last event applied.
    public let position: UInt64
}

extension ProjectionSet {
    /// Where each projection stands against the log's last sequence, by name.
    ///
    /// - Parameters:
    ///   - head: the log's last sequence.
    ///   - countingRows: whether to count rows, which costs a pass over an index of each table.
    public func status(
        head: UInt64,
        countingRows: Bool = true
    ) throws(ProjectionError) -> [ProjectionStatus] {
        var statuses: [ProjectionStatus] = []
        for name in names {
            let projection = try projection(name)
            let database = projection.current
            let position = database?.position ?? 0
            statuses.append(
                ProjectionStatus(
                    name: name,
                    state: try state(of: projection),
                    position: position,
                    lag: head - min(head, position),
                    file: projection.files.link,
                    rows: countingRows ? try database?.rowCounts() ?? [] : [],
                    rebuild: try rebuildStatus(of: projection.files)
                )
            )
        }
        return statuses
    }

    /// The last event whose rows can be read, and the event that stopped the projection, if one
    /// did; nil if it waits for a rebuild.
    public func standing(
        of name: String
    ) throws(ProjectionError) -> (position: UInt64, failure: EventFailure?)? {
        guard try projection(name).current != nil else { return nil }
        return try onLive(name) { live throws(ProjectionError) in
            (live.position, try live.failure())
        }
    }

    /// The events at which a projection stopped: the live one, and an interrupted rebuild.
    public func stops(of name: String) throws(ProjectionError) -> [EventFailure] {
        let projection = try projection(name)
        let live = try projection.current?.failure()
        let building = GenerationOpener.stored(at: projection.files.building, name)?.failure
        return [live, building].compactMap { $0 }
    }

    private func rebuildStatus(
        of files: ProjectionFiles
    ) throws(ProjectionError) -> RebuildStatus? {
        guard let stored = GenerationOpener.stored(at: files.building, files.name),
            try FileLock.isHeld(files.buildingLock)
        else { return nil }
        return RebuildStatus(process: BuildingNote(files)?.process, position: stored.position)
    }

    private func state(
        of projection: LiveProjection
    ) throws(ProjectionError) -> ProjectionStatus.State {
        guard let database = projection.current else { return .unusable }
        if let failure = try database.failure() { return .stopped(failure) }
        return projection.isOutdated ? .needsRebuild : .live
    }
}
