import EventLine
import Foundation
import Glibc

/// What became of one mail after it was put into the outbox.
struct DeliveryRecord: Hashable, Sendable {
    let id: UniqueID
    var state: State
    /// How often it was tried to hand it over.
    var attempts = 0
    /// When it is tried again.
    var nextAttempt: Instant?
    /// Why it failed or was dropped.
    var reason: String?

    enum State: String, Sendable {
        case waiting
        /// The receiver may have it from here on. If nothing follows, nobody knows.
        case handing
        case sent
        case failed
        /// Its recipient was shut out before it was handed over.
        case dropped
    }

    /// Whether nothing more will be done about it.
    var isEnded: Bool { state != .waiting && state != .handing }

    static func dropped(_ id: UniqueID, _ barrier: MailBarrier) -> DeliveryRecord {
        DeliveryRecord(id: id, state: .dropped, reason: barrier.rawValue)
    }
}

/// The deliveries of a store: a file of one JSON line for each change, the last of an id counts.
///
/// It is no part of the log: a mail's way through the world is not the record's business, but that
/// it failed is, and becomes an event. Appended to and synchronised before and after each mail.
struct DeliveryJournal: Sendable {
    let path: String

    /// What is known of each mail. A last line that a crash has torn says nothing.
    func records() throws(ServiceError) -> [UniqueID: DeliveryRecord] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [:] }
        var records: [UniqueID: DeliveryRecord] = [:]
        for line in bytes.split(separator: 0x0a) {
            guard let value = try? JSONValue(parsing: Array(line)),
                let record = DeliveryRecord(value)
            else { continue }
            records[record.id] = record
        }
        return records
    }

    /// Adds a line; durable when this returns.
    func append(_ record: DeliveryRecord) throws(ServiceError) {
        // A line of its own, even behind one that was torn: an empty line says nothing.
        let line = [0x0a] + record.json.canonicalBytes + [0x0a]
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure }
        let written = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let isWritten = written == line.count && fsync(descriptor) == 0
        guard close(descriptor) == 0, isWritten else { throw failure }
    }

    private var failure: ServiceError {
        ServiceError("\(path) could not be written: \(String(cString: strerror(errno)))")
    }
}

extension DeliveryRecord {
    fileprivate init?(_ value: JSONValue) {
        guard let id = value.id("id"),
            let state = value["state"]?.string.flatMap({ State(rawValue: $0) })
        else { return nil }
        self.init(
            id: id,
            state: state,
            attempts: value["attempts"]?.integer.map(Int.init) ?? 0,
            nextAttempt: value.instant("nextAttempt"),
            reason: value["reason"]?.string
        )
    }

    fileprivate var json: JSONValue {
        .object([
            JSONMember("id", .string("\(id)")), JSONMember("state", .string(state.rawValue)),
            JSONMember("attempts", .integer(Int64(attempts))),
            JSONMember("nextAttempt", .text(nextAttempt.map { "\($0)" })),
            JSONMember("reason", .text(reason)),
        ])
    }
}

extension Store {
    /// What became of the outbox's mails.
    var deliveries: DeliveryJournal { DeliveryJournal(path: directory.deliveriesPath) }
}
