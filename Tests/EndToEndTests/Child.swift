import Foundation

/// A `daybook` that runs.
///
/// Foundation's `Process` is not used: to find the open files it copies whole directory entries,
/// also the last one of a buffer, and so crashes now and then where many tests start processes.
final class Child {
    /// Its process id.
    let id: pid_t
    private let outputPath: String
    private let errorPath: String
    private var status: Int32?

    /// Starts a process, a `daybook` unless it is told otherwise; `input` is a file descriptor that
    /// it inherits as its standard input.
    init(
        _ arguments: [String],
        in sandbox: Sandbox,
        data: String,
        input: Int32?,
        as user: Int? = nil,
        program: String = Child.binary
    ) throws {
        let name = "\(sandbox.path)/child-\(UInt64.random(in: 0 ... .max))"
        outputPath = "\(name).out"
        errorPath = "\(name).err"
        var command = [program] + arguments
        if let user {
            let id = "\(user)"
            command =
                ["/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups"] + command
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, flags, 0o600)
        id = try Self.spawn(command, ["DAYBOOK_DATA=\(data)", "PATH=/usr/bin:/bin"], &actions)
    }

    deinit { if status == nil { kill() } }

    private static func spawn(
        _ command: [String],
        _ environment: [String],
        _ actions: inout posix_spawn_file_actions_t
    ) throws -> pid_t {
        var arguments = command.map { strdup($0) } + [nil]
        var variables = environment.map { strdup($0) } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id: pid_t = 0
        let result = posix_spawn(&id, command[0], &actions, nil, &arguments, &variables)
        guard result == 0 else {
            throw Failure("\(command[0]): \(String(cString: strerror(result)))")
        }
        return id
    }

    /// What it has written so far.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    func finish() -> Finished {
        Finished(
            status: wait(),
            output: output,
            errors: (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? ""
        )
    }

    /// Waits until the output holds so many lines.
    func waitForLines(_ count: Int) throws {
        let patience = ContinuousClock.now + .seconds(60)
        while output.utf8.count(where: { $0 == 0x0a }) < count {
            guard ContinuousClock.now < patience else { throw Failure("only \(output) came") }
            usleep(2000)
        }
    }

    /// The process dies at once.
    func kill() {
        Glibc.kill(id, SIGKILL)
        _ = wait()
    }

    private func wait() -> Int32 {
        if let status { return status }
        var raw: Int32 = 0
        while waitpid(id, &raw, 0) < 0, errno == EINTR {}
        // What a shell shows: the exit status, or 128 and the signal.
        let found = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
        status = found
        return found
    }

    /// The program stands beside the test's own executable.
    static let binary: String = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(fileURLWithPath: own ?? ".").deletingLastPathComponent()
        return folder.appendingPathComponent("daybook").path
    }()
}

/// A pipe whose ends no other child inherits. Each is closed once: its number may be another test's
/// file from then on.
final class InputPipe {
    let reading: Int32
    private let writing: Int32
    private var open: Set<Int32>

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
        open = Set(ends)
    }

    func write(_ text: String) throws {
        try FileHandle(fileDescriptor: writing).write(contentsOf: Data(text.utf8))
    }

    func closeWriting() { closeOnce(writing) }

    func closeBoth() {
        closeOnce(reading)
        closeOnce(writing)
    }

    private func closeOnce(_ end: Int32) {
        if open.remove(end) != nil { close(end) }
    }
}

/// What a shell command writes, and its exit status.
func shell(_ command: String) throws -> Finished {
    guard let stream = popen("{ \(command) ; } 2>&1", "r") else { throw Failure(command) }
    var bytes: [UInt8] = []
    var byte = fgetc(stream)
    while byte != EOF {
        bytes.append(UInt8(truncatingIfNeeded: byte))
        byte = fgetc(stream)
    }
    let status = pclose(stream) >> 8 & 0xff
    return Finished(status: status, output: String(decoding: bytes, as: UTF8.self), errors: "")
}
