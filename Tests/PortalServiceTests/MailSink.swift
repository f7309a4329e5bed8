import Foundation
import Glibc

/// A mail server for one test, in a process of its own, that keeps what it is given.
final class MailSink {
    /// What it does with mails, as `tools/mail-sink` has it.
    enum Manner: String {
        case accepts
        case putsOff
        case rejectsAddress
        case rejectsMessage
        case hangsUp
        case loses
        case stalls
    }

    let address: String
    private let process: pid_t
    private let directory: String

    /// - Parameter wishes: TLS and a password, as `tools/mail-sink` has them.
    init(_ manner: Manner, _ wishes: [String] = []) throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("daybook-sink-\(UInt64.random(in: 0 ... .max))").path
        self.directory = directory
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        process = try Self.spawn([Self.tool, manner.rawValue, directory] + wishes)
        address = "127.0.0.1:\(try Self.port(in: directory))"
    }

    /// The file of the certificate that it shows.
    var certificate: String { "\(directory)/.certificate" }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The messages that it was given, in order, with the envelope in the first two lines.
    func mails() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory)
            .filter { !$0.hasPrefix(".") }.sorted()
            .map { try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8) }
    }

    private static let tool = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("tools/mail-sink").path

    private static func spawn(_ arguments: [String]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Whoever runs the tests waits until nobody has their output open.
        for descriptor: Int32 in [0, 1, 2] {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let texts = [arguments, environment].map { $0.map { strdup($0) } + [nil] }
        defer { for text in texts.joined() { free(text) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, arguments[0], &actions, nil, texts[0], texts[1])
        guard failure == 0 else { throw Unexpected("\(arguments[0]) cannot be run") }
        return process
    }

    private static func port(in directory: String) throws -> String {
        let patience = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < patience {
            if let port = FileManager.default.contents(atPath: "\(directory)/.port") {
                return String(decoding: port, as: UTF8.self)
            }
            usleep(5000)
        }
        throw Unexpected("the mail server did not start")
    }
}
