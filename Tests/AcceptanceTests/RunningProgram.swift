import EventLine
import EventLog
import Foundation

@testable import PortalService

/// A `daybook run --batch -` that was built beside the tests, with a store of its own.
final class RunningProgram: Door {
    private let parent = OpenedStore.scratchPath()
    private var data: String { "\(parent)/data" }
    private var now: String
    private var process: Process?

    /// The running program and the ends of its pipes.
    private struct Process {
        let id: pid_t
        let input: Int32
        let output: Int32
    }

    init(at time: String) throws {
        now = time
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    }

    deinit {
        if let process { kill(process.id, SIGKILL) }
        try? FileManager.default.removeItem(atPath: parent)
    }

    var reader: LogReader { LogReader(directory: data) }
    var head: UInt64 { get throws { try reader.lastSequence() } }
    var outboxPath: String { "\(data)/outbox" }

    func begin() async throws -> JSONValue {
        let ids = try once([
            "init", "--organisation", "Riverside", "--time-zone", "America/New_York",
            "--test-clock", now, "--json",
        ])
        let directory = DataDirectory(data)
        var configuration = try StoreConfiguration.load(from: directory)
        configuration.passwordCost = 4
        try configuration.save(to: directory)
        try start()
        return try JSONValue(parsing: Array(ids.utf8.prefix { $0 != 0x0a }))
    }

    func answer(_ line: JSONValue) async throws -> JSONValue {
        guard let process else { throw Unexpected("the program does not run") }
        let bytes = line.canonicalBytes + [0x0a]
        guard write(process.input, bytes, bytes.count) == bytes.count else {
            throw Unexpected("the program does not listen")
        }
        var reply: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            guard read(process.output, &byte, 1) == 1 else {
                throw Unexpected("the program ended at \(line.canonicalText)")
            }
            if byte == 0x0a { break }
            reply.append(byte)
        }
        return try JSONValue(parsing: reply)
    }

    func reopen(at time: String) async throws {
        try finish()
        now = time
        try start()
    }

    /// Ends the program, which must have answered everything.
    func finish() throws {
        guard let process else { return }
        close(process.input)
        close(process.output)
        self.process = nil
        guard Self.status(of: process.id) == 0 else { throw Unexpected("the program failed") }
    }

    /// Runs the program to its end; answers with what it printed.
    func once(_ arguments: [String]) throws -> String {
        let process = try spawn(arguments)
        close(process.input)
        let output = try FileHandle(fileDescriptor: process.output, closeOnDealloc: true)
            .readToEnd()
        let status = Self.status(of: process.id)
        guard status == 0 else { throw Unexpected("\(arguments) ended with \(status)") }
        return String(decoding: output ?? Data(), as: UTF8.self)
    }

    private func start() throws {
        process = try spawn(["run", "--batch", "-", "--test-clock", now])
    }

    private func spawn(_ arguments: [String]) throws -> Process {
        let input = try Self.pipeEnds()
        let output = try Self.pipeEnds()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.reading, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, 1)
        let command = [Self.binary] + arguments
        let environment = ["DAYBOOK_DATA=\(data)", "PATH=/usr/bin:/bin"]
        var words = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in words + variables { free(text) } }
        var id: pid_t = 0
        let result = posix_spawn(&id, Self.binary, &actions, nil, &words, &variables)
        close(input.reading)
        close(output.writing)
        guard result == 0 else {
            throw Unexpected("\(Self.binary): \(String(cString: strerror(result)))")
        }
        return Process(id: id, input: input.writing, output: output.reading)
    }

    /// A pipe whose ends no other child inherits.
    private static func pipeEnds() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Unexpected("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func status(of id: pid_t) -> Int32 {
        var raw: Int32 = 0
        while waitpid(id, &raw, 0) < 0, errno == EINTR {}
        return raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
    }

    /// The program stands beside the test's own executable.
    private static let binary: String = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(fileURLWithPath: own ?? ".").deletingLastPathComponent()
        return folder.appendingPathComponent("daybook").path
    }()
}
