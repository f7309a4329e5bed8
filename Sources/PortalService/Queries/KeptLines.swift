import EventLine
import Synchronization

/// Lines that many questions need, each read once.
///
/// What a stream has up to a sequence that has come never changes, so nothing here grows old.
/// Lines are kept as they stand in the log: what is personal in them is sealed.
final class KeptLines: Sendable {
    private let followed = Mutex<[StreamName: Followed]>([:])
    private let recent = Mutex<[Past]>([])

    /// A stream's events of some types, from the first one on.
    private struct Followed {
        var lines: [EventLine] = []
        /// All of them up to here are there.
        var end: UInt64 = 0
    }

    /// A stream as it was.
    private struct Past {
        let stream: StreamName
        let end: UInt64
        let lines: [EventLine]
    }

    private static let recentCountMax = 32
    private static let lineCountMax = 256

    /// A stream's events of the types that are always asked for of it, up to a sequence. `read`
    /// gives those behind one sequence and up to another, which has come.
    func lines(
        following stream: StreamName,
        through end: UInt64,
        read: (_ start: UInt64) throws(ServiceError) -> [EventLine]
    ) throws(ServiceError) -> [EventLine] {
        var known = followed.withLock { $0[stream] } ?? Followed()
        if end > known.end {
            known.lines += try read(known.end)
            known.end = end
            // Who read at the same time has read the same; what goes farther stays.
            let longer = known
            followed.withLock { kept in
                if kept[stream]?.end ?? 0 < longer.end { kept[stream] = longer }
            }
        }
        guard let last = known.lines.last, last.envelope.sequence > end else { return known.lines }
        return Array(known.lines.prefix { $0.envelope.sequence <= end })
    }

    /// All events of a stream up to a sequence that has come. A question reads its client's stream
    /// several times.
    func lines(
        of stream: StreamName,
        through end: UInt64,
        read: () throws(ServiceError) -> [EventLine]
    ) throws(ServiceError) -> [EventLine] {
        let known = recent.withLock { recent in
            recent.last { $0.stream == stream && $0.end == end }
        }
        if let known { return known.lines }
        let lines = try read()
        guard lines.count <= Self.lineCountMax else { return lines }
        recent.withLock { recent in
            if recent.count >= Self.recentCountMax { recent.removeFirst() }
            recent.append(Past(stream: stream, end: end, lines: lines))
        }
        return lines
    }
}
