import EventLine
import PortalEvents

/// The events that operators decided to pass over, by projection.
///
/// The decisions stand in the log behind the events that they are about, so they are read before
/// anything is applied: by the index of their own stream.
struct SkippedEvents: Sendable {
    static let stream = "projections/skipped"

    private var decisions: [String: [UInt64: UInt64]] = [:]

    /// Reads the stream's lines.
    init(_ lines: [EventLine]) throws(ServiceError) {
        for line in lines {
            let event = try serviceError { () throws(EventDecodingError) in
                try PortalEvent(type: line.envelope.type, data: line.data) { _ in .erased }
            }
            guard case .projectionEventSkipped(let skipped) = event,
                let sequence = UInt64(exactly: skipped.sequence)
            else { continue }
            decisions[skipped.projection, default: [:]][sequence] = line.envelope.sequence
        }
    }

    /// What each projection passes over.
    var byProjection: [String: Set<UInt64>] { decisions.mapValues { Set($0.keys) } }

    /// The event by which a projection passes over another; nil if it does not.
    func decision(of projection: String, on sequence: UInt64) -> UInt64? {
        decisions[projection]?[sequence]
    }
}
