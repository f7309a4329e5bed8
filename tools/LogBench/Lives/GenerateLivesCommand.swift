internal import EventLine
internal import EventLog
internal import Foundation
internal import PersonalData
internal import PortalService

/// `generate-lives`: a store as years of use would leave it behind.
///
/// Lives are played once through the domain (`lives.txt` tells which), and their lines repeated
/// with other ids, times, people and keys. Nothing waits for the disk: the log is written segment
/// by segment, and the vault's keys in bulk.
struct GenerateLivesCommand: BenchCommand {
    static let usage = """
        generate-lives DIR [--events N] [--days D] [--seed S] [--segment-bytes B] [--fast 1]
            a store in DIR, which must not be there yet, with the events that clients of one
            organisation cause in D days; prints how many there are of each type
            fast: packed less tightly than the engine would
        """
    static let options = ["events", "days", "seed", "segment-bytes", "fast"]

    private let arguments: Arguments
    private let eventCount: UInt64

    init(_ arguments: Arguments) {
        self.arguments = arguments
        eventCount = UInt64(max(1, arguments["events", otherwise: 1_000_000]))
    }

    func run() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        guard let text = String(bytes: PackageResources.lives_txt, encoding: .utf8) else {
            throw UsageError("lives.txt is no text")
        }
        let (first, scripts) = try LifeScript.read(text)
        let practice = try await Practice.found(at: arguments.directory, script: first)
        let rehearsal = LifeRehearsal(practice: practice)
        var templates: [LifeTemplate] = []
        for script in scripts { templates.append(try await rehearsal.template(of: script)) }
        let played = clock.now
        var generation = try LifeGeneration(practice, templates, arguments)
        try await generation.run(events: eventCount)
        try generation.report(
            rehearsed: (played - start) / .seconds(1),
            (clock.now - played) / .seconds(1)
        )
    }
}

/// Repeats lives until a log has as many events as it should.
struct LifeGeneration {
    private let practice: Practice
    private let templates: [LifeTemplate]
    private let vault: Vault
    private let writer: LineWriter
    private let arguments: Arguments
    private var filler: SegmentFiller
    private var streams: [String: Int]
    private var next: UInt64
    private var keys: [GivenKey] = []
    private var erased: [Tombstone] = []
    /// How long the lines took, without what the engine does with them.
    private var renderingSeconds = 0.0
    /// How often each commit of each template was written.
    private var counts: [[Int]]

    /// So many commits are written at once, by as many threads as there are.
    private static let batchSize = 16_384
    private static let partSize = 256
    private static let keyCountMax = 50_000

    init(_ practice: Practice, _ templates: [LifeTemplate], _ arguments: Arguments) throws {
        self.practice = practice
        self.templates = templates
        self.arguments = arguments
        vault = try practice.openVault(of: practice.directory)
        writer = LineWriter(templates: templates, staff: practice.staff, vault: vault)
        filler = SegmentFiller(
            directory: practice.directory,
            segmentBytes: arguments["segment-bytes", otherwise: LogOptions().segmentBytes],
            isFast: arguments["fast", otherwise: 0] > 0,
            after: practice.lastSequence
        )
        streams = practice.streams
        next = practice.lastSequence + 1
        counts = templates.map { Array(repeating: 0, count: $0.commits.count) }
    }

    mutating func run(events: UInt64) async throws {
        var timeline = Timeline(
            templates: templates,
            events: events,
            days: arguments["days", otherwise: 1826],
            seed: UInt64(arguments["seed", otherwise: 1])
        )
        var batch: [LineWriter.Placed] = []
        while next <= events {
            for moment in timeline.nextDay() where next <= events {
                batch.append(placed(moment))
                if batch.count == Self.batchSize {
                    try await write(batch)
                    batch.removeAll(keepingCapacity: true)
                }
            }
        }
        try await write(batch)
        try keepKeys()
        try filler.finish()
        // Nothing of this was ever to be mailed or printed.
        try Data("\(filler.last)".utf8).write(
            to: URL(filePath: "\(practice.directory)/outbox/.delivered")
        )
    }

    /// Gives a commit its place in the log and in the streams that it shares.
    private mutating func placed(_ moment: Timeline.Moment) -> LineWriter.Placed {
        let commit = templates[moment.life.kind].commits[moment.commit]
        let versions = commit.sharedStreams.map { stream in
            streams[stream, default: 0] += 1
            return streams[stream] ?? 0
        }
        defer { next += UInt64(commit.lines.count) }
        counts[moment.life.kind][moment.commit] += 1
        return LineWriter.Placed(moment: moment, first: next, versions: versions)
    }

    private struct Written: Sendable {
        var text: [UInt8] = []
        var count: UInt64 = 0
        var keys: [GivenKey] = []
        var erased: [Tombstone] = []
    }

    /// Renders on every core what is then written in order.
    private mutating func write(_ batch: [LineWriter.Placed]) async throws {
        let start = MachineClock.nanoseconds
        let size = Self.partSize
        let parts = stride(from: 0, to: batch.count, by: size).map {
            batch[$0..<min($0 + size, batch.count)]
        }
        let written = try await withThrowingTaskGroup(of: (Int, Written).self) { group in
            for (number, part) in parts.enumerated() {
                group.addTask { [writer] in (number, try await Self.render(part, writer)) }
            }
            var written = Array(repeating: Written(), count: parts.count)
            for try await (number, part) in group { written[number] = part }
            return written
        }
        renderingSeconds += Double(MachineClock.nanoseconds - start) / 1e9
        for part in written {
            try filler.append(part.text, count: part.count)
            keys += part.keys
            erased += part.erased
        }
        if keys.count >= Self.keyCountMax { try keepKeys() }
    }

    @concurrent
    private static func render(
        _ batch: ArraySlice<LineWriter.Placed>,
        _ writer: LineWriter
    ) async throws -> Written {
        var written = Written()
        for placed in batch {
            try writer.append(placed, to: &written.text, &written.keys, &written.erased)
            written.count += UInt64(
                writer.templates[placed.moment.life.kind].commits[placed.moment.commit].lines.count
            )
        }
        return written
    }

    private mutating func keepKeys() throws {
        try vault.adopt(keys)
        if !erased.isEmpty { try vault.reapplyTombstones(erased) }
        keys.removeAll(keepingCapacity: true)
        erased.removeAll(keepingCapacity: true)
    }

    /// Says what was made, and of what it consists.
    func report(rehearsed: Double, _ seconds: Double) throws {
        var types: [String: Int] = [:]
        for (template, counts) in zip(templates, counts) {
            for (commit, count) in zip(template.commits, counts) {
                for line in commit.lines { types[line.type, default: 0] += count }
            }
        }
        let lives = counts.reduce(0) { $0 + ($1.first ?? 0) }
        var figures = Figures()
        figures.add("events", Int(filler.last))
        figures.add("lives", lives)
        figures.add("eventsPerFullLife", meanEventCount)
        figures.add("rehearsalSeconds", rehearsed)
        figures.add("seconds", seconds)
        figures.add("linesPerSecond", Double(filler.last) / renderingSeconds)
        for (type, count) in types.sorted(by: { ($0.value, $0.key) > ($1.value, $1.key) }) {
            figures.add(type, count)
        }
        figures.print()
    }

    private var meanEventCount: Double {
        let shares = templates.reduce(0) { $0 + $1.share }
        return templates.reduce(0) { $0 + Double($1.eventCount) * $1.share } / shares
    }
}
