import EventLine
import PersonalData
import PortalAccess
import PortalEvents
import ProjectionEngine

/// Rows of one projection: live ones, or ones folded as of an earlier moment.
struct ProjectionRows: Sendable {
    private let projection: String
    private let source: Source
    /// The event that stopped the projection before the moment that was asked about.
    let stop: StoppedProjection?
    /// Where content is read that no projection holds.
    var contents: EventContents?

    private enum Source: Sendable {
        case live(ProjectionSet)
        case folded(FoldedRows)
        case past(PastProjections)
    }

    /// The live rows as they stand.
    init(_ projection: String, of projections: ProjectionSet, stop: StoppedProjection? = nil) {
        self.projection = projection
        self.stop = stop
        source = .live(projections)
    }

    /// Rows folded from a part of the log that need not fit into memory.
    init(_ projection: String, of past: PastProjections, stop: StoppedProjection? = nil) {
        self.projection = projection
        self.stop = stop
        source = .past(past)
    }

    /// Rows folded from the events of some streams; those of one client are enough for queries
    /// about that client.
    init(_ rows: FoldedRows) {
        projection = rows.definition.name
        stop = rows.failure.map { StoppedProjection(position: rows.position, failure: $0) }
        source = .folded(rows)
    }

    func rows(
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws(ServiceError) -> [JSONValue] {
        let (rows, personal) = try stored(query, arguments)
        guard !rows.isEmpty, !personal.isEmpty else { return rows }
        guard let contents else {
            throw ServiceError("\(projection)/\(query) shows content that only the log holds")
        }
        return try contents.opened(rows, personal)
    }

    /// The rows as they are stored, and which of their columns only point to the content.
    private func stored(
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws(ServiceError) -> (rows: [JSONValue], personal: [String]) {
        try serviceError { () throws(ProjectionError) in
            switch source {
            case .live(let projections):
                return (
                    try projections.query(query, of: projection, arguments: arguments),
                    try projections.definition(of: projection).personalColumns(ofQuery: query)
                )
            case .folded(let rows):
                return (
                    try rows.query(query, arguments: arguments),
                    rows.definition.personalColumns(ofQuery: query)
                )
            case .past(let past):
                return (
                    try past.query(query, of: projection, arguments: arguments),
                    try past.definition(of: projection).personalColumns(ofQuery: query)
                )
            }
        }
    }
}

extension Archive {
    /// The rows of a projection as of a moment: the live ones where it stands there, or else folded
    /// from the events of some streams, nil for all. All are folded into a file that goes again.
    ///
    /// What an event has stopped answers as of where it stands, and says so.
    func rows(
        _ projection: String,
        of streams: [StreamName]?,
        as moment: QueryCase.Moment
    ) throws(ServiceError) -> ProjectionRows {
        var rows = try standing(projection, of: streams, as: moment)
        rows.contents = contents
        return rows
    }

    private func standing(
        _ projection: String,
        of streams: [StreamName]?,
        as moment: QueryCase.Moment
    ) throws(ServiceError) -> ProjectionRows {
        if let live = try live(projection, at: moment, waiting: streams == nil) { return live }
        let skipped = try skippedEvents().byProjection
        guard let streams else {
            projections.passOver(skipped)
            return try folded(projection, through: moment.sequence)
        }
        return try folded(
            projection,
            of: streams,
            through: moment.sequence,
            skipping: skipped[projection] ?? []
        )
    }

    /// Folds the events of some streams in memory. Of an organisation's own stream only those that
    /// the projection takes are read.
    private func folded(
        _ projection: String,
        of streams: [StreamName],
        through sequence: UInt64,
        skipping skipped: Set<UInt64>
    ) throws(ServiceError) -> ProjectionRows {
        guard let definition = definitions.first(where: { $0.name == projection }) else {
            throw ServiceError("there is no projection \(projection)")
        }
        let types = Set(definition.eventTypes)
        let isSelective = !types.contains("*")
        let organisations = streams.filter { isSelective && $0.category == "organisation" }
        var common: [EventLine] = []
        for case let (stream, id?) in organisations.map({ ($0, $0.id) }) {
            common += try organisationLines(id, through: sequence)
                .filter { types.contains($0.envelope.type) }
            let passing = types.intersection(OrganisationState.passingTypes)
            guard !passing.isEmpty else { continue }
            common += try lines(of: stream, types: passing, through: sequence)
        }
        let (_, own) = try past(
            of: Set(streams).subtracting(organisations),
            through: sequence
        )
        common.sort { $0.envelope.sequence < $1.envelope.sequence }
        return try serviceError { () throws(ProjectionError) in
            ProjectionRows(
                try folding.rows(
                    definition,
                    common: common,
                    own: own,
                    skipping: skipped,
                    opening: vault.projectionOpening
                )
            )
        }
    }

    /// How long a question about now waits for the process that writes to apply what is new, which
    /// it does within milliseconds: to fold the whole log takes longer.
    private static let patience: Duration = .milliseconds(200)

    private func live(
        _ projection: String,
        at moment: QueryCase.Moment,
        waiting isWorthWaiting: Bool
    ) throws(ServiceError) -> ProjectionRows? {
        let end = ContinuousClock.now + Self.patience
        while true {
            let standing = try serviceError { () throws(ProjectionError) in
                try projections.standing(of: projection)
            }
            guard let standing else { return nil }
            let position = standing.position
            if position == moment.sequence || moment.isNow && position > moment.sequence {
                return ProjectionRows(projection, of: projections)
            }
            if let failure = standing.failure, failure.sequence <= moment.sequence {
                let stop = StoppedProjection(position: position, failure: failure)
                return ProjectionRows(projection, of: projections, stop: stop)
            }
            guard isWorthWaiting, moment.isNow, isReadOnly, ContinuousClock.now < end else {
                return nil
            }
            BriefPause.take()
        }
    }

    private func folded(
        _ projection: String,
        through sequence: UInt64
    ) throws(ServiceError) -> ProjectionRows {
        try serviceError { () throws(ProjectionError) in
            let (past, stops) = try projections.past(
                [projection],
                from: Store.lineSource(of: reader, through: sequence)
            )
            var stop: StoppedProjection?
            if case .stopped(let failure)? = stops[projection] {
                stop = StoppedProjection(position: failure.sequence - 1, failure: failure)
            } else if let problem = stops[projection] {
                throw problem
            }
            return ProjectionRows(projection, of: past, stop: stop)
        }
    }
}
