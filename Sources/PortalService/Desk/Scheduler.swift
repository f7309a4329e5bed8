import EventLine
import PortalAccess

/// Runs what the passing of time makes due: expired credentials, invitations and links.
///
/// It asks a projection what is due and sends ordinary commands; the deciding rules check again,
/// and compare with the clock themselves, so a late scheduler leaves no door open.
package struct Scheduler: Sendable {
    private let desk: CommandDesk

    /// A scheduler for a desk.
    package init(desk: CommandDesk) {
        self.desk = desk
    }

    /// Runs everything that is due now, in the order in which it became due; answers with how
    /// many commands wrote something.
    @discardableResult
    package func runDue() async throws(ServiceError) -> Int {
        try desk.store.catchUpProjections()
        var count = 0
        for task in try dueTasks().sorted(by: { $0.dueAt < $1.dueAt }) {
            let reply = try await desk.run(task.command, in: task.organisation)
            if case .accepted = reply { count += 1 }
        }
        return count
    }

    private struct DueTask {
        let dueAt: Instant
        let organisation: UniqueID
        let command: any Command
    }

    private func dueTasks() throws(ServiceError) -> [DueTask] {
        let now = desk.store.clock.now
        var tasks: [DueTask] = []
        for row in try desk.store.rows("invitations", "due-invitations", ["now": .string("\(now)")])
        {
            guard let id = row.id("invitationId") else { continue }
            append(ExpireInvitation(invitationID: id), row.instant("expiresAt"), row, to: &tasks)
        }
        for row in try desk.store.rows(
            "profile-states",
            "due-confirmations",
            ["now": .string("\(now)")]
        ) {
            guard let id = row.id("accountId") else { continue }
            append(ExpireConfirmation(accountID: id), row.instant("expiresAt"), row, to: &tasks)
        }
        return tasks + (try dueCredentials(at: now)) + (try dueBirthdays(at: now))
    }

    private func append(
        _ command: any Command,
        _ dueAt: Instant?,
        _ row: JSONValue,
        to tasks: inout [DueTask]
    ) {
        guard let dueAt, let organisation = row.id("organisationId") else { return }
        tasks.append(DueTask(dueAt: dueAt, organisation: organisation, command: command))
    }

    /// Birthdays are local: each organisation has a day of its own.
    private func dueBirthdays(at now: Instant) throws(ServiceError) -> [DueTask] {
        var tasks: [DueTask] = []
        for row in try desk.store.rows("profile-states", "organisations", [:]) {
            guard let organisation = row.id("organisationId"),
                let calendar = row["timeZone"]?.string.flatMap({ LocalCalendar(zone: $0) })
            else { continue }
            let arguments: [String: JSONValue] = [
                "organisation": .string("\(organisation)"),
                "today": .string("\(calendar.date(of: now))"),
            ]
            for due in try desk.store.rows("coming-of-age", "due-birthdays", arguments) {
                guard let id = due.id("clientId"),
                    let date = due["birthday"]?.string.flatMap({ LocalDate($0) })
                else { continue }
                tasks.append(
                    DueTask(
                        dueAt: calendar.start(of: date),
                        organisation: organisation,
                        command: ApplyComingOfAge(clientID: id)
                    )
                )
            }
        }
        return tasks
    }

    /// Expiry dates are local: each organisation has a day of its own.
    private func dueCredentials(at now: Instant) throws(ServiceError) -> [DueTask] {
        var tasks: [DueTask] = []
        for row in try desk.store.rows("profile-states", "organisations", [:]) {
            guard let organisation = row.id("organisationId"),
                let calendar = row["timeZone"]?.string.flatMap({ LocalCalendar(zone: $0) })
            else { continue }
            let arguments: [String: JSONValue] = [
                "organisation": .string("\(organisation)"),
                "today": .string("\(calendar.date(of: now))"),
            ]
            for due in try desk.store.rows("profile-states", "due-credentials", arguments) {
                guard let id = due.id("accountId"),
                    let date = due["expiryDate"]?.string.flatMap({ LocalDate($0) })
                else { continue }
                tasks.append(
                    DueTask(
                        dueAt: calendar.start(of: date.adding(days: 1)),
                        organisation: organisation,
                        command: ExpireCredentials(accountID: id)
                    )
                )
            }
        }
        return tasks
    }
}

extension Store {
    /// Rows of a query of a live projection.
    func rows(
        _ projection: String,
        _ query: String,
        _ arguments: [String: JSONValue]
    ) throws(ServiceError) -> [JSONValue] {
        try ProjectionRows(projections).rows(projection, query, arguments)
    }
}

extension JSONValue {
    func id(_ name: String) -> UniqueID? { self[name]?.string.flatMap { UniqueID($0) } }
    func instant(_ name: String) -> Instant? { self[name]?.string.flatMap { Instant(rfc3339: $0) } }
}
