package import EventLine

/// Who could see a profile, from when to when.
package struct AccessIntervals: Sendable {
    /// A time during which somebody could see the profile without a break.
    package struct Interval: Hashable, Sendable {
        package let right: AccessRight
        /// Where it began.
        package let start: AccessTimeline.Moment
        /// Where it ended; nil while it lasts.
        package var end: AccessTimeline.Moment?
    }

    /// By their beginnings. What began and ended at one and the same time, as within a commit, was
    /// open to nobody and is left out; so is a break of no length.
    package private(set) var intervals: [Interval] = []

    /// Follows the events up to `end`, asking the rules after each.
    package init(
        of profileID: UniqueID,
        through entries: [AccessTimeline.Entry],
        until end: Instant,
        on timeline: AccessTimeline
    ) {
        var timeline = timeline
        var record = Record()
        timeline.walk(
            through: entries,
            until: end,
            turns: \.turnsOfClient,
            visit: { moment, situation in
                let profile = situation.client.profiles.last { $0.id == profileID }
                record.note(profile.map { situation.rights(to: $0) } ?? [], at: moment)
            }
        )
        intervals = record.all.filter(\.hasLength).sorted { $0.order < $1.order }
    }
}

/// The intervals that were seen so far.
private struct Record {
    /// The newest interval of each right, which may have ended.
    private var newest: [AccessRight: AccessIntervals.Interval] = [:]
    private var older: [AccessIntervals.Interval] = []

    var all: [AccessIntervals.Interval] { older + newest.values }

    mutating func note(_ rights: Set<AccessRight>, at moment: AccessTimeline.Moment) {
        for (right, interval) in newest where interval.end == nil && !rights.contains(right) {
            newest[right]?.end = moment
        }
        for right in rights {
            guard let known = newest[right] else {
                newest[right] = AccessIntervals.Interval(right: right, start: moment)
                continue
            }
            guard let end = known.end else { continue }
            if end.time == moment.time {
                newest[right]?.end = nil
            } else {
                older.append(known)
                newest[right] = AccessIntervals.Interval(right: right, start: moment)
            }
        }
    }
}

extension AccessIntervals.Interval {
    fileprivate var hasLength: Bool { end.map { $0.time > start.time } ?? true }

    fileprivate var order: (Instant, Int, String, String) {
        (start.time, start.entry ?? 0, right.basis.rawValue, right.holder)
    }
}
