import EventLine
import Foundation
import Synchronization
import Testing

@testable import EventLog

@Suite struct IndexMergeTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    private func place(_ device: any LogDevice = FileDevice()) -> LogDirectory {
        LogDirectory(path: directory.path, device: device)
    }

    private func makeLog(_ count: Int = 700) async throws -> Oracle {
        try await Oracle.make(in: directory, count, segmentBytes: 1000)
    }

    private func open(
        _ count: Int = .max,
        mayWrite: Bool = true,
        on device: any LogDevice = FileDevice()
    ) throws -> LogIndex {
        try LogIndex.open(place(device), first: count, mayWrite: mayWrite)
    }

    private func runs() throws -> [RunSpan] {
        try FileManager.default.contentsOfDirectory(atPath: place().index)
            .compactMap { RunSpan($0) }.sorted { $0.first < $1.first }
    }

    @Test func `merged segments answer as a scan of the log does`() async throws {
        let oracle = try await makeLog()
        let index = try open()
        #expect(index.indexed.count > 200)
        try index.merge()
        #expect(index.state.withLock { $0.runs.map(\.level) }.max() == 2)
        #expect(index.state.withLock { $0.segments.count { $0.filter != nil } } < 8)
        try oracle.check(index, sparsely: true)
        try oracle.check(open(), sparsely: true)
        try oracle.check(open(mayWrite: false), sparsely: true)
    }

    @Test(arguments: [100, 350, 699])
    func `no more segments are opened up to a sequence than have the stream`(
        sequence: UInt64
    ) async throws {
        let oracle = try await makeLog()
        try open().merge()
        let device = FaultyDevice()
        let index = try open(mayWrite: false, on: device)
        let opened = Mutex<Set<String>>([])
        device.fail { operation, path in
            let name = String(path.split(separator: "/").last ?? "")
            if operation == .open, SegmentName(name) != nil {
                opened.withLock { _ = $0.insert(name) }
            }
            return nil
        }
        let name = oracle.events[Int(sequence) / 2].envelope.streams[0].stream
        let expected = oracle.events.filter { event in
            event.envelope.sequence <= sequence
                && event.envelope.streams.contains { $0.stream == name }
        }
        let found = try index.lines(of: name, through: sequence)
        #expect(found.map(\.sequence) == expected.map(\.envelope.sequence))
        // The last segments of a log have no run above them, and their own filters may err.
        #expect(opened.withLock { $0.count } <= expected.count + 2, "seed \(oracle.seed)")
    }

    @Test func `merging while segments are added answers the same at every step`() async throws {
        let oracle = try await makeLog(300)
        let names = try place().segments().dropLast()
        let index = try open(1)
        for (number, name) in names.dropFirst().enumerated() {
            try index.add(name)
            try index.merge()
            if number % 9 == 0 { try oracle.check(index, sparsely: true) }
        }
        let state = index.state.withLock { $0 }
        #expect(state.runs.map(\.level) == state.runs.map(\.level).sorted(by: >))
        let expected = String(names.count, radix: 8).map { $0.wholeNumberValue ?? 0 }
        #expect(state.runs.count == expected.dropLast().reduce(0, +))
        #expect(try runs() == state.runs.map(\.span))
    }

    @Test func `a run that is gone or damaged is made again`() async throws {
        let oracle = try await makeLog(300)
        try open().merge()
        let runs = try runs()
        var random = SeededGenerator()
        for run in runs {
            let path = URL(filePath: place().path(of: run))
            var bytes = [UInt8](try Data(contentsOf: path))
            for _ in 0..<20 { bytes[Int(random.next() % UInt64(bytes.count))] ^= 0x10 }
            try Data(bytes).write(to: path)
        }
        try oracle.check(open(mayWrite: false), sparsely: true)
        let index = try open()
        try oracle.check(index, sparsely: true)
        try index.merge()
        try oracle.check(index, sparsely: true)
        for run in try self.runs() {
            try FileManager.default.removeItem(atPath: place().path(of: run))
        }
        let again = try open()
        try again.merge()
        try oracle.check(again, sparsely: true)
        #expect(try self.runs() == runs)
    }

    @Test func `a run of another log is not taken`() async throws {
        let oracle = try await makeLog(300)
        try open().merge()
        let run = try #require(try runs().first)
        let foreign = RunSpan(first: run.first, last: run.last + 1)
        try FileManager.default.copyItem(
            atPath: place().path(of: run),
            toPath: place().path(of: foreign)
        )
        try FileManager.default.copyItem(
            atPath: place().indexPath(of: 1),
            toPath: place().indexPath(of: 1_000_000)
        )
        try oracle.check(open(mayWrite: false), sparsely: true)
        try oracle.check(open(), sparsely: true)
        #expect(try !runs().contains(foreign))
        #expect(!FileManager.default.fileExists(atPath: place().indexPath(of: 1_000_000)))
    }

    @Test func `an index of another text is not taken`() async throws {
        let oracle = try await makeLog(100)
        _ = try open()
        let names = try place().segments()
        try FileManager.default.removeItem(atPath: place().indexPath(of: names[1].first))
        try FileManager.default.copyItem(
            atPath: place().indexPath(of: names[2].first),
            toPath: place().indexPath(of: names[1].first)
        )
        try oracle.check(open(mayWrite: false), sparsely: true)
        try oracle.check(open(), sparsely: true)
    }

    /// After so many steps the device fails for good, as if the power had gone.
    @Test func `whatever step is the last, opening again finds everything`() async throws {
        let oracle = try await makeLog(40)
        var isFinished = false
        var step = 0
        while !isFinished {
            try? FileManager.default.removeItem(atPath: place().index)
            let device = FaultyDevice()
            let left = StepCounter(step)
            device.fail { operation, _ in
                operation == .read || left.next() ? nil : EIO
            }
            do {
                try open(on: device).merge()
                isFinished = true
            } catch {
                #expect(step < 2000)
            }
            try oracle.check(open(mayWrite: false), sparsely: true)
            let again = try open()
            try again.merge()
            try oracle.check(again, sparsely: true)
            let files = try FileManager.default.contentsOfDirectory(atPath: place().index)
            #expect(!files.contains { $0.hasSuffix(".new") })
            step += 1 + step / 8
        }
    }
}
