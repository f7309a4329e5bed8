internal import EventLine
internal import EventLog
internal import Glibc

/// `generate`: a large log to read from.
///
/// The lines are written here, a segment at once: no journal, nobody waits for a receipt. The
/// engine indexes and seals them.
struct GenerateCommand: BenchCommand {
    static let usage = """
        generate DIR [--events N] [--segment-bytes B] [--fast 1]
            a log of N events, sealed up to its newest segment, of people with 30 events each
            that are spread over the whole log; fast: packed less tightly than the engine would
        """
    static let options = ["events", "segment-bytes", "fast"]

    private let directory: String
    private let eventCount: UInt64
    private let segmentBytes: Int
    private let population: Population
    /// So many segments stand as plain text before they are sealed. The more there are, the less
    /// time the engine takes to make each of them small.
    private let plainSegmentsMax: Int

    init(_ arguments: Arguments) {
        directory = arguments.directory
        eventCount = UInt64(max(1, arguments["events", otherwise: 1_000_000]))
        segmentBytes = arguments["segment-bytes", otherwise: LogOptions().segmentBytes]
        population = Population(events: eventCount)
        plainSegmentsMax = arguments["fast", otherwise: 0] > 0 ? 32 : 3
    }

    func run() throws {
        let start = MachineClock.nanoseconds
        try sealed()
        var text: [UInt8] = []
        var next: UInt64 = 1
        while next <= eventCount {
            for _ in 0..<plainSegmentsMax where next <= eventCount {
                next = try writeSegment(from: next, reusing: &text)
            }
            try sealed()
        }
        var figures = Figures()
        figures.add("events", Int(eventCount))
        figures.add("seconds", Double(MachineClock.nanoseconds - start) / 1e9)
        figures.print()
    }

    /// Writes one segment and answers with the first sequence of the next.
    private func writeSegment(
        from first: UInt64,
        reusing text: inout [UInt8]
    ) throws -> UInt64 {
        text.removeAll(keepingCapacity: true)
        var next = first
        while text.count < segmentBytes, next <= eventCount {
            text += population.line(next).canonicalBytes
            next += 1
        }
        let digits = String(first)
        let name = String(repeating: "0", count: 20 - digits.count) + digits
        try write(text, to: "\(directory)/log/\(name).jsonl")
        return next
    }

    private func write(_ text: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else { throw SystemFailure("open \(path)", errno) }
        defer { close(descriptor) }
        var written = 0
        while written < text.count {
            let count = text[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw SystemFailure("write \(path)", errno) }
            written += count
        }
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
