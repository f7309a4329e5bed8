package import EventLine
import ProjectionEngine

extension Archive {
    /// Compares projections with a replay of the log. Another process may write meanwhile.
    ///
    /// - Parameters:
    ///   - names: the projections; all if nil.
    ///   - progress: called with the events replayed and all there are.
    package func verifyProjections(
        _ names: [String]?,
        progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(ServiceError) -> [ProjectionVerdict] {
        let head = try head()
        projections.passOver(try skippedEvents().byProjection)
        return try serviceError { () throws(ProjectionError) in
            try projections.verify(
                names,
                from: { Store.lineSource(of: reader, through: $0) },
                progress: { progress(min($0, head), head) }
            )
        }.map(ProjectionVerdict.init)
    }
}

/// What came of comparing a projection with a replay of the log.
package struct ProjectionVerdict: Sendable {
    private let comparison: ProjectionComparison

    fileprivate init(_ comparison: ProjectionComparison) {
        self.comparison = comparison
    }

    /// Whether nothing differs.
    package var isSound: Bool { comparison.isSound }

    /// The verdict as an operator reads it, with a line for each of the first differences.
    package var text: String {
        let at = "\(comparison.rowCount) rows at \(comparison.position)"
        guard !isSound else {
            return "\(comparison.projection): \(at), as a replay gives them"
        }
        let count = comparison.differenceCount
        let head =
            "\(comparison.projection): \(at), \(count) difference\(count == 1 ? "" : "s") "
            + "(live → replayed)"
        let shown = comparison.differences.map { "  \($0)" }
        let rest = count - shown.count
        return ([head] + shown + (rest > 0 ? ["  and \(rest) more"] : [])).joined(separator: "\n")
    }

    /// The verdict as other programs read it.
    package var json: JSONValue {
        [
            "projection": .string(comparison.projection),
            "position": .integer(Int64(clamping: comparison.position)),
            "sound": .bool(isSound), "rows": .integer(Int64(comparison.rowCount)),
            "differenceCount": .integer(Int64(comparison.differenceCount)),
            "differences": .array(comparison.differences.map(\.json)),
        ]
    }
}

extension ProjectionDifference {
    fileprivate var json: JSONValue {
        switch self {
        case .changed(let row, let columns):
            .object(
                row.members("changed") + [
                    JSONMember(
                        "columns",
                        .array(
                            columns.map {
                                [
                                    "column": .string($0.column), "live": .string($0.live),
                                    "rebuilt": .string($0.rebuilt),
                                ]
                            }
                        )
                    )
                ]
            )
        case .onlyLive(let row): .object(row.members("onlyLive"))
        case .onlyRebuilt(let row): .object(row.members("onlyRebuilt"))
        case .schema(let what): ["kind": "schema", "detail": .string(what)]
        case .damage(let what): ["kind": "damage", "detail": .string(what)]
        case .replayStops(let failure): ["kind": "replayStops", "failure": failure.json]
        }
    }
}

extension ProjectionDifference.RowKey {
    fileprivate func members(_ kind: String) -> [JSONMember] {
        [
            JSONMember("kind", .string(kind)), JSONMember("table", .string(table)),
            JSONMember("key", .object(columns.map { JSONMember($0.column, .string($0.value)) })),
        ]
    }
}
