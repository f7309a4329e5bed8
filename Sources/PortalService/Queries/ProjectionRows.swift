import EventLine
import PersonalData
import PortalEvents
import ProjectionEngine

/// Rows of the projections, live ones or ones folded in memory as of an earlier moment.
struct ProjectionRows: Sendable {
    private let source: Source
    /// Where content is read that no projection holds.
    private let contents: EventContents?

    private enum Source: Sendable {
        case live(ProjectionSet)
        case past([EventLine], [ProjectionDefinition], PersonalOpening)
    }

    init(_ projections: ProjectionSet, _ contents: EventContents? = nil) {
        source = .live(projections)
        self.contents = contents
    }

    /// Folds these lines, which must be in order; those of one client are enough for queries
    /// about that client.
    init(
        folding lines: [EventLine],
        _ definitions: [ProjectionDefinition],
        _ contents: EventContents
    ) {
        source = .past(lines, definitions, contents.opening)
        self.contents = contents
    }

    func rows(
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws(ServiceError) -> [JSONValue] {
        let (rows, personal) = try stored(projection, query, arguments)
        guard !rows.isEmpty, !personal.isEmpty else { return rows }
        guard let contents else {
            throw ServiceError("\(projection)/\(query) shows content that only the log holds")
        }
        return try contents.opened(rows, personal)
    }

    /// The rows as they are stored, and which of their columns only point to the content.
    private func stored(
        _ projection: String,
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
            case .past(let lines, let definitions, let opening):
                guard let definition = definitions.first(where: { $0.name == projection }) else {
                    throw .noSuchProjection(projection, known: definitions.map(\.name))
                }
                let database = try ProjectionDatabase.inMemory(
                    definition,
                    lines: lines,
                    opening: opening
                )
                return (
                    try database.query(query, arguments: arguments),
                    definition.personalColumns(ofQuery: query)
                )
            }
        }
    }
}
