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
        let file = open(inputPath, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        let child = try Child(arguments, in: self, data: other ?? data, input: file, as: user)
        return child.finish()
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
