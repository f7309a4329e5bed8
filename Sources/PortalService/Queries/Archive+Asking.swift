package import EventLine
import ProjectionEngine

/// Rows of a projection, and what there is to know about them.
package struct ProjectionAnswer: Sendable {
    package let rows: [JSONValue]
    /// Why they are not as of the log's end, as sentences.
    package let remarks: [String]
}

extension Archive {
    /// Runs a projection's query: on the live rows as they stand, or as of a moment.
    package func ask(
        _ query: String,
        of projection: String,
        arguments: [String: JSONValue],
        at moment: String?
    ) throws(ServiceError) -> ProjectionAnswer {
        guard let moment else {
            let rows = try serviceError { () throws(ProjectionError) in
                try projections.query(query, of: projection, arguments: arguments)
            }
            let entry = try projectionList(countingRows: false).first { $0.name == projection }
            return ProjectionAnswer(rows: rows, remarks: entry.map(Self.remarks) ?? [])
        }
        let text = JSONValue.string(try self.moment(named: moment))
        guard let asOf = try self.moment(text) else {
            throw ServiceError("--at must be a time (RFC 3339), a local date or a sequence")
        }
        projections.passOver(try skippedEvents().byProjection)
        return try serviceError { () throws(ProjectionError) in
            let (past, stops) = try projections.past(
                [projection],
                from: Store.lineSource(of: reader, through: asOf.sequence)
            )
            return ProjectionAnswer(
                rows: try past.query(query, of: projection, arguments: arguments),
                remarks: stops.values.map(\.description)
            )
        }
    }

    /// The queries of a projection with their arguments, by name.
    package func queries(
        of projection: String
    ) throws(ServiceError) -> [(name: String, arguments: [String])] {
        let definition = try serviceError { () throws(ProjectionError) in
            try projections.definition(of: projection)
        }
        return definition.queryNames.map { ($0, definition.arguments(ofQuery: $0) ?? []) }
    }

    private static func remarks(_ entry: ProjectionEntry) -> [String] {
        let behind =
            entry.lag > 0 ? ["\(entry.name) stands at \(entry.position), \(entry.lag) behind"] : []
        return (entry.isSound ? [] : [entry.state]) + behind
    }
}
