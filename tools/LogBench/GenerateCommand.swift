internal import EventLine
internal import EventLog
internal import Foundation

/// `generate`: a large log to read from.
///
/// The lines are written here, a segment at once: no journal, nobody waits for a receipt. The
/// engine indexes and seals them.
struct GenerateCommand: BenchCommand {
    static let usage = """
        generate DIR [--events N] [--segment-bytes B]
            a log of N events, sealed up to its newest segment, of people with 30 events each
            that are spread over the whole log
        """
    static let options = ["events", "segment-bytes"]

    private let directory: String
    private let eventCount: UInt64
    private let segmentBytes: Int
    private let population: Population

    /// So many segments stand as plain text before they are sealed.
    private static let plainSegmentsMax = 8

    init(_ arguments: Arguments) {
        directory = arguments.directory
        eventCount = UInt64(max(1, arguments["events", otherwise: 1_000_000]))
        segmentBytes = arguments["segment-bytes", otherwise: LogOptions().segmentBytes]
        population = Population(events: eventCount)
    }

    func run() throws {
        let start = MachineClock.nanoseconds
        try sealed()
        var next: UInt64 = 1
        while next <= eventCount {
            for _ in 0..<Self.plainSegmentsMax where next <= eventCount {
                next = try writeSegment(from: next)
            }
            try sealed()
        }
        var figures = Figures()
        figures.add("events", Int(eventCount))
        figures.add("seconds", Double(MachineClock.nanoseconds - start) / 1e9)
        figures.print()
    }

    /// Writes one segment and answers with the first sequence of the next.
    private func writeSegment(from first: UInt64) throws -> UInt64 {
        var text: [UInt8] = []
        text.reserveCapacity(segmentBytes + Person.lineBytes * 2)
        var next = first
        while text.count < segmentBytes, next <= eventCount {
            text += population.line(next).canonicalBytes
            next += 1
        }
        let digits = String(first)
        let name = String(repeating: "0", count: 20 - digits.count) + digits
        try Data(text).write(to: URL(filePath: "\(directory)/log/\(name).jsonl"))
        return next
    }

    private func sealed() throws {
        var options = LogOptions()
        options.sealingGrace = .zero
        options.keepsUp = false
        let log = try EventLog.open(directory: directory, options: options)
        try log.indexRolledSegments()
        _ = try log.sealRolledSegments(now: MachineClock.now)
        try log.close()
    }
}
