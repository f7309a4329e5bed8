import EventLine
import Foundation
import Synchronization

@testable import EventLog

/// A directory of its own for one test, removed with the last reference.
final class DataDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "daybook-log-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var log: String { "\(path)/log" }
    var journal: String { "\(path)/journal/commits" }

    func open(_ change: (inout LogOptions) -> Void = { _ in }) throws -> EventLog {
        try EventLog.open(directory: path, options: smallOptions(change))
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: log).sorted()
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: "\(log)/\(name)")))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(log)/\(name)"))
    }

    func removeJournal() throws { try FileManager.default.removeItem(atPath: journal) }
}

func smallOptions(_ change: (inout LogOptions) -> Void = { _ in }) -> LogOptions {
    var options = LogOptions()
    options.journalBytes = 256 << 10
    change(&options)
    return options
}

func stream(_ number: UInt64) -> StreamName {
    StreamName("client", UniqueID(high: 0, low: number))
}

func id(_ number: UInt64) -> UniqueID {
    UniqueID(at: Instant(microseconds: 1_700_000_000_000_000), random: (0, number))
}

/// An event that differs from others by its number.
func event(
    _ number: UInt64,
    in streams: [StreamName] = [stream(1)],
    padding: Int = 0
) -> NewEvent {
    NewEvent(
        id: id(number),
        source: "/organisations/\(UniqueID(high: 1, low: 1))",
        type: "ClientRegistered.v1",
        streams: streams,
        time: Instant(microseconds: 1_700_000_000_000_000 + Int64(number)),
        actor: "system/test",
        client: UniqueID(high: 0, low: number),
        data: Array(
            "{\"number\":\(number),\"text\":\"\(String(repeating: "x", count: padding))\"}".utf8
        )
    )
}

/// Appends events one by one, each as a commit.
func fill(_ log: EventLog, _ numbers: ClosedRange<UInt64>, padding: Int = 0) async throws {
    for number in numbers {
        _ = try await log.append([event(number, in: [stream(number % 3 + 1)], padding: padding)])
    }
}

/// Everything that a reader finds, and what it finds wrong.
func readAll(
    _ reader: LogReader,
    after sequence: UInt64 = 0
) -> (sequences: [UInt64], findings: [LogFinding]) {
    var lines = reader.lines(after: sequence)
    var sequences: [UInt64] = []
    var findings: [LogFinding] = []
    for _ in 0..<1_000_000 {
        do {
            guard let line = try lines.next() else { return (sequences, findings) }
            sequences.append(line.sequence)
        } catch .damaged(let found) {
            findings += found
        } catch {
            return (sequences, findings)
        }
    }
    return (sequences, findings)
}

/// The disk of this machine with faults: what the rule answers with an error number fails.
final class FaultyDevice: LogDevice {
    typealias Rule = @Sendable (DeviceError.Operation, String) -> Int32?

    private let disk = FileDevice()
    private let rule = Mutex<Rule?>(nil)
    /// How much of a failing write is written.
    private let partBytes = Mutex(0)

    func fail(writing part: Int = 0, _ rule: @escaping Rule) {
        self.rule.withLock { $0 = rule }
        partBytes.withLock { $0 = part }
    }

    func heal() { rule.withLock { $0 = nil } }

    private func check(_ operation: DeviceError.Operation, _ path: String) throws(DeviceError) {
        if let code = rule.withLock({ $0 })?(operation, path) {
            throw DeviceError(operation, path, code: code)
        }
    }

    func open(_ path: String, _ mode: OpenMode) throws(DeviceError) -> OpenFile {
        try check(.open, path)
        return try disk.open(path, mode)
    }
    func close(_ file: OpenFile) { disk.close(file) }
    func byteCount(of file: OpenFile) throws(DeviceError) -> Int { try disk.byteCount(of: file) }
    func read(
        _ file: OpenFile,
        into buffer: inout OutputSpan<UInt8>,
        at offset: Int
    ) throws(DeviceError) -> Int {
        try check(.read, file.path)
        return try disk.read(file, into: &buffer, at: offset)
    }
    func write(
        _ bytes: Span<UInt8>,
        to file: OpenFile,
        at offset: Int
    ) throws(DeviceError) -> Int {
        do throws(DeviceError) {
            try check(.write, file.path)
        } catch {
            let part = min(bytes.count, partBytes.withLock { $0 })
            try disk.writeAll(bytes.extracting(0..<part), to: file, at: offset)
            throw error
        }
        return try disk.write(bytes, to: file, at: offset)
    }
    func reserve(_ file: OpenFile, through byteCount: Int) throws(DeviceError) {
        try check(.reserve, file.path)
        try disk.reserve(file, through: byteCount)
    }
    func truncate(_ file: OpenFile, to byteCount: Int) throws(DeviceError) {
        try check(.truncate, file.path)
        try disk.truncate(file, to: byteCount)
    }
    func synchronize(_ file: OpenFile) throws(DeviceError) {
        try check(.synchronize, file.path)
        try disk.synchronize(file)
    }
    func synchronizeDirectory(_ path: String) throws(DeviceError) {
        try check(.synchronize, path)
        try disk.synchronizeDirectory(path)
    }
    func lock(_ path: String) throws(DeviceError) -> OpenFile { try disk.lock(path) }
    func unlock(_ file: OpenFile) { disk.unlock(file) }
    func createDirectory(_ path: String) throws(DeviceError) { try disk.createDirectory(path) }
    func names(in directory: String) throws(DeviceError) -> [String] {
        try disk.names(in: directory)
    }
    func modified(_ path: String) throws(DeviceError) -> Instant { try disk.modified(path) }
    func rename(_ path: String, to newPath: String) throws(DeviceError) {
        try check(.rename, path)
        try disk.rename(path, to: newPath)
    }
    func remove(_ path: String) throws(DeviceError) {
        try check(.remove, path)
        try disk.remove(path)
    }
    func link(_ target: String, at path: String) throws(DeviceError) {
        try disk.link(target, at: path)
    }
}

/// Runs a program and gives what it printed.
func output(
    of program: String,
    _ arguments: [String]
) throws -> (status: Int32, output: [UInt8]) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = [UInt8](try pipe.fileHandleForReading.readToEnd() ?? Data())
    process.waitUntilExit()
    return (process.terminationStatus, bytes)
}
