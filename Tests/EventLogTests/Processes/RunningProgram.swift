import Foundation
import Glibc

/// A program that runs beside the test, with its output in a file.
///
/// Foundation's `Process` is not used: where many tests start processes it crashes now and then.
final class RunningProgram {
    private let id: pid_t
    private let outputPath: String
    private var status: Int32?

    init(_ command: [String], output: String) throws {
        outputPath = output
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, output + ".errors", flags, 0o600)
        var arguments = command.map { strdup($0) } + [nil]
        var variables = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin"), nil]
        defer { for text in arguments + variables { free(text) } }
        var id: pid_t = 0
        let result = posix_spawnp(&id, command[0], &actions, nil, &arguments, &variables)
        guard result == 0 else {
            throw Surprise("\(command[0]): \(String(cString: strerror(result)))")
        }
        self.id = id
    }

    deinit { if status == nil { kill() } }

    /// The whole lines that it has written so far.
    var lines: [Substring] {
        let text = (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    }

    var errors: String {
        (try? String(contentsOfFile: outputPath + ".errors", encoding: .utf8)) ?? ""
    }

    /// Whether it has ended.
    var hasEnded: Bool {
        var raw: Int32 = 0
        if status == nil, waitpid(id, &raw, WNOHANG) == id {
            status = raw & 0x7f == 0 ? raw >> 8 & 0xff : raw & 0x7f
        }
        return status != nil
    }

    /// The process dies at once.
    func kill() {
        if !hasEnded { Glibc.kill(id, SIGKILL) }
        _ = wait()
    }

    /// Its exit status, or the signal that ended it.
    func wait() -> Int32 {
        if let status { return status }
        var raw: Int32 = 0
        while waitpid(id, &raw, 0) < 0, errno == EINTR {}
        let found = raw & 0x7f == 0 ? raw >> 8 & 0xff : raw & 0x7f
        status = found
        return found
    }

    /// Runs a program to its end; answers whether it succeeded.
    static func succeeds(_ command: [String]) -> Bool {
        let output = NSTemporaryDirectory() + "daybook-output-\(UUID().uuidString)"
        defer {
            unlink(output)
            unlink(output + ".errors")
        }
        return (try? RunningProgram(command, output: output))?.wait() == 0
    }

    /// A program of this package, which stands beside the test's own executable.
    static func own(_ name: String) -> String {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: own ?? ".").deletingLastPathComponent()
            .appendingPathComponent(name).path
    }
}
