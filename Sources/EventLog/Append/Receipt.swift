public import EventLine

/// Where events stand in the log.
public struct Receipt: Hashable, Sendable {
    /// The sequence of the first event.
    public let first: UInt64
    /// The sequence of the last event.
    public let last: UInt64

    private let contents: Contents

    private enum Contents: Sendable {
        case lines([EventLine])
        case numbered([NewEvent], versions: [Int])
    }

    /// Lines of the log, at least one.
    init(lines: [EventLine], first: UInt64) {
        self.first = first
        last = first + UInt64(lines.count) - 1
        contents = .lines(lines)
    }

    /// New events, at least one, and the version of each in each of its streams, one after the
    /// other.
    init(_ events: [NewEvent], first: UInt64, versions: [Int]) {
        self.first = first
        last = first + UInt64(events.count) - 1
        contents = .numbered(events, versions: versions)
    }

    /// The events with their numbers, in order; never empty. Made anew each time.
    public var events: [EventLine] {
        switch contents {
        case .lines(let lines): return lines
        case .numbered(let events, let versions):
            var place = 0
            return events.enumerated().map { index, event in
                let own = versions[place..<place + event.streams.count]
                place += event.streams.count
                return event.line(
                    sequence: first + UInt64(index),
                    streams: zip(event.streams, own).map {
                        StreamPosition(stream: $0, version: $1)
                    },
                    commitIndex: index + 1,
                    commitCount: events.count
                )
            }
        }
    }

    /// Whether both are for the same lines.
    public static func == (left: Receipt, right: Receipt) -> Bool {
        left.first == right.first && left.events == right.events
    }

    /// Hashes the place in the log.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(first)
        hasher.combine(last)
    }

    /// How many events there are.
    var count: Int { Int(last - first) + 1 }

    /// The id and the streams of each event, in order.
    var idsAndStreams: [(id: UniqueID, streams: [StreamName])] {
        switch contents {
        case .lines(let lines):
            lines.map { ($0.envelope.id, $0.envelope.streams.map(\.stream)) }
        case .numbered(let events, _): events.map { ($0.id, $0.streams) }
        }
    }

    /// Whether the lines are all of one commit.
    var isOneCommit: Bool {
        guard case .lines(let lines) = contents else { return true }
        return lines[0].envelope.commitIndex == 1 && lines[0].envelope.commitCount == lines.count
    }

    /// Whether these events are what it is for, no less and no more. Times and traces may differ:
    /// a repeated command makes them anew.
    func isOf(_ others: [NewEvent]) -> Bool {
        switch contents {
        case .lines(let lines):
            lines.count == others.count && zip(others, lines).allSatisfy { $0.isSame(as: $1) }
        case .numbered(let events, _):
            events.count == others.count
                && zip(others, events).allSatisfy {
                    $0.id == $1.id && $0.type == $1.type && $0.streams == $1.streams
                }
        }
    }
}
