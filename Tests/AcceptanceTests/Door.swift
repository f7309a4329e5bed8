import EventLine
import EventLog

/// The way into a store that scenarios use: what `daybook run --batch -` gives other programs.
protocol Door: AnyObject {
    /// Makes the first organisation; answers with its id and its administrator's.
    func begin() async throws -> JSONValue
    /// The reply to a line of a batch.
    func answer(_ line: JSONValue) async throws -> JSONValue
    /// The outbox's manifests, oldest first.
    func manifests() throws -> [JSONValue]
    /// Reads the log beside whoever writes it.
    var reader: LogReader { get }
    /// Ends the program and starts it again.
    func reopen(at time: String) async throws
}

extension Door {
    /// The log's events behind a sequence, in order.
    func events(after sequence: UInt64 = 0) throws -> [EventLine] {
        var lines = reader.lines(after: sequence)
        var events: [EventLine] = []
        while let line = try lines.next() { events.append(try line.event()) }
        return events
    }
}
