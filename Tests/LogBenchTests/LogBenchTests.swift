import EventLine
import EventLog
import Foundation
import Testing

@testable import LogBench

@Suite struct ArgumentTests {
    let options = ["rate", "seconds"]

    @Test func `options are numbers by name`() throws {
        let words = ["data", "--rate", "250", "--seconds", "0.5"]
        let arguments = try Arguments(words, options: options)
        #expect(arguments.directory == "data")
        #expect(arguments["rate", otherwise: 1] == 250)
        #expect(arguments.seconds("seconds", otherwise: 9) == .milliseconds(500))
    }

    @Test func `what is not given is as it usually is`() throws {
        let arguments = try Arguments(["data"], options: options)
        #expect(arguments["rate", otherwise: 7] == 7)
        #expect(arguments.seconds("seconds", otherwise: 9) == .seconds(9))
    }

    @Test(arguments: [
        [], ["--rate", "1"], ["data", "--rat", "1"], ["data", "--rate"], ["data", "--rate", "x"],
        ["data", "--rate", "-1"], ["data", "rate", "1"],
    ])
    func `any other command line is refused`(words: [String]) {
        #expect(throws: UsageError.self) { try Arguments(words, options: options) }
    }
}

@Suite struct LatencyTests {
    @Test func `a share of latencies is one that was measured`() {
        var latencies = Latencies()
        for length in (UInt64(1)...100).shuffled() {
            latencies.add(from: 5000, to: 5000 + length * 1000)
        }
        #expect(latencies.microseconds(at: [0, 0.5, 0.99, 1]) == [1, 50, 99, 100])
    }

    @Test func `what was seen before it was acknowledged took no time`() {
        var latencies = Latencies()
        latencies.add(from: 5000, to: 4000)
        #expect(latencies.microseconds(at: [0.5]) == [0])
    }

    @Test func `nothing has no latency`() {
        #expect(Latencies().microseconds(at: [0.5]) == [0])
    }
}

@Suite struct PopulationTests {
    @Test func `everybody has 30 events, in order and over the whole log`() {
        let population = Population(events: 300)
        let lines = (1...300).map { population.line($0) }
        let mine = lines.filter { $0.envelope.subject == population.person(7).client }
        #expect(mine.map { $0.envelope.streams[0].version } == Array(1...30))
        #expect(mine.map { $0.envelope.streams[1].version } == Array(1...30))
        #expect(mine.map(\.envelope.sequence) == (0..<30).map { $0 * 10 + 8 })
    }

    @Test func `it is the same each time`() {
        #expect(Population(events: 300).line(299) == Population(events: 300).line(299))
    }

    @Test func `a line has about the bytes that are counted for it`() {
        let bytes = Population(events: 300).line(299).canonicalBytes
        #expect(abs(bytes.count - Person.lineBytes) <= 5)
    }
}

@Suite struct GenerateTests {
    @Test func `a generated log is sound, and sealed up to its newest segment`() throws {
        let path = NSTemporaryDirectory() + "daybook-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let words = [path, "--events", "400", "--segment-bytes", "10000"]
        let arguments = try Arguments(words, options: GenerateCommand.options)
        try GenerateCommand(arguments).run()
        let reader = LogReader(directory: path)
        let verification = try reader.verify()
        #expect(verification.isSound)
        #expect(verification.lineCount == 400)
        let areSealed = try reader.segments().map(\.isSealed)
        #expect(areSealed.count > 15)
        #expect(!areSealed.dropLast().contains(false))
        let sampling = try Arguments([path, "--count", "40"], options: SampleCommand.options)
        let sample = try SampleCommand(sampling).lines()
        #expect(Set(sample.map(\.sequence)).count > 20)
        #expect(try SampleCommand(sampling).lines() == sample)
    }
}
