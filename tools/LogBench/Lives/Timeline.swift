/// When which life goes on: lives begin evenly over the years, and many are lived at once.
struct Timeline {
    private let templates: [LifeTemplate]
    private let kinds: LifeKinds
    private let seed: UInt64
    private let livesPerDay: Double
    private var day = 0
    private var lifeCount: UInt64 = 0
    /// What comes next of the lives that go on, by day.
    private var waiting: [Int: [Waiting]] = [:]

    private struct Waiting {
        let life: Life
        let commit: Int
    }

    /// A commit at its place in time.
    struct Moment: Sendable {
        let microseconds: Int64
        let life: Life
        let commit: Int
    }

    /// Lives that together have about so many events in so many days.
    init(templates: [LifeTemplate], events: UInt64, days: Int, seed: UInt64) {
        self.templates = templates
        self.seed = seed
        let shares = templates.map(\.share)
        kinds = LifeKinds(shares: shares)
        let events = Double(max(1, events))
        let sum = shares.reduce(0, +)
        func mean(_ value: (LifeTemplate) -> Double) -> Double {
            templates.reduce(0) { $0 + value($1) * $1.share } / sum
        }
        // At the end some lives are not over; so it is as if they began in fewer days.
        let length = mean { Double($0.commits.last?.microseconds ?? 0) / 86_400_000_000 / 2 }
        let eventsPerLife = mean { Double($0.eventCount) }
        livesPerDay = events / eventsPerLife / max(Double(days) - length, Double(days) / 2)
    }

    /// The commits of the next day, in order.
    mutating func nextDay() -> [Moment] {
        day += 1
        var moments: [Moment] = []
        for next in waiting.removeValue(forKey: day) ?? [] {
            follow(next.life, from: next.commit, into: &moments)
        }
        while Double(lifeCount) < Double(day) * livesPerDay {
            lifeCount += 1
            let life = Life(number: lifeCount, day: day, seed: seed, kinds: kinds)
            follow(life, from: 0, into: &moments)
        }
        moments.sort {
            ($0.microseconds, $0.life.number, $0.commit) < (
                $1.microseconds, $1.life.number, $1.commit
            )
        }
        return moments
    }

    private mutating func follow(_ life: Life, from first: Int, into moments: inout [Moment]) {
        let commits = templates[life.kind].commits
        for number in first..<commits.count {
            let microseconds = commits[number].microseconds + life.microseconds
            let due = Int(microseconds / Life.microsecondsOfDay)
            guard due <= day else {
                waiting[due, default: []].append(Waiting(life: life, commit: number))
                return
            }
            moments.append(Moment(microseconds: microseconds, life: life, commit: number))
        }
    }
}
