internal import EventLog
internal import Foundation

/// `follow`: says when it saw each event; the other half of `tail`.
struct FollowCommand: BenchCommand {
    static let usage = """
        follow DIR [--after N] [--count K]
            follows the log for K events, then prints for each its sequence and when it was seen
        """
    static let options = ["after", "count"]

    private let arguments: Arguments
    private let count: Int

    init(_ arguments: Arguments) {
        self.arguments = arguments
        count = max(1, arguments["count", otherwise: 1])
    }

    func run() async throws {
        let after = UInt64(arguments["after", otherwise: 0])
        var seen: [(sequence: UInt64, nanoseconds: UInt64)] = []
        seen.reserveCapacity(count)
        FileHandle.standardOutput.write(Data("following\n".utf8))
        for try await line in LogReader(directory: arguments.directory).follow(after: after) {
            seen.append((line.sequence, MachineClock.nanoseconds))
            if seen.count == count { break }
        }
        let text = seen.map { "\($0.sequence) \($0.nanoseconds)\n" }.joined()
        FileHandle.standardOutput.write(Data(text.utf8))
    }
}
