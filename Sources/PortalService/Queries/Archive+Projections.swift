package import EventLine
import EventLog
import PortalEvents
import ProjectionEngine

/// Where a projection stands.
package struct ProjectionEntry: Sendable {
    private let status: ProjectionStatus

    init(_ status: ProjectionStatus) {
        self.status = status
    }

    package var name: String { status.name }
    package var position: UInt64 { status.position }
    package var lag: UInt64 { status.lag }
    /// The rows of all its tables.
    package var rows: Int { status.rows.map(\.count).reduce(0, +) }

    /// What it can do, as a sentence.
    package var state: String {
        switch status.state {
        case .live: "live"
        case .needsRebuild:
            "its definition was changed, and it answers by the old one: run `daybook rebuild`"
        case .unusable: "its file cannot be used: run `daybook rebuild`"
        case .stopped(let failure): "\(failure)"
        }
    }

    /// Whether nothing is in its way.
    package var isSound: Bool { status.state == .live }

    /// Whether it is being rebuilt, by this process or another.
    package var isRebuilding: Bool { status.rebuild != nil }

    /// The event at which it stopped.
    var failure: EventFailure? {
        if case .stopped(let failure) = status.state { failure } else { nil }
    }

    /// What it can do, in a word.
    package var word: String {
        switch status.state {
        case .live: "live"
        case .needsRebuild: "needsRebuild"
        case .unusable: "unusable"
        case .stopped: "stopped"
        }
    }

    /// The sequence of that event.
    package var failedSequence: UInt64? { failure?.sequence }

    /// The entry as other programs read it.
    package var json: JSONValue {
        .object([
            JSONMember("name", .string(name)), JSONMember("state", .string(word)),
            JSONMember("position", .integer(Int64(position))),
            JSONMember("lag", .integer(Int64(lag))), JSONMember("rows", .integer(Int64(rows))),
            JSONMember("file", .string(status.file)),
            JSONMember("failure", failure?.json ?? .null),
            JSONMember(
                "rebuild",
                status.rebuild.map {
                    [
                        "process": $0.process.map { .integer(Int64($0)) } ?? .null,
                        "position": .integer(Int64($0.position)),
                    ]
                } ?? .null
            ),
        ])
    }
}

extension EventFailure {
    /// The failure as other programs read it.
    var json: JSONValue {
        [
            "sequence": .integer(Int64(clamping: sequence)), "type": .string(type),
            "statement": .string(statement), "error": .string(message),
        ]
    }
}

extension Archive {
    /// Where every projection stands, by name.
    ///
    /// - Parameter countingRows: whether to count rows, which costs a pass over each table.
    package func projectionList(
        countingRows: Bool = true
    ) throws(ServiceError) -> [ProjectionEntry] {
        let head = try head()
        return try serviceError { () throws(ProjectionError) in
            try projections.status(head: head, countingRows: countingRows)
        }.map(ProjectionEntry.init)
    }

    /// Rebuilds projections beside the live ones and swaps them in. Another process may write
    /// meanwhile. Answers with the failures.
    package func rebuild(
        _ names: [String]?,
        progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws(ServiceError) -> [String: String] {
        let head = try head()
        projections.passOver(try skippedEvents().byProjection)
        let problems = try serviceError { () throws(ProjectionError) in
            try projections.rebuild(names, head: head, from: Store.lineSource(of: reader)) {
                progress($0.done, $0.total)
            }
        }
        return problems.mapValues(\.description)
    }

    /// Builds a projection in a file of its own, and writes down what SQLite is given for it, to
    /// measure with.
    package func recordRebuild(
        of name: String,
        into path: String,
        database: String
    ) throws(ServiceError) {
        projections.passOver(try skippedEvents().byProjection)
        try serviceError { () throws(ProjectionError) in
            try projections.record(
                name,
                from: Store.lineSource(of: reader),
                into: path,
                database: database
            )
        }
    }

    /// The names of the projections.
    package var projectionNames: [String] { projections.names }

    /// What operators decided to pass over.
    func skippedEvents() throws(ServiceError) -> SkippedEvents {
        guard let stream = StreamName(SkippedEvents.stream) else { return try SkippedEvents([]) }
        let skipping: Set = [ProjectionEventSkipped.type]
        return try SkippedEvents(try lines(following: stream, of: skipping, through: .max))
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
