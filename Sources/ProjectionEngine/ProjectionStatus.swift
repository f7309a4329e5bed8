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
    /// The rows of its tables.
    public let rows: [TableRows]
}

extension ProjectionSet {
    /// Where each projection stands against the log's last sequence, by name. Counts rows, which
    /// costs a pass over an index of each table.
    public func status(head: UInt64) throws(ProjectionError) -> [ProjectionStatus] {
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
                    rows: try database?.rowCounts() ?? []
                )
            )
        }
        return statuses
    }

    private func state(
        of projection: LiveProjection
    ) throws(ProjectionError) -> ProjectionStatus.State {
        guard let database = projection.current else { return .unusable }
        if let failure = try database.failure() { return .stopped(failure) }
        return projection.isOutdated ? .needsRebuild : .live
    }
}
