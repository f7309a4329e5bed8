import EventLine
import EventLog
import PortalEvents
import ProjectionEngine
import Projections

extension Store {
    /// Brings every projection to the end of the log. Answers with what is in the way of those
    /// that stopped, by name.
    @discardableResult
    package func catchUpProjections() throws(ServiceError) -> [String: String] {
        let problems = try serviceError { () throws(ProjectionError) in
            try projections.catchUp(from: lineSource)
        }
        return problems.mapValues(\.description)
    }

    /// Rebuilds projections beside the live ones and swaps them in. Answers with the failures.
    package func rebuild(
        _ names: [String]?,
        progress: (_ done: UInt64, _ total: UInt64, _ perSecond: Double) -> Void
    ) throws(ServiceError) -> [String: String] {
        let problems = try serviceError { () throws(ProjectionError) in
            try projections.rebuild(names, head: log.lastSequence, from: lineSource) {
                progress($0.done, $0.total, $0.recentPerSecond)
            }
        }
        return problems.mapValues(\.description)
    }

    /// The names of the projections.
    package var projectionNames: [String] { projections.names }

    private var lineSource: LineSource { Self.lineSource(of: log.reader) }

    /// The log's lines, from behind a sequence on.
    static func lineSource(of reader: LogReader) -> LineSource {
        { after in
            var scan = reader.scan(after: after)
            var last = after
            return { count, show in
                var shown = 0
                var byteCount = 0
                while shown < count, byteCount < batchBytesMax {
                    let before = last
                    let next = UInt64(min(count - shown, 256))
                    try scan.run(through: before + next) { line, bytes in
                        last = line.sequence
                        byteCount += bytes.count
                        show(line, bytes)
                    }
                    guard last > before else { return }
                    shown += Int(last - before)
                }
            }
        }
    }

    private static let batchBytesMax = 8 << 20
}

/// The projections that come with the program, and those that an operator adds.
enum ProjectionFolder {
    static func definitions(extra folder: String?) throws(ServiceError) -> [ProjectionDefinition] {
        try serviceError { () throws(ProjectionError) in
            var definitions = try ProjectionDefinition.load(
                texts: ProjectionTexts.all,
                shapes: EventShape.all
            )
            if let folder {
                definitions += try ProjectionDefinition.load(
                    folder: folder,
                    shapes: EventShape.all
                )
            }
            return definitions
        }
    }
}
