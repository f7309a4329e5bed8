internal import EventLog
internal import Foundation

/// `sample`: whom to ask about.
struct SampleCommand: BenchCommand {
    static let usage = """
        sample DIR [--count K] [--seed S]
            prints K lines of the log at random: so somebody about whom much was written comes
            more often; the same ones for the same seed
        """
    static let options = ["count", "seed"]

    private let reader: LogReader
    private let count: Int
    private let seed: UInt64

    init(_ arguments: Arguments) {
        reader = LogReader(directory: arguments.directory)
        count = arguments["count", otherwise: 100]
        seed = UInt64(arguments["seed", otherwise: 1])
    }

    func run() throws {
        for line in try lines() {
            FileHandle.standardOutput.write(Data(line.bytes + [UInt8(ascii: "\n")]))
        }
    }

    func lines() throws -> [RawLine] {
        var random = SplitMix(seed: seed)
        let last = try reader.lastSequence()
        guard last > 0 else { throw UsageError("the log is empty") }
        return try (0..<count).map { _ in try reader.line(at: random.next() % last + 1) }
    }
}
