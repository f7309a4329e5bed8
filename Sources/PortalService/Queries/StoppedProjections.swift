package import EventLine
package import ProjectionEngine
import Synchronization

/// A projection that an event stopped, and where it stands.
package struct StoppedProjection: Hashable, Sendable {
    /// The last event of its rows.
    package let position: UInt64
    /// What stopped it.
    package let failure: EventFailure

    /// The member of a reply.
    package var json: JSONValue {
        [
            "projection": .string(failure.projection), "position": .integer(Int64(position)),
            "failure": failure.json,
        ]
    }
}

/// The stopped projections that one answer rests on.
final class StoppedProjections: Sendable {
    private let found = Mutex<[String: StoppedProjection]>([:])

    func note(_ stop: StoppedProjection) {
        found.withLock { $0[stop.failure.projection] = stop }
    }

    /// By name.
    var all: [StoppedProjection] {
        found.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
    }
}
