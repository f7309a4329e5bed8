package import EventLine

/// Why an account could or could not see a profile: every change on the way there, in order.
package struct AccessExplanation: Sendable {
    /// A moment at which something changed.
    package struct Step: Sendable {
        package let moment: AccessTimeline.Moment
        /// How the account stood from then on.
        package let standing: AccessStanding
        /// What was otherwise before.
        package let changes: [AccessChange]
        /// Whether what may be seen changed, not only what it follows from.
        package let isDecisive: Bool
    }

    package private(set) var steps: [Step] = []
    /// How the account stands at the end.
    package private(set) var standing = AccessStanding.none

    /// The step since which it has been so; nil if it never was otherwise.
    package var decisiveStep: Step? { steps.last(where: \.isDecisive) }

    /// Follows the events up to `end`, asking the rules after each.
    package init(
        of accountID: UniqueID,
        to profileID: UniqueID,
        through entries: [AccessTimeline.Entry],
        until end: Instant,
        on timeline: AccessTimeline
    ) {
        var timeline = timeline
        var steps: [Step] = []
        var standing = AccessStanding.none
        timeline.walk(
            through: entries,
            until: end,
            turns: { $0.turns(of: accountID) },
            visit: { moment, situation in
                let now = situation.standing(of: accountID, to: profileID)
                guard now != standing else { return }
                steps.append(
                    Step(
                        moment: moment,
                        standing: now,
                        changes: now.changes(since: standing),
                        isDecisive: now.access != standing.access
                    )
                )
                standing = now
            }
        )
        self.steps = steps
        self.standing = standing
    }
}
