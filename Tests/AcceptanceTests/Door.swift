import EventLine
import EventLog
import Foundation

/// The way into a store that scenarios use: what `daybook run --batch -` gives other programs.
protocol Door: AnyObject {
    /// Makes the first organisation; answers with its id and its administrator's.
    func begin() async throws -> JSONValue
    /// The reply to a line of a batch.
    func answer(_ line: JSONValue) async throws -> JSONValue
    /// Where mails and letters wait.
    var outboxPath: String { get }
    /// Reads the log beside whoever writes it.
    var reader: LogReader { get }
    /// The sequence of the log's last event.
    var head: UInt64 { get throws }
    /// Ends the program and starts it again.
    func reopen(at time: String) async throws
}

extension Door {
    /// The names of the outbox's manifests, oldest first.
    func manifestNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: outboxPath).sorted()
            .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    }

    func manifest(_ name: String) throws -> JSONValue {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(outboxPath)/\(name)"))
        return try JSONValue(parsing: Array(bytes.dropLast()))
    }

    /// The outbox's manifests, oldest first.
    func manifests() throws -> [JSONValue] { try manifestNames().map(manifest) }

    /// The log's events behind a sequence, in order.
    func events(after sequence: UInt64 = 0) throws -> [EventLine] {
        var lines = reader.lines(after: sequence)
        var events: [EventLine] = []
        while let line = try lines.next() { events.append(try line.event()) }
        return events
    }
}
