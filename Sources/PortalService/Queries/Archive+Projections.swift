package import EventLine
import ProjectionEngine

/// Where a projection stands.
package struct ProjectionEntry: Sendable {
    package let name: String
    package let state: String
    package let position: UInt64
    package let lag: UInt64
    package let rows: Int
    /// Whether nothing is in its way.
    package let isSound: Bool

    init(_ status: ProjectionStatus) {
        name = status.name
        position = status.position
        lag = status.lag
        rows = status.rows.map(\.count).reduce(0, +)
        switch status.state {
        case .live:
            state = "live"
            isSound = true
        case .needsRebuild:
            state = "needs a rebuild"
            isSound = false
        case .unusable:
            state = "its file cannot be used: rebuild it"
            isSound = false
        case .stopped(let failure):
            state = "stopped: \(failure)"
            isSound = false
        }
    }

    /// The entry as other programs read it.
    package var json: JSONValue {
        .object([
            JSONMember("name", .string(name)), JSONMember("state", .string(state)),
            JSONMember("position", .integer(Int64(position))),
            JSONMember("lag", .integer(Int64(lag))), JSONMember("rows", .integer(Int64(rows))),
        ])
    }
}

extension Archive {
    /// Where every projection stands, by name.
    package func projectionList() throws(ServiceError) -> [ProjectionEntry] {
        let head = try head()
        return try serviceError { () throws(ProjectionError) in try projections.status(head: head) }
            .map(ProjectionEntry.init)
    }
}

/// Checks projection files without a store.
package enum ProjectionCheck {
    /// The names of the projections that come with the program and of those in a directory, all
    /// of which are in order. The error names file and line, of every statement that would become
    /// slow as well.
    package static func names(extra folder: String?) throws(ServiceError) -> [String] {
        let definitions = try ProjectionFolder.definitions(extra: folder)
        var problems: [DefinitionProblem] = []
        for definition in definitions {
            problems += try serviceError { () throws(ProjectionError) in
                try definition.planProblems()
            }
        }
        guard problems.isEmpty else {
            throw ServiceError(problems.map(\.description).joined(separator: "\n"))
        }
        return definitions.map(\.name)
    }
}
