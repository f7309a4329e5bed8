import EventLine
import EventLog
import Foundation
import Glibc
import Testing

@Suite struct ProcessTests {
    let directory: DataDirectory

    init() throws { directory = try DataDirectory() }

    @Test func `a second writer is refused with the process of the first`() throws {
        let log = try directory.open()
        #expect(
            throws: LogError.locked(path: "\(directory.path)/lock", process: Int(getpid()))
        ) {
            try directory.open()
        }
        try log.close()
        #expect(throws: Never.self) { try directory.open() }
    }

    @Test func `the lock of a killed process does not count`() async throws {
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let log = try EventLog.open(directory: path, options: smallOptions())
            _ = try await log.append([event(1)])
            kill(getpid(), SIGKILL)
        }
        #expect(try directory.open().lastSequence == 1)
    }

    @Test(arguments: 1...4)
    func `what was acknowledged survives the killing of the writer`(round: UInt64) async throws {
        let path = directory.path
        let milliseconds = round * 37
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as UInt64] in
            try await writeUntilKilled(path, after: milliseconds)
        }
        let acknowledged = try String(contentsOfFile: "\(path)/acknowledged", encoding: .utf8)
            .split(separator: "\n").compactMap { UInt64($0) }
        let last = try #require(acknowledged.max())
        let log = try directory.open()
        #expect(log.lastSequence >= last)
        #expect(Set(readAll(log.reader).sequences).isSuperset(of: acknowledged))
        #expect(try log.reader.verify().findings == [])
        _ = try await log.append([event(1_000_000)])
    }

    @Test func `a directory that may not be written is a clear error`() async {
        let path = directory.path
        await #expect(processExitsWith: .success) { [path = path as String] in
            chmod(path, 0o555)
            // Root may write everywhere, so become somebody else.
            if getuid() == 0 { seteuid(65_534) }
            let error = #expect(throws: LogError.self) {
                try EventLog.open(directory: path, options: smallOptions())
            }
            let expected = DeviceError(.open, "\(path)/lock", code: EACCES)
            exit(error == .device(expected) && "\(expected)".contains("own the directory") ? 0 : 1)
        }
        chmod(path, 0o755)
    }

    @Test func `a directory that is not there or is a file is a clear error`() throws {
        #expect(
            throws: LogError.device(
                DeviceError(.open, "\(directory.path)/none/lock", code: ENOENT)
            )
        ) {
            try EventLog.open(directory: "\(directory.path)/none")
        }
        try Data().write(to: URL(filePath: "\(directory.path)/file"))
        #expect(
            throws: LogError.device(
                DeviceError(.open, "\(directory.path)/file/lock", code: ENOTDIR)
            )
        ) {
            try EventLog.open(directory: "\(directory.path)/file")
        }
    }

    @Test(arguments: ["log/17.jsonl", "log/0000000000000000000x.jsonl.lz4"])
    func `a file that is named unlike a segment is refused`(name: String) throws {
        try directory.open().close()
        try Data().write(to: URL(filePath: "\(directory.path)/\(name)"))
        #expect(throws: LogError.self) { try directory.open() }
    }

    @Test func `a journal of another format is refused`() throws {
        try directory.open().close()
        try Data(repeating: 7, count: 100_000).write(to: URL(filePath: directory.journal))
        let error = #expect(throws: LogError.self) { try directory.open() }
        guard case .foreignFormat = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}

/// Appends from several tasks, writes down every acknowledged sequence, and dies.
private func writeUntilKilled(_ path: String, after milliseconds: UInt64) async throws {
    var options = smallOptions()
    options.segmentBytes = 20_000
    let log = try EventLog.open(directory: path, options: options)
    let file = open("\(path)/acknowledged", O_CREAT | O_WRONLY | O_APPEND, 0o600)
    Thread.detachNewThread {
        // Only from the first acknowledgement on, so that there is something to lose.
        while log.lastSequence < 20 { usleep(1000) }
        usleep(UInt32(milliseconds) * 1000)
        kill(getpid(), SIGKILL)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
        for task in UInt64(0)..<4 {
            group.addTask {
                for number in UInt64(1)... {
                    let name = number * 4 + task
                    let receipt = try await log.append([
                        event(name, in: [stream(task)]), event(name + 1 << 40, in: [stream(9)]),
                    ])
                    let line = "\(receipt.first)\n\(receipt.last)\n"
                    _ = line.withCString { write(file, $0, strlen($0)) }
                }
            }
        }
        try await group.waitForAll()
    }
}
