package import EventLine
import Foundation
import ProjectionEngine

/// What was written for an auditor.
package struct ExportOutcome: Sendable {
    /// The last event in it.
    package let sequence: UInt64
    /// The time that was asked about, or that event's.
    package let time: Instant
    /// The projections in it.
    package let projections: [String]
    /// What stopped some of them before that event.
    package let stops: [String]
}

extension Archive {
    /// Writes projections as they were at a moment into an SQLite file of its own, or for each
    /// into one in a folder. Nothing is ever written over.
    ///
    /// - Parameters:
    ///   - names: the projections; all if nil.
    ///   - moment: a time, a local date or a sequence; now if nil.
    ///   - path: the file, or a folder that is there.
    ///   - progress: called with the events applied and all there are.
    package func export(
        _ names: [String]?,
        at moment: String?,
        into path: String,
        progress: (_ done: UInt64, _ total: UInt64) -> Void
    ) throws(ServiceError) -> ExportOutcome {
        var isFolder: ObjCBool = false
        let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard isFolder.boolValue || !isThere else {
            throw ServiceError("\(path) is there already; give another name")
        }
        let asOf = try moment.map { text throws(ServiceError) in
            JSONValue.string(try self.moment(named: text))
        }
        guard let moment = try self.moment(asOf) else {
            throw ServiceError("--at must be a time (RFC 3339), a local date or a sequence")
        }
        projections.passOver(try skippedEvents().byProjection)
        return try serviceError { () throws(ProjectionError) in
            let (past, stops) = try projections.past(
                names,
                from: Store.lineSource(of: reader, through: moment.sequence)
            ) { progress($0, moment.sequence) }
            let about = self.about(moment, stops)
            if isFolder.boolValue {
                try past.export(intoFolder: path, about: about)
            } else {
                try past.export(to: path, about: about)
            }
            return ExportOutcome(
                sequence: moment.sequence,
                time: moment.time,
                projections: Set(names ?? projections.names).sorted(),
                stops: stops.values.map(\.description).sorted()
            )
        }
    }

    private func about(
        _ moment: QueryCase.Moment,
        _ stops: [String: ProjectionError]
    ) -> [(name: String, value: String)] {
        [
            ("what", "The read models of a Daybook store as they were after an event."),
            ("store", configuration.storeId), ("log", configuration.logOrigin),
            ("sequence", "\(moment.sequence)"), ("time", "\(moment.time)"),
            ("made at", "\(clock.now)"),
            (
                "personal data",
                "In clear, as far as it has not been erased since: keep this file accordingly."
            ),
        ]
            + stops.sorted { $0.key < $1.key }.map { ("stopped: \($0.key)", "\($0.value)") }
    }
}
