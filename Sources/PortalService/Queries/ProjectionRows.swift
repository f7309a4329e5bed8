import EventLine
import PersonalData
import PortalEvents
import ProjectionEngine

/// Rows of the projections, live ones or ones folded in memory as of an earlier moment.
struct ProjectionRows: Sendable {
    private let source: Source

    private enum Source: Sendable {
        case live(ProjectionSet)
        case past([EventLine], [ProjectionDefinition], PersonalOpening)
    }

    init(_ projections: ProjectionSet) {
        source = .live(projections)
    }

    /// Folds these lines, which must be in order; those of one client are enough for queries
    /// about that client.
    init(
        folding lines: [EventLine],
        _ definitions: [ProjectionDefinition],
        opening: @escaping PersonalOpening
    ) {
        source = .past(lines, definitions, opening)
    }

    func rows(
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws(ServiceError) -> [JSONValue] {
        try serviceError { () throws(ProjectionError) in
            switch source {
            case .live(let projections):
                return try projections.query(query, of: projection, arguments: arguments)
            case .past(let lines, let definitions, let opening):
                guard let definition = definitions.first(where: { $0.name == projection }) else {
                    throw .noSuchProjection(projection, known: definitions.map(\.name))
                }
                return try ProjectionDatabase.inMemory(definition, lines: lines, opening: opening)
                    .query(query, arguments: arguments)
            }
        }
    }
}
