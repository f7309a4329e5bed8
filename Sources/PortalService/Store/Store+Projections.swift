import EventLine
import EventLog
import PortalEvents
import ProjectionEngine
import Projections
import Synchronization

extension Store {
    /// Brings every projection to the end of the log. Answers with what is in the way of those
    /// that stopped, by name.
    @discardableResult
    package func catchUpProjections() throws(ServiceError) -> [String: String] {
        try passOverSkipped()
        // Asked for before every answer: where nothing is new, the log is not opened.
        guard try areProjectionsBehind() else { return [:] }
        let problems = try serviceError { () throws(ProjectionError) in
            try projections.catchUp(from: lineSource)
        }
        return problems.mapValues(\.description)
    }

    private func areProjectionsBehind() throws(ServiceError) -> Bool {
        try serviceError { () throws(ProjectionError) in
            for name in projections.names
            where try projections.position(of: name) < log.lastSequence { return true }
            return false
        }
    }

    /// The names of the projections.
    package var projectionNames: [String] { projections.names }

    /// What operators decided to pass over.
    func skippedEvents() throws(ServiceError) -> SkippedEvents {
        guard let stream = StreamName(SkippedEvents.stream) else { return try SkippedEvents([]) }
        return try SkippedEvents(
            try serviceError { () throws(LogError) in try log.events(in: stream) }
        )
    }

    /// Tells the projections what they pass over, as soon as there is more of it.
    private func passOverSkipped() throws(ServiceError) {
        guard let stream = StreamName(SkippedEvents.stream) else { return }
        let count = try log.eventCount(of: stream)
        guard skippedCount.withLock({ $0 }) != count else { return }
        projections.passOver(try skippedEvents().byProjection)
        skippedCount.withLock { $0 = count }
    }

    private var lineSource: LineSource { Self.lineSource(of: log.reader) }

    /// The log's lines, from behind a sequence on and up to another.
    static func lineSource(of reader: LogReader, through end: UInt64 = .max) -> LineSource {
        { after in
            var scan = reader.scan(after: after)
            var last = after
            return { count, show in
                var shown = 0
                var byteCount = 0
                while shown < count, byteCount < batchBytesMax, last < end {
                    let before = last
                    let next = min(UInt64(min(count - shown, 256)), end - before)
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
    /// Read once in a process: each is parsed, and every statement of it prepared and checked.
    private static let builtIn = Result { () throws(ProjectionError) in
        try ProjectionDefinition.load(texts: ProjectionTexts.all, shapes: EventShape.all)
    }

    static func definitions(extra folder: String?) throws(ServiceError) -> [ProjectionDefinition] {
        try serviceError { () throws(ProjectionError) in
            var definitions = try builtIn.get()
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
