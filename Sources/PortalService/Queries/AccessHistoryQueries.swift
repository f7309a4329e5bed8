import EventLine
import PortalAccess
import PortalEvents

extension QueryCatalogue {
    /// Who could see what in the past, and by which events.
    static let accessHistoryQueries = [
        Query("ExplainAccess", about: "accountId", readsTrail: true) { asked in
            let account = try asked.input.id("accountId")
            let profile = try asked.input.id("profileId")
            try asked.require(.viewActivityLog)
            try asked.requirePast()
            let past = try asked.past(of: profile, for: account)
            asked.concernedClient = past.client
            return ExplainedAccess(account, profile, past, asked).json
        },
        Query("AccessHistory", about: "profileId", readsTrail: true) { asked in
            let profile = try asked.input.id("profileId")
            let period = try asked.pastPeriod()
            try asked.require(.viewActivityLog)
            try asked.requirePast()
            let past = try asked.past(of: profile)
            asked.concernedClient = past.client
            return .array(PastAccess(of: profile, within: period, past, asked).rows)
        },
    ]
}

extension QueryCase {
    /// The fields `from` and `to` of a question about the past; without them from the beginning,
    /// and up to the moment that is asked about.
    fileprivate mutating func pastPeriod() throws -> ClosedRange<Instant> {
        let from = try bound("from", daysAfter: 0) ?? Instant(microseconds: 0)
        // The end of a local date is its last moment.
        let isDate = input.peek("to").flatMap { LocalDate($0) } != nil
        let bound = try bound("to", daysAfter: 1)
        let to = bound.map { isDate ? $0.adding(microseconds: -1) : $0 } ?? moment.time
        guard from <= moment.time else {
            throw Refusal.invalidInput("from", "lies behind \(moment.time), up to which is asked")
        }
        guard from <= to else { throw Refusal.invalidInput("to", "must not be before from") }
        return from...min(to, moment.time)
    }
}

/// Whether an account could see a profile, and why, for other programs.
private struct ExplainedAccess {
    private let account: UniqueID
    private let profile: UniqueID
    private let past: AccessPast
    private let explanation: AccessExplanation
    private let moment: QueryCase.Moment
    private let calendar: LocalCalendar

    init(_ account: UniqueID, _ profile: UniqueID, _ past: AccessPast, _ asked: QueryCase) {
        self.account = account
        self.profile = profile
        self.past = past
        moment = asked.moment
        calendar = asked.shownCalendar
        explanation = AccessExplanation(
            of: account,
            to: profile,
            through: past.entries,
            until: asked.moment.time,
            on: past.timeline
        )
    }

    var json: JSONValue {
        let standing = explanation.standing
        return .object(
            [
                JSONMember("accountId", .string("\(account)")),
                JSONMember("profileId", .string("\(profile)")),
                JSONMember("clientId", .string("\(past.client)")),
                JSONMember("time", .string("\(moment.time)")),
                JSONMember("localTime", .string(calendar.text(of: moment.time))),
            ] + members(of: standing) + [
                JSONMember("since", explanation.decisiveStep.map(cause) ?? .null),
                JSONMember("steps", .array(explanation.steps.map(step))),
            ]
        )
    }

    private func members(of standing: AccessStanding) -> [JSONMember] {
        [
            JSONMember("allowed", .bool(standing.access.barrier == nil)),
            JSONMember("reason", .text(standing.access.barrier?.rawValue)),
            JSONMember("role", standing.access.barrier == nil ? .text(standing.role) : .null),
            JSONMember(
                "permissions",
                .array(standing.access.permissions.map { .string($0.rawValue) })
            ),
        ]
    }

    private func cause(_ step: AccessExplanation.Step) -> JSONValue {
        .object(past.cause(of: step.moment, calendar))
    }

    private func step(_ step: AccessExplanation.Step) -> JSONValue {
        let changes = step.changes.map { change -> JSONValue in
            [
                "what": .string(change.fact.rawValue), "from": .text(change.from),
                "to": .text(change.to),
            ]
        }
        return .object(
            past.cause(of: step.moment, calendar) + [JSONMember("changes", .array(changes))]
                + members(of: step.standing)
        )
    }
}

extension AccessPast {
    /// What happened at a moment, by whom and why; the calendar has no sequence.
    func cause(
        of moment: AccessTimeline.Moment,
        _ calendar: LocalCalendar
    ) -> [JSONMember] {
        let line = line(at: moment)
        let title = line.map { EventTitle.text(of: $0.envelope.type) }
        return [
            JSONMember("sequence", line.map { .integer(Int64($0.envelope.sequence)) } ?? .null),
            JSONMember("time", .string("\(moment.time)")),
            JSONMember("localTime", .string(calendar.text(of: moment.time))),
            JSONMember("type", .text(line?.envelope.type)),
            JSONMember("what", .string(title ?? "a date was reached")),
            JSONMember("actor", .string(line?.envelope.actor ?? "the calendar")),
            JSONMember("because", .text(line.flatMap(Self.grounds))),
        ]
    }

    /// The reason that the event itself gives.
    private static func grounds(of line: EventLine) -> String? {
        guard let data = try? JSONValue(parsing: line.data) else { return nil }
        return ["reason", "cause", "basis", "route"].lazy.compactMap { data[$0]?.string }.first
    }
}

/// Who could see a profile, from when to when, for other programs.
private struct PastAccess {
    private let past: AccessPast
    private let period: ClosedRange<Instant>
    private let calendar: LocalCalendar
    private let intervals: [AccessIntervals.Interval]

    init(
        of profile: UniqueID,
        within period: ClosedRange<Instant>,
        _ past: AccessPast,
        _ asked: QueryCase
    ) {
        self.past = past
        self.period = period
        calendar = asked.shownCalendar
        intervals =
            AccessIntervals(
                of: profile,
                through: past.entries,
                until: asked.moment.time,
                on: past.timeline
            ).intervals
    }

    var rows: [JSONValue] {
        intervals.filter { interval in
            interval.start.time <= period.upperBound
                && interval.end.map { $0.time > period.lowerBound } ?? true
        }.map(row)
    }

    private func row(_ interval: AccessIntervals.Interval) -> JSONValue {
        let right = interval.right
        let from = max(interval.start.time, period.lowerBound)
        // What ends only after the period still lasted at its end.
        let end = interval.end.flatMap { $0.time <= period.upperBound ? $0 : nil }
        return .object([
            JSONMember("holder", .string(right.holder)),
            JSONMember("basis", .string(right.basis.rawValue)),
            JSONMember("role", .text(right.role)),
            JSONMember("permissions", .array(right.permissions.map { .string($0.rawValue) })),
            JSONMember("from", .string("\(from)")),
            JSONMember("to", .string("\(end?.time ?? period.upperBound)")),
            JSONMember("localFrom", .string(calendar.text(of: from))),
            JSONMember("localTo", .string(calendar.text(of: end?.time ?? period.upperBound))),
            JSONMember("accountId", .text(right.accountID.map { "\($0)" })),
            JSONMember("grantId", .text(right.grantID.map { "\($0)" })),
            JSONMember("began", .object(past.cause(of: interval.start, calendar))),
            JSONMember("ended", end.map { .object(past.cause(of: $0, calendar)) } ?? .null),
        ])
    }
}
