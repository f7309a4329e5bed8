internal import EventLog
internal import Foundation
internal import Glibc

/// `read`: streams of a generated log, at random.
struct ReadCommand: BenchCommand {
    static let usage = """
        read DIR [--streams K] [--cold 1]
            reads all 30 events of K people of a generated log, each of them twice: what is
            already in the kernel's memory the first time is left to chance; cold: nothing is
        """
    static let options = ["streams", "cold"]

    private let directory: String
    private let streamCount: Int
    private let isCold: Bool

    init(_ arguments: Arguments) {
        directory = arguments.directory
        streamCount = arguments["streams", otherwise: 200]
        isCold = arguments["cold", otherwise: 0] > 0
    }

    func run() throws {
        let log = try EventLog.open(directory: directory)
        let population = Population(events: log.lastSequence)
        var first = Latencies()
        var again = Latencies()
        var eventCount = 0
        for _ in 0..<streamCount {
            let person = population.person(.random(in: 0..<population.count))
            if isCold { try forgetFiles() }
            let start = MachineClock.nanoseconds
            eventCount += try log.events(in: person.client).count
            let middle = MachineClock.nanoseconds
            _ = try log.events(in: person.client)
            first.add(from: start, to: middle)
            again.add(from: middle, to: MachineClock.nanoseconds)
        }
        try log.close()
        var figures = Figures()
        figures.add("streams", streamCount)
        figures.add("eventsPerStream", Double(eventCount) / Double(streamCount))
        figures.add("wait", first)
        figures.add("again", again)
        figures.print()
    }

    /// Takes the pages of the log's files out of the page cache.
    private func forgetFiles() throws {
        for folder in ["log", "index"] {
            let path = "\(directory)/\(folder)"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            for name in names {
                let descriptor = open("\(path)/\(name)", O_RDONLY)
                guard descriptor >= 0 else { continue }
                posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
                close(descriptor)
            }
        }
    }
}
