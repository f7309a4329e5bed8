import EventLine
import Foundation
import PortalAccess
import PortalEvents

/// Hands the mails of the outbox over, by the way that the store's settings name.
///
/// Each mail is handed over at most once. The journal is written before the moment from which the
/// receiver may have it, and after its answer. A crash between the two leaves a mail of which
/// nobody knows whether it arrived: it is not sent again but recorded as failed, so that somebody
/// can send the invitation anew, with a new secret.
package struct DeliveryWorker {
    private let desk: CommandDesk
    private let transport: any MailTransport
    private var records: [UniqueID: DeliveryRecord]
    /// Why mails were not taken in the last round, each reason once: what an operator can mend.
    package private(set) var complaints: [String] = []

    /// A mail that cannot be handed over is tried so often, each time after twice as long.
    static let attemptsMax = 12
    static let firstDelay: Int64 = 60_000_000

    /// What became of the mails.
    package struct Report: Hashable, Sendable {
        package var sent = 0
        package var waiting = 0
        package var failed = 0
        package var dropped = 0

        package init() {}
    }

    /// A worker; nil where mails stay in the outbox.
    package init?(desk: CommandDesk) throws(ServiceError) {
        guard let transport = try desk.store.mailTransport() else { return nil }
        try self.init(desk: desk, transport: transport)
    }

    init(desk: CommandDesk, transport: any MailTransport) throws(ServiceError) {
        self.desk = desk
        self.transport = transport
        records = try desk.store.deliveries.records()
    }

    private var store: Store { desk.store }

    /// Hands over what is due, oldest first.
    package mutating func runDue() async throws(ServiceError) -> Report {
        var report = Report()
        complaints = []
        for item in try store.waitingMails() {
            let record = records[item.id] ?? DeliveryRecord(id: item.id, state: .waiting)
            let ended = try await handle(item, record)
            switch ended.state {
            case .waiting, .handing: report.waiting += 1
            case .sent: report.sent += 1
            case .failed: report.failed += 1
            case .dropped: report.dropped += 1
            }
        }
        return report
    }

    private mutating func handle(
        _ item: OutboxMail,
        _ record: DeliveryRecord
    ) async throws(ServiceError) -> DeliveryRecord {
        switch record.state {
        case .sent, .failed, .dropped:
            try item.remove()
            return record
        case .handing:
            if let dropped = try drop(item) { return dropped }
            return try await fail(item, record, .gaveUp, "nobody knows whether it arrived")
        case .waiting:
            if let next = record.nextAttempt, store.clock.now < next { return record }
            if let dropped = try drop(item) { return dropped }
            return try await attempt(item, record)
        }
    }

    /// Takes a mail out whose recipient is shut out by now, or whose link is dead.
    private mutating func drop(_ item: OutboxMail) throws(ServiceError) -> DeliveryRecord? {
        guard let barrier = try store.barrier(to: item) else { return nil }
        let dropped = DeliveryRecord.dropped(item.id, barrier)
        try note(dropped)
        try item.remove()
        return dropped
    }

    private mutating func attempt(
        _ item: OutboxMail,
        _ record: DeliveryRecord
    ) async throws(ServiceError) -> DeliveryRecord {
        var next = record
        next.attempts += 1
        var handing = next
        handing.state = .handing
        let journal = store.deliveries
        let mail = OutgoingMail(
            sender: store.configuration.mailSender,
            recipient: item.recipient,
            message: try item.message()
        )
        let outcome = try transport.send(mail) { () throws(ServiceError) in
            try journal.append(handing)
        }
        switch outcome {
        case .accepted:
            next.state = .sent
            next.nextAttempt = nil
            try note(next)
            try item.remove()
            return next
        case .notNow(let failure):
            complain(of: failure)
            return try await postpone(item, next, failure)
        case .never(let failure):
            complain(of: failure)
            let reason: EmailFailure =
                failure.kind == .addressRejected ? .addressRejected : .refusedByServer
            return try await fail(item, next, reason, failure.detail)
        case .unknown:
            return try await fail(item, next, .gaveUp, "nobody knows whether it arrived")
        }
    }

    private mutating func postpone(
        _ item: OutboxMail,
        _ record: DeliveryRecord,
        _ failure: MailFailure
    ) async throws(ServiceError) -> DeliveryRecord {
        guard record.attempts < Self.attemptsMax else {
            let reason: EmailFailure = failure.kind == .unreachable ? .unreachable : .gaveUp
            return try await fail(item, record, reason, failure.detail)
        }
        var next = record
        next.state = .waiting
        next.reason = failure.detail
        next.nextAttempt = store.clock.now.adding(
            microseconds: Self.firstDelay << Int64(record.attempts - 1)
        )
        try note(next)
        return next
    }

    /// The event comes first: after a crash the command finds it and writes no second one.
    private mutating func fail(
        _ item: OutboxMail,
        _ record: DeliveryRecord,
        _ reason: EmailFailure,
        _ detail: String
    ) async throws(ServiceError) -> DeliveryRecord {
        if let command = try store.failureNote(of: item, reason) {
            _ = try await desk.run(command.command, in: command.organisation)
        }
        var failed = record
        failed.state = .failed
        failed.nextAttempt = nil
        failed.reason = detail
        try note(failed)
        try item.remove()
        return failed
    }

    private mutating func complain(of failure: MailFailure) {
        if !complaints.contains(failure.detail) { complaints.append(failure.detail) }
    }

    private mutating func note(_ record: DeliveryRecord) throws(ServiceError) {
        try store.deliveries.append(record)
        records[record.id] = record
    }
}
