import EventLine
import Foundation

/// A directory of one test with a store in it, and the `daybook` that was built beside the tests.
final class Sandbox {
    let path: String
    var data: String { "\(path)/data" }
    private(set) var organisation = ""
    private(set) var staff = ""

    init() throws {
        let name = "daybook-end-to-end-\(UInt64.random(in: 0 ... .max))"
        path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let made = try daybook([
            "init", "--organisation", "Riverside Care", "--time-zone", "America/New_York", "--json",
        ])
        let ids = try JSONValue(parsing: Array(made.output.utf8.dropLast()))
        organisation = ids["organisationId"]?.string ?? ""
        staff = ids["staffId"]?.string ?? ""
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs `daybook` in this directory and waits for its end.
    func daybook(
        _ arguments: [String],
        input: Data = Data(),
        data other: String? = nil,
        as user: Int? = nil
    ) throws -> Finished {
        let inputPath = "\(path)/input-\(UInt64.random(in: 0 ... .max))"
        try input.write(to: URL(fileURLWithPath: inputPath))
        defer { try? FileManager.default.removeItem(atPath: inputPath) }
        let child = try Child(
            arguments,
            in: self,
            data: other ?? data,
            input: FileHandle(forReadingAtPath: inputPath),
            as: user
        )
        return try child.finish()
    }

    /// A batch of requests; the replies in order.
    func batch(_ lines: [String]) throws -> [JSONValue] {
        let input = Data(lines.map { $0 + "\n" }.joined().utf8)
        let finished = try daybook(["run", "--batch", "-"], input: input)
        guard finished.status == 0 else { throw Failure(finished.errors) }
        return try finished.replies
    }

    /// The names and bytes of the log's files.
    func logFiles() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(data)/log") {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(data)/log/\(name)"))
        }
        return files
    }

    /// The segments' bytes, one after the other.
    func logBytes() throws -> Data {
        try logFiles().filter { $0.key.first?.isNumber == true }.sorted { $0.key < $1.key }
            .reduce(into: Data()) { $0.append($1.value) }
    }
}

/// A `daybook` that runs.
final class Child {
    let process = Process()
    private let outputPath: String
    private let errorPath: String

    init(
        _ arguments: [String],
        in sandbox: Sandbox,
        data: String,
        input: FileHandle?,
        as user: Int? = nil
    ) throws {
        let name = "\(sandbox.path)/child-\(UInt64.random(in: 0 ... .max))"
        outputPath = "\(name).out"
        errorPath = "\(name).err"
        var command = [Self.binary] + arguments
        if let user {
            let id = "\(user)"
            command =
                ["/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups"] + command
        }
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: sandbox.path)
        process.environment = ["DAYBOOK_DATA": data, "PATH": "/usr/bin:/bin", "TZ": "UTC"]
        process.standardInput = input
        process.standardOutput = try Self.file(outputPath)
        process.standardError = try Self.file(errorPath)
        try process.run()
    }

    /// What it has written so far.
    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    func finish() throws -> Finished {
        process.waitUntilExit()
        return Finished(
            status: process.terminationStatus,
            output: output,
            errors: (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? ""
        )
    }

    /// Waits until the output holds so many lines.
    func waitForLines(_ count: Int) throws {
        let patience = ContinuousClock.now + .seconds(60)
        while output.utf8.count(where: { $0 == 0x0a }) < count {
            guard process.isRunning, ContinuousClock.now < patience else {
                throw Failure("only \(output) came")
            }
            usleep(2000)
        }
    }

    /// The process dies at once, as in a power failure of its own.
    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private static func file(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        guard let handle = FileHandle(forWritingAtPath: path) else { throw Failure(path) }
        return handle
    }

    /// The program stands beside the test's own executable.
    static let binary: String = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = URL(fileURLWithPath: own ?? ".").deletingLastPathComponent()
        return folder.appendingPathComponent("daybook").path
    }()
}

/// How a `daybook` ended.
struct Finished {
    let status: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    var replies: [JSONValue] {
        get throws { try lines.map { try JSONValue(parsing: Array($0.utf8)) } }
    }
}

/// Something that a test relies on did not happen.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
