/// How far a rebuild is.
public struct RebuildProgress: Hashable, Sendable {
    /// The last event applied by all that are built.
    public let done: UInt64
    /// The head of the log when it started.
    public let total: UInt64
    /// Events a second since it started or went on.
    public let perSecond: Double
    /// Events a second in the last seconds.
    public let recentPerSecond: Double

    /// Seconds until the last event is applied, if it goes on as in the last seconds. The indexes
    /// come after that.
    public var secondsLeft: Double? {
        recentPerSecond > 0 ? Double(total - min(done, total)) / recentPerSecond : nil
    }
}

/// How fast a rebuild goes.
struct RebuildPace {
    private let begin = ContinuousClock.now
    private let first: UInt64
    /// Where it was at moments of the last seconds.
    private var marks: [(time: ContinuousClock.Instant, done: UInt64)]
    private static let stretch = Duration.seconds(5)
    private static let markEvery = Duration.milliseconds(200)

    init(from first: UInt64) {
        self.first = first
        marks = [(begin, first)]
    }

    /// How far it is now.
    mutating func progress(_ done: UInt64, of total: UInt64) -> RebuildProgress {
        let now = ContinuousClock.now
        while marks.count > 1, now - marks[1].time > Self.stretch { marks.removeFirst() }
        let recent = Self.rate(from: marks[0], to: (now, done))
        if let last = marks.last, now - last.time > Self.markEvery { marks.append((now, done)) }
        return RebuildProgress(
            done: done,
            total: total,
            perSecond: Self.rate(from: (begin, first), to: (now, done)),
            recentPerSecond: recent
        )
    }

    private static func rate(
        from start: (time: ContinuousClock.Instant, done: UInt64),
        to end: (time: ContinuousClock.Instant, done: UInt64)
    ) -> Double {
        let seconds = (end.time - start.time) / .seconds(1)
        return seconds > 0 ? Double(end.done - min(start.done, end.done)) / seconds : 0
    }
}
